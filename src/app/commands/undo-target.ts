import type { FoundLease, HeldChange } from '../../model/change.ts'
import { changesInForce, isLeftover, nextToConfirm } from '../changing/changes-in-force.ts'
import { changesAt } from '../changing/printk-owner.ts'
import { changesPane } from '../screens/changes/rows.ts'
import { printkPane } from '../screens/printk/rows.ts'
import { switchesPane } from '../screens/switches/rows.ts'
import type { State } from '../state/state.ts'

export type UndoTarget =
	| { readonly kind: 'own'; readonly change: HeldChange }
	/** Those of a head on Printk, oldest first. */
	| { readonly kind: 'several'; readonly changes: readonly HeldChange[] }
	| { readonly kind: 'leftover'; readonly lease: FoundLease }
	| { readonly kind: 'none'; readonly reason: string }

/**
 * What `u` means now: on Changes, Switches and Printk the selected one, elsewhere the change that was made last.
 */
export function undoTarget(state: State): UndoTarget {
	const on = changesInForce(state.lease)
	if (state.screen === 'changes') {
		const { rows, selected } = changesPane(state)
		const item = rows[selected]?.item
		if (item?.kind === 'found') {
			if (isLeftover(item.lease)) return { kind: 'leftover', lease: item.lease }
			return {
				kind: 'none',
				reason: item.lease.alive
					? `it belongs to a session that is running: ctscope revert --lease ${item.lease.leaseId}`
					: 'there is nothing left in it to undo',
			}
		}
		if (item?.kind === 'past') return { kind: 'none', reason: 'this change is over' }
		if (item?.kind === 'held') {
			return on.includes(item.change)
				? { kind: 'own', change: item.change }
				: { kind: 'none', reason: 'someone else changed it since: it is left alone' }
		}
	}
	if (state.screen === 'switches') {
		const { rows, selected } = switchesPane(state)
		const knob = rows[selected]?.key
		const own = on.findLast((change) => change.knob === knob)
		if (own !== undefined) return { kind: 'own', change: own }
		return { kind: 'none', reason: on.length === 0 ? NOTHING_ON : 'this setting was not changed by us' }
	}
	if (state.screen === 'printk') {
		const { rows, selected } = printkPane(state)
		const item = rows[selected]?.item
		if (item !== undefined) {
			const ids = item.kind === 'site' || item.kind === 'proposal' ? [item.id] : item.ids
			const ours = changesAt(state, ids).toSorted((a, b) => a.seq - b.seq)
			const [first] = ours
			if (first === undefined)
				return { kind: 'none', reason: on.length === 0 ? NOTHING_ON : 'nothing here was changed by us' }
			return ours.length === 1 ? { kind: 'own', change: first } : { kind: 'several', changes: ours }
		}
	}
	const last = on.at(-1)
	return last === undefined ? { kind: 'none', reason: NOTHING_ON } : { kind: 'own', change: last }
}

export const NOTHING_ON = 'no changes are in force'

/** What `K` keeps: on Changes the selected change if it waits, else the one whose time runs out first. */
export function confirmTarget(state: State): HeldChange | undefined {
	const next = nextToConfirm(state.lease)
	if (state.screen !== 'changes' || next === undefined) return next
	const { rows, selected } = changesPane(state)
	const item = rows[selected]?.item
	return item?.kind === 'held' && item.change.state === 'confirm' ? item.change : next
}
