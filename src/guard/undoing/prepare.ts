import { kindOf } from '../../changes/kinds/kinds.ts'
import { refusal } from '../../changes/kinds/refusal.ts'
import { canonical, knobById, valueProblem } from '../../changes/knobs.ts'
import { shellLineFor } from '../../changes/shell-line.ts'
import type { LeaseStore } from '../../host/files/lease-store.ts'
import { claimName } from '../../host/files/state-dir.ts'
import { settled, type Work } from '../../host/process/later.ts'
import type { Change, Plan } from '../../model/change.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/guard/undoing.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { type Consequence, consequencesOf } from './consequences.ts'
import type { UndoPorts } from './undo.ts'

export type ApplyPorts = UndoPorts & {
	readonly store: Pick<LeaseStore, 'standing' | 'exists' | 'heldByOthers' | 'claim' | 'unclaim'>
	/** Who holds that lease, in words. */
	readonly holder: (leaseId: string) => string
}

/** One change of a plan that was looked at. */
export type StepPart = {
	readonly knob: Knob
	readonly change: Change
	/** It can be reached only once an earlier part is in force: what it reads, and whether it can be written, is looked at then. */
	readonly isBrought: boolean
	/** What its undo has to know besides, and what the kernel will do by itself. */
	readonly detail: readonly string[]
	readonly consequences: readonly Consequence[]
}
export type Step = readonly StepPart[]

/**
 * Looks whether the plan can be applied, and takes its knobs: the values are those that the admin was shown, each file
 * opens for writing, nobody else holds one. Writes nothing to the kernel.
 */
export function* prepare(ports: ApplyPorts, plan: Plan): Work<Result<Step>> {
	const asked: Pick<StepPart, 'knob' | 'change' | 'isBrought'>[] = []
	for (const change of plan.changes) {
		const knob = knobById(change.knob)
		const problem =
			knob === undefined ? english.thereIsNoKnob(change.knob) : problemOf(knob, change, plan.changes)
		if (knob === undefined || problem !== undefined)
			return fail({ kind: 'usage', message: problem ?? '', next: '' })
		asked.push({ knob, change, isBrought: asked.some((earlier) => carries(earlier.knob, knob)) })
	}
	if (asked.length === 0) return fail({ kind: 'usage', message: english.thePlanChangesNothing, next: '' })
	for (const { knob, change, isBrought } of asked) {
		if (isBrought) continue
		const failure = (yield* differs(ports, knob, change)) ?? (yield* cannotOpen(ports, knob, change))
		if (failure !== undefined) return fail(failure)
	}
	const step: StepPart[] = []
	for (const part of asked) {
		const detail = yield* settled(ports.kernel.detail(part.knob))
		const brought = kindOf(part.knob).brings?.(detail) ?? []
		const consequences = yield* consequencesOf(ports.kernel, brought)
		step.push({ ...part, detail, consequences })
	}
	const knobs = new Map(
		step.flatMap(({ knob, consequences }) =>
			[knob, ...consequences.map((one) => one.knob)].map((one) => [one.id, one]),
		),
	)
	const refused = claimAll(ports, [...knobs.values()])
	if (refused !== undefined) return fail(refused)
	ports.pass('after-claim')
	const code = ports.book.record({ type: 'planned', knobs: [...knobs.keys()] })
	return code === undefined ? ok(step) : fail(noRecord(code))
}

/** Whether the other one can be reached only as long as this one is there. */
export const carries = (knob: Knob, other: Knob): boolean => kindOf(knob).carries?.(knob) === other.kind.type

function problemOf(knob: Knob, change: Change, all: readonly Change[]): string | undefined {
	if (canonical(knob, change.from) !== change.from) return english.isNotAValueOf(change.from, knob.sysctl)
	if (change.from === change.to) return english.isAlready(knob.sysctl, change.to)
	if (all.filter((other) => other.knob === change.knob).length > 1)
		return english.isInThePlanMore(knob.sysctl)
	return valueProblem(knob, change.to, change.from)
}

/** What it reads is not what the admin was shown. */
export function* differs(
	{ kernel, book }: ApplyPorts,
	knob: Knob,
	{ from, to }: Change,
): Work<Failure | undefined> {
	const reading = yield* settled(kernel.read(knob))
	if (reading.kind === 'value') {
		if (reading.value === from) return undefined
		const found = reading.value
		const detail = yield* settled(kernel.detail(knob))
		const byHand = shellLineFor(knob, to, book.lease().netns, { now: found, detail })
		return { kind: 'conflict', knob: knob.sysctl, expected: from, found, byHand }
	}
	if (reading.kind === 'gone')
		return {
			kind: 'unsupported',
			what: knob.sysctl,
			why: kindOf(knob).by === 'file' ? english.isNotThere(knob.path) : reading.why,
		}
	return {
		kind: 'kernel-refused',
		path: knob.path,
		value: to,
		code: reading.code,
		hint: english.itCannotBeRead,
	}
}

export function* cannotOpen({ kernel }: ApplyPorts, knob: Knob, { to }: Change): Work<Failure | undefined> {
	const probed = yield* settled(kernel.probe(knob, to))
	return probed.ok ? undefined : refusal(knob, to, probed.code, probed.at, probed.words)
}

export const noRecord = (code: string): Failure => ({
	kind: 'unsupported',
	what: english.recordingTheChangeBeforeIt,
	why: english.soNothingWasWritten(code),
})

/** All or none. */
function claimAll({ store, book, holder }: ApplyPorts, knobs: readonly Knob[]): Failure | undefined {
	const { netns, entries } = book.lease()
	const taken: string[] = []
	for (const knob of knobs) {
		const name = claimName(knob, netns)
		const held = entries.some((entry) => entry.knob === knob.id) && store.standing(name) === 'ours'
		if (held) continue
		const claimed = store.claim(name)
		if (claimed.ok) {
			taken.push(name)
			continue
		}
		for (const mine of taken) store.unclaim(mine)
		if (claimed.code !== 'EEXIST') return noRecord(claimed.code)
		const leaseId = claimed.holder ?? ''
		return { kind: 'busy', knob: knob.sysctl, holder: holder(leaseId), leaseId }
	}
	return undefined
}
