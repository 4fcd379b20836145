import { ELSEWHERE } from '../../changes/guard-answer.ts'
import type { Kind, KnobType, Relied } from '../../changes/kinds/kind.ts'
import { kindOf } from '../../changes/kinds/kinds.ts'
import { knobById } from '../../changes/knobs.ts'
import { type Entry, inForce, type Lease } from '../../changes/lease.ts'
import { judge, type Reading } from '../../changes/verdict.ts'
import type { LeaseStore } from '../../host/files/lease-store.ts'
import { claimName } from '../../host/files/state-dir.ts'
import { settled, type Work } from '../../host/process/later.ts'
import type { KernelFiles } from '../../host/write/write.ts'
import type { Written } from '../../host/write/written.ts'
import type { Knob, KnobId } from '../../model/knob.ts'
import * as english from '../../words/english/guard/undoing.ts'
import type { Book } from './book.ts'
import type { Pass } from './crash.ts'

export type UndoPorts = {
	readonly kernel: KernelFiles
	readonly store: Pick<LeaseStore, 'standing' | 'exists' | 'heldByOthers'>
	readonly book: Book
	readonly pass: Pass
	/**
	 * What to do when the lease was closed under us. The guard knows from memory what it wrote, so it still undoes
	 * (`undo`); who only read the journal leaves it to the one who closed it (`leave`).
	 */
	readonly whenClosed: 'undo' | 'leave'
}

/** An undo that the kernel refuses is tried again after these times. */
export const RETRY_MS = [100, 1000, 5000] as const

/** A module that is used (our own reader may be ending at this moment) is tried so often, and then it stays. */
export const BUSY_TRIES = 3

/**
 * Undoes these changes, in the order given but what is slow after everything else; answers how many are still in force.
 * `tries`: how often it was tried before.
 */
export function* undoEntries(ports: UndoPorts, entries: readonly Entry[], tries: number): Work<number> {
	const isLast = tries >= BUSY_TRIES - 1
	const ordered = slowLast(ports, withCarried(ports.book.lease(), entries))
	return yield* countFailed(ordered, function* (entry) {
		// Somebody may have undone it while a slow one was waited for.
		if (!isInForce(ports.book.lease(), entry)) return done
		const check = yield* undoEntry(ports, entry, entry.was, 'restored', isLast)
		return function* () {
			const isDone = yield* check()
			ports.pass('mid-undo')
			return isDone
		}
	})
}

const isInForce = (lease: Lease, { seq }: Entry): boolean => inForce(lease).some((one) => one.seq === seq)

/** The change waits for a tool, or for a new process. */
export function isSlowEntry(ports: Pick<UndoPorts, 'kernel' | 'book'>, entry: Entry): boolean {
	const knob = knobById(entry.knob)
	if (knob === undefined) return false
	return ports.kernel.isSlow(knob) || comingWith(ports.book.lease(), entry) !== undefined
}

/** The module that brings this change, as long as it may be about to come: what the knob reads now may not be what stays. */
function comingWith(lease: Lease, { cameWith }: Entry): Entry | undefined {
	if (cameWith === null) return undefined
	const module = inForce(lease).find(({ seq }) => seq === cameWith)
	return module?.phase === 'applied' || module?.hands.length === 0 ? undefined : module
}

/** A tool that was recorded of a change lives, and may still make it. */
const mayStillCome = (reading: Reading): boolean => reading.kind === 'unreadable' && reading.code === 'EAGAIN'

function slowLast(ports: UndoPorts, entries: readonly Entry[]): readonly Entry[] {
	const isSlow = (entry: Entry) => isSlowEntry(ports, entry)
	return [...entries.filter((entry) => !isSlow(entry)), ...entries.filter(isSlow)]
}

/** Call sites may be seen only as long as debugfs is mounted, probes as long as tracefs is: those of ours go before it. */
function withCarried(lease: Lease, entries: readonly Entry[]): readonly Entry[] {
	const types = entries.flatMap((entry) => {
		const knob = knobById(entry.knob)
		return (knob && kindOf(knob).carries?.(knob)) ?? []
	})
	if (types.length === 0) return entries
	const isCarried = (entry: Entry) => types.some((type) => isOfType(entry, type))
	return [...inForce(lease).filter(isCarried), ...entries.filter((entry) => !isCarried(entry))]
}

