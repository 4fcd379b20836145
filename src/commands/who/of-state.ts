import type { State } from '../../app/state/state.ts'
import type { Accounting } from '../../investigation/accounting/accounting.ts'
import { OWN_NETNS } from '../../investigation/who/grouping.ts'
import { WHO_LIMITS, within } from '../../investigation/who/tally.ts'
import type { Grouping } from '../../model/grouping.ts'
import { type Groups, groupsOf } from './groups.ts'

type Netns = { readonly inode: number; readonly name: string }

const countOf = (reasons: State['reasons']): number => reasons.reduce((sum, { count }) => sum + count, 0)

/**
 * The packets of a run by one grouping: as many as its reasons and its account have together. By namespace also those that
 * kernel probes have told of in others; by all else those of the one that is looked at.
 */
export function groupsOfState(
	state: State,
	by: Grouping,
	{ named, silent }: Pick<Accounting, 'named' | 'silent'>,
	netns: Netns,
	others: readonly Netns[],
): Groups {
	const own = within(state.who[by], { told: countOf(state.reasons), silent: named + silent })
	const elsewhere =
		by === 'namespace'
			? [...state.probes.elsewhere.values()].map((one) =>
					within(one.who[by], { told: countOf(one.reasons), silent: one.silent }),
				)
			: []
	const names = new Map(others.map(({ inode, name }) => [String(inode), name]))
	return groupsOf([own, ...elsewhere], by, WHO_LIMITS.groups, (key) =>
		key === OWN_NETNS && by === 'namespace' ? netns.name : (names.get(key) ?? key),
	)
}
