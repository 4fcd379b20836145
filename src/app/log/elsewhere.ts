import { netnsName } from '../../investigation/netns-words.ts'
import type { ElsewhereState } from '../state/probes-state.ts'
import type { ReasonRow, State } from '../state/state.ts'
import { accountOf } from './account.ts'
import { type NamedRow, namedRows } from './named.ts'
import { OTHERS, reasonRate } from './reasons.ts'

/** What kernel probes have told of one network namespace since they were set. */
export type ToldOfNetns = {
	/** INVALID packets, and how many of them a second. */
	readonly count: number
	readonly rate: number
	/** The most frequent reasons and names in words, first the most frequent. */
	readonly reasons: readonly { readonly text: string; readonly count: number }[]
}

/** Undefined while probes are not the source, and for a namespace that they have told nothing of. */
export function toldOfNetns(state: State, inode: number): ToldOfNetns | undefined {
	if (state.way?.source !== 'probe') return undefined
	if (inode === state.facts?.netns.inode) return toldOf(state.reasons, accountOf(state).named)
	const one = state.probes.elsewhere.get(inode)
	return one && countsElsewhere(one)
}

export const countsElsewhere = (one: ElsewhereState): ToldOfNetns => toldOf(one.reasons, namesOf(one))

function toldOf(reasons: readonly ReasonRow[], named: readonly NamedRow[]): ToldOfNetns {
	const told = reasons.filter(({ reason }) => reason.verdict === 'invalid' || reason.verdict === 'unknown')
	const rows = [
		...told.map((row) => ({
			text: `${row.reason.protocol} ${row.reason.title}`,
			count: row.count,
			rate: reasonRate(row),
		})),
		...named.map(({ protocol, text, count, rate }) => ({ text: `${protocol} ${text}`, count, rate })),
	].toSorted((one, other) => other.count - one.count)
	return {
		count: rows.reduce((sum, { count }) => sum + count, 0),
		rate: rows.reduce((sum, { rate }) => sum + rate, 0),
		reasons: rows,
	}
}

/** The settings of another namespace are not read: what depends on them is less sure. */
const namesOf = (one: ElsewhereState): readonly NamedRow[] => namedRows(one.shapes, one, {})

/** What people call it; its inode where it is not known otherwise. */
export function nameOfNetns({ namespaces }: State, inode: number): string {
	const row = namespaces.value?.rows.find((one) => one.inode === inode)
	return row === undefined ? `net:[${inode}]` : netnsName(row)
}

export type ElsewhereRow = {
	readonly netns: number
	readonly name: string
	readonly told:
		| { readonly kind: 'reason'; readonly row: ReasonRow }
		| { readonly kind: 'named'; readonly row: NamedRow }
}

/** Reasons and names of all other network namespaces. */
export const elsewhereRows = (state: State): readonly ElsewhereRow[] =>
	[...state.probes.elsewhere.values()].flatMap((one) => {
		const of = { netns: one.netns, name: nameOfNetns(state, one.netns) }
		return [
			...one.reasons
				.filter(({ key }) => key !== OTHERS)
				.map((row): ElsewhereRow => ({ ...of, told: { kind: 'reason', row } })),
			...namesOf(one).map((row): ElsewhereRow => ({ ...of, told: { kind: 'named', row } })),
		]
	})
