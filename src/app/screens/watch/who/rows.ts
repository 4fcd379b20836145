import { NOT_KNOWN, OWN_NETNS, type Spread } from '../../../../investigation/who/grouping.ts'
import type { WhoGroup } from '../../../../investigation/who/tally.ts'
import type { Grouping } from '../../../../model/grouping.ts'
import * as english from '../../../../words/english/who/app.ts'
import { nameOfNetns } from '../../../log/elsewhere.ts'
import { reasonRate } from '../../../log/reasons.ts'
import type { PaneRow } from '../../../state/pane-list.ts'
import type { State } from '../../../state/state.ts'
import { nameWords } from '../../../who/names.ts'
import { whoOf } from '../../../who/who.ts'

/** A row of Watch while packets are told apart by who they are of. */
export type WhoItem =
	| { readonly kind: 'group'; readonly row: GroupRow }
	/** Packets of groups that have no place of their own; and packets that nobody has seen one by one. */
	| { readonly kind: 'beyond' | 'rest'; readonly text: string; readonly count: number }

export type GroupRow = {
	readonly by: Grouping
	readonly group: WhoGroup
	/** What it is called, with its name where somebody has asked for it; safe where it is drawn. */
	readonly text: string
	/** Of another network namespace. */
	readonly netns: string | undefined
	/** Undefined where the group is no single address. */
	readonly address: string | undefined
}

/** Most frequent first. All of them together are as many packets as Watch has by reason. */
export const whoRows = (state: State, by: Grouping): readonly PaneRow<WhoItem>[] =>
	whoOf(state, by)
		.flatMap(({ groups, beyond, rest, elsewhere }) => {
			const name = elsewhere?.name
			const place = elsewhere === undefined ? '' : `${elsewhere.inode} `
			const named = (text: string) =>
				name === undefined || by === 'namespace' ? text : english.inNetns(name, text)
			return [
				...groups.map((group): PaneRow<WhoItem> => {
					const row = rowOf(state, by, group, name)
					const [reason = ''] = topOf(group)
					const flows = [...group.flows.counts.keys()]
					return {
						key: `${by} ${place}${group.key}`,
						text: [row.text, reason, ...flows].join(' '),
						item: { kind: 'group', row: { ...row, text: named(row.text) } },
					}
				}),
				...(beyond === 0 ? [] : [other(place, 'beyond', named(english.noPlaceOfTheirOwn), beyond)]),
				...(rest === 0 ? [] : [other(place, 'rest', named(english.seenByNobody), rest)]),
			]
		})
		.toSorted((one, another) => countOf(another.item) - countOf(one.item))

const other = (place: string, kind: 'beyond' | 'rest', text: string, count: number): PaneRow<WhoItem> => ({
	key: `${kind} ${place}`,
	text,
	item: { kind, text, count },
})

export const countOf = (item: WhoItem): number => (item.kind === 'group' ? item.row.group.count : item.count)

/** What a group is sorted by beside its count. */
export type WhoFigures = Readonly<Record<Spread, number>> & { readonly what: string }

/** What a row of Watch is sorted by; those of no single group have no more than a count. */
export function whoFigures(item: WhoItem): {
	readonly reason: string
	readonly count: number
	readonly rate?: number
	readonly lastAt?: number
	readonly spread?: WhoFigures
} {
	if (item.kind !== 'group') return { reason: item.text, count: item.count }
	const { text, group } = item.row
	const { sources, targets, ports, count, lastAt } = group
	return {
		reason: text,
		count,
		rate: reasonRate(group),
		lastAt,
		spread: {
			sources: sources.values.size,
			targets: targets.values.size,
			ports: ports.values.size,
			what: topOf(group)[0] ?? '',
		},
	}
}

/** What most of its packets are. */
export const topOf = ({ reasons }: WhoGroup): readonly string[] =>
	[...reasons.counts].toSorted((one, another) => another[1] - one[1]).map(([what]) => what)

function rowOf(state: State, by: Grouping, group: WhoGroup, netns: string | undefined): GroupRow {
	const { key } = group
	const address = by === 'source' || by === 'destination' ? key : NOT_KNOWN
	if (key === NOT_KNOWN) return { by, group, text: english.NOT_KNOWN[by], netns, address: undefined }
	const plain = by === 'namespace' ? namespaceText(state, key) : key
	const name = address === NOT_KNOWN ? undefined : nameWords(state.names.get(address))
	const text = name === undefined ? plain : `${plain}  ${name}`
	return { by, group, text, netns, address: address === NOT_KNOWN ? undefined : address }
}

function namespaceText(state: State, key: string): string {
	const { facts } = state
	if (key !== OWN_NETNS) return nameOfNetns(state, Number(key))
	if (facts === undefined) return english.HEADS.namespace.toLowerCase()
	return facts.netns.initial ? 'init' : facts.netns.name
}
