import type { FoundLease, HeldChange } from '../../../model/change.ts'
import * as english from '../../../words/english/app/changes.ts'
import { changeName, ownerOf } from '../../changing/change-name.ts'
import { isOver } from '../../changing/changes-in-force.ts'
import { listOf, low, type Order, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { PastChange, State } from '../../state/state.ts'

export type ChangeItem =
	/** Ours, in force or to look at. */
	| { readonly kind: 'held'; readonly change: HeldChange }
	/** Ours, over. */
	| { readonly kind: 'past'; readonly change: PastChange }
	/** A lease of another session, or of a dead one. */
	| { readonly kind: 'found'; readonly lease: FoundLease }

/** Our changes as they were made, then those that are over, newest first, then the leases of others. */
function changeRows(state: State): PaneList<ChangeItem> {
	const { lease } = state
	const held = lease === undefined ? [] : lease.changes.filter((change) => !isOver(change, lease))
	return listOf<ChangeItem>(
		[
			...held.map((change) => row(english.held(change.seq), words(change), { kind: 'held', change })),
			...state.history.map((change) =>
				row(english.past(change.leaseId, change.seq), words(change), { kind: 'past', change }),
			),
			...state.others.map((found) =>
				row(english.found(found.leaseId), leaseWords(found), { kind: 'found', lease: found }),
			),
		],
		state.panes.changes,
	)
}

const row = (key: string, text: string, item: ChangeItem): PaneRow<ChangeItem> => ({ key, text, item })

function words({ sysctl, state, purpose, was, set }: HeldChange): string {
	return [sysctl, state, purpose, was, set].join(' ')
}

function leaseWords({ leaseId, owner, changes }: FoundLease): string {
	return [leaseId, owner?.user, owner?.tty, ...changes.map((change) => change.sysctl)].join(' ')
}

const ORDER: Order<ChangeItem> = {
	columns: {
		setting: low((item, state) =>
			item.kind === 'found' ? ownerOf(item.lease) : changeName(item.change, state),
		),
		state: low((item) => (item.kind === 'found' ? undefined : item.change.state)),
		undo: low((item) => {
			if (item.kind === 'found') return item.lease.alive ? (item.lease.deadline ?? undefined) : undefined
			const { state, undoAt, confirmBy } = item.change
			const isRunning = state === 'in-force' || state === 'confirm'
			return isRunning ? Math.min(undoAt, confirmBy ?? undoAt) : undefined
		}),
	},
}

/** The rows of Changes, and which of them is selected. */
export const changesPane = paneOf('changes', changeRows, ORDER)

/** What the selected change can be filtered by. */
export function changesValues(state: State): readonly string[] {
	const { rows, selected } = changesPane(state)
	const item = rows[selected]?.item
	if (item === undefined) return []
	if (item.kind === 'found') return [item.lease.owner?.user ?? '', item.lease.leaseId]
	return [item.change.sysctl, item.change.state, item.change.purpose]
}