const isOfType = ({ knob }: Entry, type: KnobType): boolean => knobById(knob)?.kind.type === type

/** Undefined for a knob that this version does not know. */
function kindOfEntry(entry: Entry): Kind | undefined {
	const knob = knobById(entry.knob)
	return knob === undefined ? undefined : kindOf(knob)
}

/** What was written is read back, and then it is known whether it is undone. */
type Check = () => Work<boolean>

/**
 * Call sites share one long file: those that follow each other are all written before it is read once for all of them.
 * Everything else is read back at once.
 */
function* countFailed(entries: readonly Entry[], start: (entry: Entry) => Work<Check>): Work<number> {
	let failed = 0
	let checks: Check[] = []
	function* finish(): Work<void> {
		const waiting = checks
		checks = []
		for (const check of waiting) if (!(yield* check())) failed += 1
	}
	for (const entry of entries) {
		const isShared = kindOfEntry(entry)?.isReadTogether === true
		if (!isShared) yield* finish()
		checks.push(yield* start(entry))
		if (!isShared) yield* finish()
	}
	yield* finish()
	return failed
}

/** All that is in force, newest first. */
export function undoAll(ports: UndoPorts, tries: number): Work<number> {
	return undoEntries(ports, inForce(ports.book.lease()), tries)
}

/**
 * Takes a step back that did not come into force whole: each change to what it found. That may be an earlier value of
 * ours, so it has to be on record first; when it cannot be recorded, the changes go all the way back instead.
 */
export function* rollBack(ports: UndoPorts, step: number): Work<number> {
	const { book } = ports
	const isRecorded = book.record({ type: 'rollback', step }) === undefined
	const entries = inForce(book.lease()).filter((entry) => entry.step === step)
	return yield* countFailed(slowLast(ports, entries), (entry) =>
		isRecorded
			? undoEntry(ports, entry, entry.from, 'rolled-back', false)
			: undoEntry(ports, entry, entry.was, 'restored', false),
	)
}

/** The check answers false when the kernel refused, and the change is still in force. */
function* undoEntry(
	ports: UndoPorts,
	entry: Entry,
	target: string,
	how: 'restored' | 'rolled-back',
	isLast: boolean,
): Work<Check> {
	const { kernel, book, pass } = ports
	const { seq, detail, hands } = entry
	const knob = knobById(entry.knob)
	if (knob === undefined) {
		book.note({ type: 'undo-failed', seq, code: english.aKnobThatThisVersion, now: null })
		return still
	}
	const over = (kind: typeof how | 'already' | 'conflict' | 'vanished' | 'kept' | 'elsewhere', note = '') => {
		book.note({ type: 'undone', seq, how: kind, now, note: note.slice(0, 1000) })
		return done
	}
	let now: string | null = null
	const standing = ports.store.standing(claimName(knob, book.lease().netns))
	const isHeld = typeof standing === 'object'
	if ((isHeld || standing === 'closed') && ports.whenClosed === 'leave' && !ports.store.exists())
		return over('elsewhere', ELSEWHERE)
	if (isHeld) return over('conflict', english.leaseHoldsItNowSo(standing.holder))
	// A reader that is just binding this logger has unbound it before: then it reads NONE, and that is ours too.
	const wasSettled = kernel.settle(knob) > 0
	const before = yield* settled(kernel.read(knob, detail, hands))
	now = valueIn(before)
	if (mayStillCome(before) && entry.phase !== 'applied') kernel.endHands(hands)
	const { verdict, write } = judge(entry, target, before, (value) => wasSettled && value === 'NONE')
	const kind = kindOf(knob)
	const kept = kind.useEachOther === true ? keptOf(ports, knob) : []
	switch (verdict) {
		case 'already':
			if (yield* isComing(ports, entry)) {
				book.note({ type: 'undo-failed', seq, code: 'EAGAIN', now })
				return still
			}
			if (kept.length > 0) yield* settled(kernel.write(knob, write, { now: now ?? '', detail: kept }))
			return over(how === 'restored' ? 'already' : how)
		case 'conflict':
			return over('conflict')
		case 'vanished':
			return over('vanished', before.kind === 'gone' ? before.why : '')
		case 'unreadable':
			book.note({ type: 'undo-failed', seq, code: codeIn(before), now })
			return still
		case 'restore':
			break
	}
	const relied = reliedOn(ports, knob, detail)
	const putBack = () =>
		settled(kernel.write(knob, write, { now: now ?? '', detail: [...detail, ...kept], hands }))
	let written: Written = relied === undefined ? yield* putBack() : { ok: false, at: 'write', ...relied }
	if (written.ok && kernel.settle(knob) > 0) written = yield* putBack()
	if (written.ok) pass('after-undo-write')
	return function* () {
		const after = yield* settled(kernel.read(knob, detail, hands))
		const outcome = judge(entry, target, after)
		if (outcome.verdict === 'already') {
			now = valueIn(after)
			return yield* over(how)()
		}
		if (written.ok && outcome.verdict === 'conflict') {
			now = valueIn(after)
			return yield* over('conflict')()
		}
		const stays = written.ok ? undefined : kind.stays?.(knob, written.words ?? '', detail)
		if (
			stays !== undefined &&
			!written.ok &&
			written.code === 'EBUSY' &&
			isLast &&
			wasBusy(book.lease(), seq)
		)
			return yield* over('kept', stays)()
		const code = written.ok ? (after.kind === 'unreadable' ? after.code : 'EREADBACK') : written.code
		book.note({ type: 'undo-failed', seq, code, now: written.ok ? valueIn(after) : now })
		return false
	}
}

