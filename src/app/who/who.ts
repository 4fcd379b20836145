import { type WhoParts, within } from '../../investigation/who/tally.ts'
import type { Grouping } from '../../model/grouping.ts'
import { accountOf } from '../log/account.ts'
import { elsewhereRows, nameOfNetns } from '../log/elsewhere.ts'
import type { ElsewhereState } from '../state/probes-state.ts'
import type { State } from '../state/state.ts'

/** Groups of one network namespace. */
export type WhoOfNetns = WhoParts & {
	/** Undefined for the one that is looked at. */
	readonly elsewhere: { readonly inode: number; readonly name: string } | undefined
}

/**
 * The packets of Watch by one grouping: as many as its rows have by reason, at every moment. Packets without a line are
 * those that the account has.
 */
export function whoOf(state: State, by: Grouping): readonly WhoOfNetns[] {
	const { accounting, meantSilent } = accountOf(state)
	const told = state.reasons.reduce((sum, { count }) => sum + count, 0)
	const own = within(state.who[by], { told, silent: meantSilent + (accounting?.named ?? 0) })
	return [
		{ ...own, elsewhere: undefined },
		...(state.allNetns ? [...state.probes.elsewhere.values()].map((one) => ofElsewhere(state, one, by)) : []),
	]
}

/** Nobody counts there but the probes themselves. */
function ofElsewhere(state: State, { netns, who }: ElsewhereState, by: Grouping): WhoOfNetns {
	const rows = elsewhereRows(state).filter((row) => row.netns === netns)
	const count = (kind: 'reason' | 'named') =>
		rows.reduce((sum, { told }) => (told.kind === kind ? sum + told.row.count : sum), 0)
	const parts = within(who[by], { told: count('reason'), silent: count('named') })
	return { ...parts, elsewhere: { inode: netns, name: nameOfNetns(state, netns) } }
}
