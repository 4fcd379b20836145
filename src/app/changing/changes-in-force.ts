import type { FoundLease, HeldChange, LeaseView, Outcome } from '../../model/change.ts'
import * as english from '../../words/english/app/changing.ts'
import type { PastChange } from '../state/state.ts'

const ON: ReadonlySet<HeldChange['state']> = new Set(['in-force', 'confirm', 'failed'])

/** What `u` means. */
export type UndoTarget =
	| { readonly kind: 'own'; readonly change: HeldChange }
	/** Those of a head on Printk, or of marked rows, oldest first. */
	| { readonly kind: 'several'; readonly changes: readonly HeldChange[] }
	| { readonly kind: 'leftover'; readonly lease: FoundLease }
	| { readonly kind: 'none'; readonly reason: string }

/** Changes that are undone together; undefined when there is none. */
export function targetOf(changes: readonly HeldChange[]): UndoTarget | undefined {
	const [first, ...more] = changes.toSorted((a, b) => a.seq - b.seq)
	if (first === undefined) return undefined
	return more.length === 0 ? { kind: 'own', change: first } : { kind: 'several', changes: [first, ...more] }
}

export const NOTHING_ON = english.noChangesAreInForce

/** What we wrote and what still stands: applied, waiting for K, or its undo was refused. */
export function changesInForce(lease: LeaseView | undefined): readonly HeldChange[] {
	return lease === undefined ? [] : lease.changes.filter((change) => ON.has(change.state))
}

/** No longer something that an undo would touch. A conflict stays to be looked at while its lease goes on. */
export function isOver(change: HeldChange, lease: LeaseView): boolean {
	if (change.state === 'undone' || change.state === 'vanished') return true
	return change.state === 'conflict' && (change.endedAt !== null || lease.phase === 'closed')
}

/** The change whose K is due first. */
export function nextToConfirm(lease: LeaseView | undefined): HeldChange | undefined {
	return lease?.changes
		.filter((change) => change.state === 'confirm')
		.toSorted((a, b) => (a.confirmBy ?? 0) - (b.confirmBy ?? 0))[0]
}

/** A lease whose guard is dead and that still holds something of this boot. What was left to someone else is over. */
export function isLeftover(lease: FoundLease): boolean {
	return (
		!lease.alive &&
		!lease.earlierBoot &&
		lease.changes.some((one) => ON.has(one.state) || (one.state === 'conflict' && one.endedAt === null))
	)
}

/**
 * Exit status: 4 when an undo failed, 3 when something was left that someone else set, 7 when all was put back but
 * later than promised, else 0.
 */
export function exitCodeOf(view: LeaseView | undefined, history: readonly PastChange[]): 0 | 3 | 4 | 7 {
	const outcomes = new Set<Outcome>()
	for (const change of history) if (change.state === 'conflict') outcomes.add('conflict')
	if (view !== undefined) {
		if (view.outcome !== null) outcomes.add(view.outcome)
		if (view.changes.some((change) => change.state === 'conflict')) outcomes.add('conflict')
		if (view.phase === 'failed') outcomes.add('failed')
		const on = changesInForce(view)
		if (on.some((change) => change.state === 'failed')) outcomes.add('failed')
		if (on.length > 0 && !view.persisted) outcomes.add('failed')
	}
	const isLate = [...history, ...(view?.changes ?? [])].some(({ lateMs }) => lateMs !== undefined)
	if (outcomes.has('failed')) return 4
	return outcomes.has('conflict') ? 3 : isLate ? 7 : 0
}