/** It was used when it was tried before, too: what kept us from it until now may have been something else. */
const wasBusy = (lease: Lease, seq: number): boolean =>
	lease.entries.find((one) => one.seq === seq)?.failure?.code === 'EBUSY'

/** Its module is still being loaded, and will bring it once more. */
function* isComing({ kernel, book }: UndoPorts, entry: Entry): Work<boolean> {
	const module = comingWith(book.lease(), entry)
	const knob = module === undefined ? undefined : knobById(module.knob)
	if (module === undefined || knob === undefined) return false
	return mayStillCome(yield* settled(kernel.read(knob, module.detail, module.hands)))
}

// biome-ignore lint/correctness/useYield: there is nothing to wait for
const done: Check = function* () {
	return true
}
// biome-ignore lint/correctness/useYield: there is nothing to wait for
const still: Check = function* () {
	return false
}
const valueIn = (reading: Reading): string | null => (reading.kind === 'value' ? reading.value : null)
const codeIn = (reading: Reading): string => (reading.kind === 'unreadable' ? reading.code : 'EIO')

/**
 * Modules of ours that stayed because something used them. That may have been another module of ours, so whenever one
 * goes they are tried once more.
 */
function keptOf(ports: UndoPorts, knob: Knob): readonly string[] {
	const kind = kindOf(knob)
	const kept = ports.book
		.lease()
		.entries.flatMap((entry) =>
			entry.end?.how === 'kept' && kindOfEntry(entry) === kind ? entry.detail : [],
		)
	return kept.length > 0 && reliedOn(ports, knob, kept) === undefined ? kept : []
}

/** Why it must not be taken away, although the kernel would let us. */
const reliedOn = ({ store, book }: UndoPorts, knob: Knob, detail: readonly string[]): Relied | undefined =>
	kindOf(knob).reliedOn?.(knob, detail, {
		isInForce: (type) => inForce(book.lease()).some((entry) => isOfType(entry, type)),
		isHeld: (isMeant) => store.heldByOthers(isMeant),
	})
/** Knobs of which something must be known before an undo: those in force, and those that were only planned. */
export function knobsOf(lease: Lease): readonly KnobId[] {
	return [...new Set([...inForce(lease).map((entry) => entry.knob), ...lease.planned])]
}
