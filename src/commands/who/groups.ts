import { NOT_KNOWN } from '../../investigation/who/grouping.ts'
import type { Distinct, Tops, WhoGroup, WhoParts } from '../../investigation/who/tally.ts'
import type { Grouping } from '../../model/grouping.ts'
import type { NameAnswer } from '../../model/names.ts'
import * as english from '../../words/english/who/app.ts'
import { visible } from '../../words/visible.ts'

/** How many different ones; `isMore`: at least so many. */
type Many = { readonly count: number; readonly isMore: boolean }
/** The most frequent ones that were kept apart; `null` for what is not known. */
type Counts = {
	readonly list: readonly { readonly text: string | null; readonly count: number }[]
	readonly others: number
}

/** Packets that have something in common. All text in it is safe to print. */
export type Group = {
	/** Null for those of which it is not known. */
	readonly key: string | null
	/** As people call it. */
	readonly text: string
	readonly count: number
	/** Those of them without a log line. */
	readonly silent: number
	readonly sources: Many
	readonly targets: Many
	/** Destination ports, each with its protocol. */
	readonly ports: Many
	readonly reasons: Counts
	readonly flows: Counts
	/** What the name service says of the address, where it was asked. */
	readonly name?: NameAnswer
}

/** All packets by one grouping: those of the groups, `beyond` and `rest` are `total`. */
export type Groups = {
	readonly by: Grouping
	readonly total: number
	/** Most frequent first. */
	readonly list: readonly Group[]
	/** So many groups are kept apart at most, and packets of others. */
	readonly bound: number
	readonly beyond: number
	/** Packets that were counted and that nobody has seen one by one. */
	readonly rest: number
}

/** `textOf`: what a key is called, where that is not the key itself. */
export function groupsOf(
	parts: readonly WhoParts[],
	by: Grouping,
	bound: number,
	textOf: (key: string) => string = (key) => key,
): Groups {
	const sum = (of: (part: WhoParts) => number) => parts.reduce((all, part) => all + of(part), 0)
	const list = parts
		.flatMap(({ groups }) => groups)
		.toSorted((one, other) => other.count - one.count)
		.map((group) => groupOf(group, by, textOf))
	const [beyond, rest] = [sum((part) => part.beyond), sum((part) => part.rest)]
	const total = list.reduce((all, { count }) => all + count, beyond + rest)
	return { by, total, list, bound, beyond, rest }
}

function groupOf(group: WhoGroup, by: Grouping, textOf: (key: string) => string): Group {
	const { key, count, silent, sources, targets, ports, reasons, flows } = group
	const isKnown = key !== NOT_KNOWN
	return {
		key: isKnown ? visible(key) : null,
		text: isKnown ? visible(textOf(key)) : english.NOT_KNOWN[by],
		count,
		silent,
		sources: many(sources),
		targets: many(targets),
		ports: many(ports),
		reasons: counts(reasons),
		flows: counts(flows),
	}
}

const many = ({ values, isMore }: Distinct): Many => ({ count: values.size, isMore })

const counts = ({ counts: all, others }: Tops): Counts => ({
	list: [...all]
		.toSorted((one, other) => other[1] - one[1])
		.map(([text, count]) => ({ text: text === NOT_KNOWN ? null : visible(text), count })),
	others,
})
