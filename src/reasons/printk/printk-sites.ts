import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkValue } from '../../kernel/dyndbg/dyndbg-format.ts'
import { visible } from '../../words/visible.ts'
import { CORE_SITES } from './printk-core.ts'
import { NAT_SITES } from './printk-nat.ts'
import { SCTP_SITES } from './printk-sctp.ts'
import type { SiteText, Talk } from './printk-told.ts'
import { TRACKER_SITES } from './printk-trackers.ts'

export type { Talk } from './printk-told.ts'

/** What a line of a site tells, and how often it comes. All texts are safe to print. */
export type SiteTold = {
	/** One sentence without its full stop. */
	readonly tells: string
	readonly talk: Talk
	/** Silent paths of which a line of it counts one packet; several where the line leaves open which of them. */
	readonly explains: readonly string[]
	/** Silent paths whose packets make it print too, among others. */
	readonly narrows: readonly string[]
	/** False: nobody has described this site, and the sentence is made from its text. */
	readonly known: boolean
}

/** In words, one site. */
export const TALK_WORDS: Readonly<Record<Talk, string>> = {
	rare: 'a line now and then',
	'per-bad-packet': 'a line for each bad packet',
	'per-connection': 'a line for each connection',
	'per-packet': 'a line for each packet',
}

export const SITE_TEXTS: readonly SiteText[] = [...TRACKER_SITES, ...SCTP_SITES, ...CORE_SITES, ...NAT_SITES]

const key = (file: string, func: string, format: string) => `${file}\n${func}\n${format}`

const byPlace: ReadonlyMap<string, SiteText> = new Map(
	SITE_TEXTS.map((text) => [key(text.file, text.func, text.format), text]),
)

/** Sites are the same objects while their rows do not differ, and are asked about for each of their lines. */
const remembered = new WeakMap<PrintkSite, { readonly text: SiteText | undefined }>()

function textOf(site: PrintkSite): SiteText | undefined {
	let known = remembered.get(site)
	if (known === undefined) {
		known = { text: lookedUp(site) }
		remembered.set(site, known)
	}
	return known.text
}

/** What is known of the site, by file, function and text: never by line, which moves. */
function lookedUp({ file, func, format, module }: PrintkSite): SiteText | undefined {
	const base = file.slice(file.lastIndexOf('/') + 1)
	const plain = format.trim()
	// Some copies of the list have what pr_fmt() puts in front in the format too.
	const bare = plain
		.replace(`${module}: `, '')
		.replace(/^IPv6-nf: /, '')
		.trim()
	for (const text of new Set([plain, bare])) {
		const found = byPlace.get(key(base, func, text)) ?? byPlace.get(key(base, '', text))
		if (found !== undefined) return found
	}
	return undefined
}

export function siteTold(site: PrintkSite): SiteTold {
	const text = textOf(site)
	if (text === undefined)
		return { tells: fallback(site), talk: fallbackTalk(site), explains: [], narrows: [], known: false }
	const { tells, talk, explains = [], narrows = [] } = text
	return { tells, talk, explains, narrows, known: true }
}

/** A conversion, and what the kernel takes for a part of it. */
const CONVERSION = /%(?:[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh|h|ll|l|z)?)(?:p[A-Za-z0-9]*|[diuxXosc])/g

function fallback({ func, module, format }: PrintkSite): string {
	const text = visible(format.trim().replaceAll(CONVERSION, '...').replaceAll('%%', '%'))
	return `${visible(func)}() of ${visible(module)} has come to "${text}"`
}

/** Whatever prints while packets are looked at may print for each of them: better warned than flooded. */
const fallbackTalk = ({ func }: PrintkSite): Talk =>
	/(?:^|_)(?:init|exit|fini|register|unregister)(?:_|$)/.test(func) ? 'rare' : 'per-packet'

/**
 * What the numbers of a line say: `ESTABLISHED to FIN_WAIT on FIN+ACK`. '' where the line says it already, and for sites
 * that nobody has described, and for a line that is not whole. Safe to print.
 */
export function decoded(site: PrintkSite, values: readonly PrintkValue[]): string {
	const decode = textOf(site)?.decode
	if (decode === undefined || values.length < conversions(site.format)) return ''
	// A number that is too large to be one of these fields: the line is not what it seems.
	if (values.some(({ as, number }) => as === 'number' && number === null)) return ''
	return visible(decode(values))
}

const conversions = (format: string): number => format.match(CONVERSION)?.length ?? 0

/** Per second; null where it was not measured. */
export type Rates = {
	/** Packets that conntrack looks at. */
	readonly packets: number | null
	/** New connections. */
	readonly connections: number | null
	/** INVALID packets. */
	readonly invalid: number | null
}

/**
 * Lines per second that these sites print together, at most: a site may concern one protocol only. Null where a rate
 * that counts was not measured.
 */
export function estimate(talks: readonly Talk[], rates: Rates): number | null {
	let sum = 0
	for (const talk of talks) {
		const rate = rateOf(talk, rates)
		if (rate === null) return null
		sum += rate
	}
	return sum
}

function rateOf(talk: Talk, { packets, connections, invalid }: Rates): number | null {
	switch (talk) {
		case 'rare':
			return 0
		case 'per-bad-packet':
			return invalid
		case 'per-connection':
			// An entry is made for a refused packet too, and ends at once.
			return connections === null || invalid === null ? null : connections + invalid
		case 'per-packet':
			return packets
	}
}
