import { kindOf } from '../../changes/kinds/kinds.ts'
import { refusal } from '../../changes/kinds/refusal.ts'
import { isWrittenAs } from '../../changes/knobs.ts'
import { type Entry, inForce, type ProcessName } from '../../changes/lease.ts'
import { shellLineFor } from '../../changes/shell-line.ts'
import { baselineUnder, judgeWrite } from '../../changes/verdict.ts'
import { claimName } from '../../host/files/state-dir.ts'
import { settled, type Work } from '../../host/process/later.ts'
import type { Plan } from '../../model/change.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/guard/undoing.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import type { Book } from './book.ts'
import { recordConsequences, settleConsequences } from './consequences.ts'
import {
	type ApplyPorts,
	cannotOpen,
	differs,
	noRecord,
	prepare,
	type Step,
	type StepPart,
} from './prepare.ts'
import { rollBack } from './undo.ts'

/**
 * Applies the plan whole, or takes back what was done of it and says what was in the way. `isOver`: an undo has begun
 * while a tool was waited for, so nothing more is to be made; what was made is that undo's.
 */
export function* apply(ports: ApplyPorts, plan: Plan, isOver: () => boolean): Work<Result<undefined>> {
	const prepared = yield* prepare(ports, plan)
	if (!prepared.ok) return prepared
	if (isOver()) return fail(overtaken)
	const { book } = ports
	const step = Math.max(0, ...book.lease().entries.map((entry) => entry.step)) + 1
	const failure = yield* applyAll(ports, prepared.value, step, plan.purpose, isOver)
	if (isOver()) return fail(overtaken)
	if (failure === undefined) return ok(undefined)
	const left = yield* rollBack(ports, step)
	return fail(left === 0 ? failure : notTakenBack(failure, left))
}

const overtaken: Failure = {
	kind: 'unsupported',
	what: 'a change',
	why: english.anUndoBeganWhileIt,
}

/** Before the first write of a step: what the undo of each part will need is there. Of what is brought, before its own. */
function* equipAll(ports: ApplyPorts, parts: Step): Work<Failure | undefined> {
	for (const part of parts) {
		const failure = part.isBrought ? undefined : yield* equip(ports, part)
		if (failure !== undefined) return failure
	}
	return undefined
}

function* equip({ kernel }: ApplyPorts, { knob, detail }: StepPart): Work<Failure | undefined> {
	const ready = yield* settled(kernel.equip(knob, detail))
	if (ready.ok) return undefined
	return { kind: 'unsupported', what: english.anUndoOf(knob.sysctl), why: cannotEquip(ready.code) }
}

const cannotEquip = (code: string): string => english.whatItNeedsCannotBe(code)

/** Each change is read back before the next, but for call sites: their long file is read once for a row of them. */
function* applyAll(
	ports: ApplyPorts,
	parts: Step,
	step: number,
	purpose: string,
	isOver: () => boolean,
): Work<Failure | undefined> {
	const unequipped = yield* equipAll(ports, parts)
	if (unequipped !== undefined) return unequipped
	let checks: Check[] = []
	function* finish(): Work<Failure | undefined> {
		const waiting = checks
		checks = []
		for (const check of waiting) {
			const failure = yield* check()
			if (failure !== undefined) return failure
		}
		return undefined
	}
	for (const part of parts) {
		const isShared = kindOf(part.knob).isReadTogether === true
		const before = isShared ? undefined : yield* finish()
		if (before !== undefined) return before
		const written = yield* applyOne(ports, part, step, purpose, isOver)
		if (typeof written !== 'function') return written
		checks.push(written)
		const after = isShared ? undefined : yield* finish()
		if (after !== undefined) return after
	}
	return yield* finish()
}

function notTakenBack(failure: Failure, left: number): Failure {
	const words = english.ofItsChangesCouldNot(left)
	if (failure.kind === 'unsupported') return { ...failure, why: `${failure.why}; ${words}` }
	if (failure.kind !== 'kernel-refused') return failure
	return { ...failure, hint: failure.hint === undefined ? words : `${failure.hint}; ${words}` }
}

/** Reads back what was written, and records it; or says why it is not in force. */
type Check = () => Work<Failure | undefined>

