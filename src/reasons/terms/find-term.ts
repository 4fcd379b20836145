import type { NeighbourId } from '../../kernel/conntrack/neighbour.ts'
import { COUNTERS } from './counters.ts'
import { ERRORS } from './errors.ts'
import { FIELDS } from './fields.ts'
import { SETTINGS } from './settings.ts'
import { SPELLINGS } from './spellings.ts'
import type { Term } from './term.ts'

/** All of them; where two have the same name, the first one is meant. */
export const TERMS: readonly Term[] = [...COUNTERS, ...FIELDS, ...SETTINGS, ...SPELLINGS, ...ERRORS]

const BY_NAME: ReadonlyMap<string, Term> = new Map(
	[...TERMS].reverse().flatMap((term) => term.names.map((name) => [plain(name), term] as const)),
)

/** Words around a name that say nothing: `what is insert_failed?`, `conntrack -S insert_failed`. */
const AROUND =
	/^(?:what(?:'s| is| does| are)? |why |explain |the |sysctl (?:-w )?|conntrack -[sle] |cat |nft add rule \S+ \S+ \S+ |(?:ip6?tables|ebtables)(?:-nft|-legacy)? )+|(?: mean| counter| field| sysctl)?\??$/g

const PATH = /^(?:\/proc\/sys\/)?net[./]netfilter[./]|^\/proc\/sys\/net\/|^net\.(?=nf_)/

/** `cpu=0 found=0 invalid=15 ...`: a line of conntrack -S. */
const COUNTER_LINE = /^cpu=\d+\s+(?:\w+=\d+\s*)+$/
const MOST_WORDS = 12

export type FoundTerm = {
	readonly term: Term
	/** How it was asked for. */
	readonly name: string
	/** What stands behind it: `insert_failed=12`. */
	readonly value?: string
}

/** What is asked about, with or without its value; none when it is no word of conntrack. */
export function termsIn(asked: string): readonly FoundTerm[] {
	const text = plain(asked)
	if (COUNTER_LINE.test(text)) return countersIn(text)
	const direct = byName(text)
	if (direct !== undefined) return [{ term: direct, name: direct.names[0] ?? text }]
	const bare = text.replaceAll(AROUND, '').trim()
	const named = /^([\w./-]+)\s*=\s*(\S{1,40})$/.exec(bare)
	const [name, value] = named === null ? [bare, undefined] : [named[1] ?? '', named[2]]
	const term = byName(name) ?? byName(`${name}=`)
	if (term === undefined) return []
	return [value === undefined ? { term, name: term.names[0] ?? name } : { term, name, value }]
}

/** Those that are not 0, as many as there are. */
function countersIn(text: string): readonly FoundTerm[] {
	return text
		.split(/\s+/)
		.map((word) => word.split('='))
		.flatMap(([name = '', value = '']) => {
			const term = name === 'cpu' || Number(value) === 0 ? undefined : byName(name)
			return term === undefined ? [] : [{ term, name, value }]
		})
}

function byName(text: string): Term | undefined {
	const name = text.replace(PATH, '')
	return (
		BY_NAME.get(text) ??
		BY_NAME.get(name) ??
		BY_NAME.get(name.replaceAll('/', '.')) ??
		BY_NAME.get(`nf_conntrack_${name}`)
	)
}

/** The longest spelling of a rule or an error that is in a text; single words are in too many. */
export function termWithin(asked: string): Term | undefined {
	const text = plain(asked)
	if (text.split(' ').length > 4 * MOST_WORDS) return undefined
	const found = [...BY_NAME.keys()].filter((name) => name.includes(' ') && hasWords(text, name))
	const [longest] = found.sort((a, b) => b.length - a.length)
	const term = longest === undefined ? undefined : BY_NAME.get(longest)
	return term !== undefined && (term.kind === 'rule' || term.kind === 'error') ? term : undefined
}

const hasWords = (text: string, name: string): boolean => ` ${text} `.includes(` ${name} `)

function plain(text: string): string {
	return text.trim().toLowerCase().replaceAll(/\s+/g, ' ').replaceAll(/[“”"]/g, '')
}

/** Messages around those of packets whose word is explained. */
const OF_NEIGHBOUR: Readonly<Partial<Record<NeighbourId, string>>> = {
	'table-full': 'table full',
	'table-full-netns': 'table full',
	'expect-full': 'expectation table full',
	'helper-off': 'nf_conntrack_helper',
}

export const termsOfNeighbour = (id: NeighbourId): readonly FoundTerm[] => termsIn(OF_NEIGHBOUR[id] ?? '')
