import type { Change, Plan } from '../changes/change.ts'
import type { Knob } from '../changes/knob.ts'
import { canonical, isWrittenAs, knobById, valueProblem } from '../changes/knobs.ts'
import { type Entry, inForce } from '../changes/lease.ts'
import { shellLineFor } from '../changes/words.ts'
import { type Failure, fail, ok, type Result } from '../failure.ts'
import type { LeaseStore } from '../host/lease-store.ts'
import { claimName } from '../host/state-dir.ts'
import type { Book } from './book.ts'
import { rollBack, type UndoPorts } from './undo.ts'

export type ApplyPorts = UndoPorts & {
	readonly store: Pick<LeaseStore, 'standing' | 'exists' | 'claim' | 'unclaim'>
	/** Who holds that lease, in words. */
	readonly holder: (leaseId: string) => string
}

type Step = readonly { readonly knob: Knob; readonly change: Change }[]

/**
 * Looks whether the plan can be applied, and takes its knobs: the values are those that the admin was shown, each file
 * opens for writing, nobody else holds one. Writes nothing to the kernel.
 */
export function prepare(ports: ApplyPorts, plan: Plan): Result<Step> {
	const step: { knob: Knob; change: Change }[] = []
	for (const change of plan.changes) {
		const knob = knobById(change.knob)
		const problem =
			knob === undefined ? `there is no knob ${change.knob}` : problemOf(knob, change, plan.changes)
		if (knob === undefined || problem !== undefined)
			return fail({ kind: 'usage', message: problem ?? '', next: '' })
		step.push({ knob, change })
	}
	if (step.length === 0) return fail({ kind: 'usage', message: 'the plan changes nothing', next: '' })
	for (const { knob, change } of step) {
		const failure = differs(ports, knob, change) ?? cannotOpen(ports, knob, change)
		if (failure !== undefined) return fail(failure)
	}
	const refused = claimAll(ports, step)
	if (refused !== undefined) return fail(refused)
	ports.pass('after-claim')
	const code = ports.book.record({ type: 'planned', knobs: step.map(({ knob }) => knob.id) })
	return code === undefined ? ok(step) : fail(noRecord(code))
}

function problemOf(knob: Knob, change: Change, all: readonly Change[]): string | undefined {
	if (canonical(knob, change.from) !== change.from) return `${change.from} is not a value of ${knob.sysctl}`
	if (change.from === change.to) return `${knob.sysctl} is ${change.to} already`
	if (all.filter((other) => other.knob === change.knob).length > 1)
		return `${knob.sysctl} is in the plan more than once`
	return valueProblem(knob, change.to, change.from)
}

/** Null-safe word for a failure: what it reads is not what the admin was shown. */
function differs({ kernel, book }: ApplyPorts, knob: Knob, { from, to }: Change): Failure | undefined {
	const reading = kernel.read(knob)
	if (reading.kind === 'value') {
		if (reading.value === from) return undefined
		const byHand = shellLineFor(knob, to, book.lease().netns)
		return { kind: 'conflict', knob: knob.sysctl, expected: from, found: reading.value, byHand }
	}
	if (reading.kind === 'gone')
		return { kind: 'unsupported', what: knob.sysctl, why: `${knob.path} is not there` }
	return { kind: 'kernel-refused', path: knob.path, value: to, code: reading.code, hint: 'it cannot be read' }
}

function cannotOpen({ kernel }: ApplyPorts, knob: Knob, { to }: Change): Failure | undefined {
	const probed = kernel.probe(knob)
	return probed.ok ? undefined : refusal(knob, to, probed.code, 'open')
}

const HINTS: Readonly<Record<string, string>> = {
	EROFS: 'mounted read-only, as in most containers',
	EACCES: 'needs root in the namespace that owns it',
	EPERM: 'needs CAP_NET_ADMIN',
	EXDEV: 'the guard is not in the network namespace that was shown',
	EREADBACK: 'the kernel took the write and shows the old value',
}

function refusal(knob: Knob, value: string, code: string, at: 'open' | 'write'): Failure {
	const isLogger = knob.kind.type === 'logger' && code === 'ENOENT' && at === 'write'
	const module = value === 'nfnetlink_log' ? value : 'nf_log_syslog'
	const hint = isLogger ? `no such logger is registered: modprobe ${module}` : HINTS[code]
	return { kind: 'kernel-refused', path: knob.path, value, code, ...(hint === undefined ? {} : { hint }) }
}