/** Record, write, read back, record: in this order, so that whoever comes later can tell what may have happened. */
function* applyOne(
	ports: ApplyPorts,
	part: StepPart,
	step: number,
	given: string,
	isOver: () => boolean,
): Work<Check | Failure> {
	const { kernel, book, pass } = ports
	const { knob, detail } = part
	const purpose = given.slice(0, 200)
	const came = cameInStep(book, knob, step)
	if (came?.set === part.change.to) return nothingToCheck
	// A module of this step has made it what it reads now: that is no surprise.
	const change = came === undefined ? part.change : { ...part.change, from: came.set }
	const changed = yield* differs(ports, knob, change)
	if (changed !== undefined) return changed
	if (part.isBrought) {
		const unready = (yield* cannotOpen(ports, knob, change)) ?? (yield* equip(ports, part))
		if (unready !== undefined) return unready
	}
	if (isOver()) return overtaken
	if (ports.store.standing(claimName(knob, book.lease().netns)) !== 'ours')
		return { kind: 'busy', knob: knob.sysctl, holder: english.anotherSession, leaseId: '' }
	const earlier = earlierOf(book, knob, change.from)
	const seq = Math.max(0, ...book.lease().entries.map((entry) => entry.seq)) + 1
	const unrecorded = book.record({
		type: 'intent',
		seq,
		step,
		knob: knob.id,
		class: knob.class,
		path: knob.path,
		purpose,
		was: earlier === undefined ? change.from : baselineUnder(earlier, change.from),
		from: change.from,
		set: change.to,
		...(detail.length === 0 ? {} : { detail: [...detail] }),
	})
	if (unrecorded !== undefined) return noRecord(unrecorded)
	const consequences = { list: part.consequences, step, seq, purpose }
	const incomplete = recordConsequences(book, consequences)
	if (incomplete !== undefined) return noRecord(incomplete)
	pass('after-intent')
	const announce = (hand: ProcessName) =>
		!isOver() && book.record({ type: 'hand', seq, ...hand }) === undefined
	const written = yield* settled(kernel.write(knob, change.to, { now: change.from, detail, announce }))
	if (!written.ok) {
		// Refused, and yet it reads our value: then it is for the roll-back to put it right.
		const found = yield* settled(kernel.read(knob, detail, handsOf(book, seq)))
		const isIn = found.kind === 'value' && isWrittenAs(knob, change.to, found.value)
		// A tool that was given up, and does not die, may still do it: that is as if it were in.
		const mayCome = found.kind === 'unreadable' && handsOf(book, seq).length > 0
		if (!isIn && !mayCome) book.note({ type: 'refused', seq, code: written.code })
		return refusal(knob, change.to, written.code, written.at, written.words)
	}
	pass('after-write')
	return function* () {
		const after = yield* settled(kernel.read(knob))
		const now = after.kind === 'value' ? after.value : ''
		const code = after.kind === 'unreadable' ? after.code : 'EREADBACK'
		switch (judgeWrite(knob, change, after)) {
			case 'not-taken':
				book.note({ type: 'refused', seq, code })
				return refusal(knob, change.to, code, 'write')
			case 'unsure':
				return refusal(knob, change.to, code, 'write')
			case 'conflict':
				return {
					kind: 'conflict',
					knob: knob.sysctl,
					expected: change.to,
					found: now,
					byHand: shellLineFor(knob, change.to, book.lease().netns, { now, detail }),
				}
			case 'in-force': {
				const failed =
					(yield* settleConsequences(kernel, book, consequences)) ?? book.record({ type: 'applied', seq })
				if (failed !== undefined) return noRecord(failed)
				pass('after-applied')
				return undefined
			}
		}
	}
}

const handsOf = (book: Book, seq: number) => book.lease().entries.find((one) => one.seq === seq)?.hands ?? []

// biome-ignore lint/correctness/useYield: there is nothing to wait for
const nothingToCheck: Check = function* () {
	return undefined
}

/** What the kernel has done to the knob by itself in this step, when a module was loaded. */
function cameInStep(book: Book, knob: Knob, step: number): Entry | undefined {
	return inForce(book.lease()).find(
		(entry) => entry.knob === knob.id && entry.step === step && entry.cameWith !== null,
	)
}

/**
 * Our own change of the knob that this one takes the place of: an undo then goes back to where that one began. When
 * somebody else has written the knob meanwhile, that one is over, and the value of somebody else is where an undo goes.
 */
function earlierOf(book: Book, knob: Knob, now: string): Entry | undefined {
	const earlier = inForce(book.lease()).find((entry) => entry.knob === knob.id)
	// Where a change is a part of the value, those parts of ours that still stand stay ours.
	const isPart = kindOf(knob).withPart !== undefined
	if (earlier === undefined || isPart || earlier.set === now) return earlier
	book.note({ type: 'undone', seq: earlier.seq, how: 'conflict', now, note: '' })
	return undefined
}