const noRecord = (code: string): Failure => ({
	kind: 'unsupported',
	what: 'recording the change before it is made',
	why: `${code}, so nothing was written`,
})

/** All or none. */
function claimAll({ store, book, holder }: ApplyPorts, step: Step): Failure | undefined {
	const { netns, entries } = book.lease()
	const taken: string[] = []
	for (const { knob } of step) {
		const name = claimName(knob, netns.inode)
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

/** Applies the plan whole, or takes back what was done of it and says what was in the way. */
export function apply(ports: ApplyPorts, plan: Plan): Result<undefined> {
	const prepared = prepare(ports, plan)
	if (!prepared.ok) return prepared
	const { book } = ports
	const step = Math.max(0, ...book.lease().entries.map((entry) => entry.step)) + 1
	for (const { knob, change } of prepared.value) {
		const failure = applyOne(ports, knob, change, step, plan.purpose)
		if (failure === undefined) continue
		const left = rollBack(ports, step)
		return fail(left === 0 ? failure : notTakenBack(failure, left))
	}
	return ok(undefined)
}

function notTakenBack(failure: Failure, left: number): Failure {
	if (failure.kind !== 'kernel-refused') return failure
	const words = `${left} of the changes made before could not be taken back and will be undone with the rest`
	return { ...failure, hint: failure.hint === undefined ? words : `${failure.hint}; ${words}` }
}

/** Record, write, read back, record: in this order, so that whoever comes later can tell what may have happened. */
function applyOne(
	ports: ApplyPorts,
	knob: Knob,
	change: Change,
	step: number,
	purpose: string,
): Failure | undefined {
	const { kernel, book, pass } = ports
	const changed = differs(ports, knob, change)
	if (changed !== undefined) return changed
	if (ports.store.standing(claimName(knob, book.lease().netns.inode)) !== 'ours')
		return { kind: 'busy', knob: knob.sysctl, holder: 'another session', leaseId: '' }
	const earlier = earlierOf(book, knob, change.from)
	const seq = Math.max(0, ...book.lease().entries.map((entry) => entry.seq)) + 1
	const unrecorded = book.record({
		type: 'intent',
		seq,
		step,
		knob: knob.id,
		class: knob.class,
		path: knob.path,
		purpose: purpose.slice(0, 200),
		was: earlier?.was ?? change.from,
		from: change.from,
		set: change.to,
	})
	if (unrecorded !== undefined) return noRecord(unrecorded)
	pass('after-intent')
	const written = kernel.write(knob, change.to)
	if (!written.ok) {
		// Refused, and yet it reads our value: then it is for the roll-back to put it right.
		const found = kernel.read(knob)
		const isIn = found.kind === 'value' && isWrittenAs(knob, change.to, found.value)
		if (!isIn) book.note({ type: 'refused', seq, code: written.code })
		return refusal(knob, change.to, written.code, written.at)
	}
	pass('after-write')
	const after = kernel.read(knob)
	const now = after.kind === 'value' ? after.value : null
	if (now === change.to) {
		const code = book.record({ type: 'applied', seq })
		if (code !== undefined) return noRecord(code)
		pass('after-applied')
		return undefined
	}
	if (now === change.from) {
		book.note({ type: 'refused', seq, code: 'EREADBACK' })
		return refusal(knob, change.to, 'EREADBACK', 'write')
	}
	// What the kernel made of our value is ours to take back; anything else somebody wrote in that moment.
	if (now === null || isWrittenAs(knob, change.to, now))
		return refusal(knob, change.to, after.kind === 'unreadable' ? after.code : 'EREADBACK', 'write')
	return {
		kind: 'conflict',
		knob: knob.sysctl,
		expected: change.to,
		found: now,
		byHand: shellLineFor(knob, change.to, book.lease().netns),
	}
}

/**
 * Our own change of the knob that this one takes the place of: an undo then goes back to where that one began. When
 * somebody else has written the knob meanwhile, that one is over, and the value of somebody else is where an undo goes.
 */
function earlierOf(book: Book, knob: Knob, now: string): Entry | undefined {
	const earlier = inForce(book.lease()).find((entry) => entry.knob === knob.id)
	if (earlier === undefined || earlier.set === now) return earlier
	book.note({ type: 'undone', seq: earlier.seq, how: 'conflict', now, note: '' })
	return undefined
}
