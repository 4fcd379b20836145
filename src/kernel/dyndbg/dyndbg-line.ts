import { visible } from '../../words/visible.ts'
import type { KmsgRecord } from '../log/kmsg-record.ts'
import type { PrintkSite, SiteId } from './dyndbg-control.ts'
import { cutNames, cutPrefix, cutThread, mayPrefix, names } from './dyndbg-decoration.ts'
import { matchFormat, type PrintkFormat, type PrintkValue, readFormat } from './dyndbg-format.ts'

/** A record that one of the given sites has printed. */
export type PrintkLine = {
	readonly id: SiteId
	readonly site: PrintkSite
	/** In the order of the format. */
	readonly values: readonly PrintkValue[]
	/** Without decorations, and what was printed as two is one here: `tcp_conntracks: syn=1 ack=0 ...`. Safe to print. */
	readonly text: string
	/** Further sites whose line this can be: the same text at another place. */
	readonly alike: readonly SiteId[]
	/** `opening`: only the head of a line that another record ends, and nothing in itself. */
	readonly part: 'whole' | 'opening'
	/** False where nearly every text would fit the format, and no decoration names the site. */
	readonly sure: boolean
	/** `<intr>` or the number of a thread; null without flag t. */
	readonly thread: string | null
	/** Kernel addresses in the line, of entries as a rule: each names one object until that is freed. */
	readonly pointers: readonly string[]
}

/** pr_debug() has level 7, and only the kernel itself has facility 0. */
export const mayBePrintk = ({ level, facility }: Pick<KmsgRecord, 'level' | 'facility'>): boolean =>
	level === 7 && facility === 0

type Entry = {
	readonly id: SiteId
	readonly site: PrintkSite
	readonly format: PrintkFormat
	readonly names: string
	/** What the heading site puts in front, when that is given too. */
	heading: string
	part: PrintkLine['part']
}

type Found = {
	readonly entry: Entry
	readonly values: readonly PrintkValue[]
	readonly text: string
	readonly score: number
	readonly sure: boolean
}

/** Letters and digits that a name in front counts for: it says more than any text. */
const NAME = 1_000

/** The same for what pr_fmt() puts in front: as much as a word of the text. */
const PREFIX = 10

/** Texts without an end of their line that one record can begin with. */
const MOST_HEADS = 2

/** Below, a text says too little about who printed it. */
const ENOUGH = 3

/**
 * Recognises what the given sites print, by their formats and flags. What none of them can have printed is undefined.
 * Pass the sites that print: every further one makes a mistake more likely.
 */
export function createPrintkReader(
	sites: ReadonlyMap<SiteId, PrintkSite>,
): (text: string) => PrintkLine | undefined {
	const entries = entriesOf(sites)
	const decorated = entries.filter((entry) => entry.names !== '')
	const plain = groups(
		entries.filter((entry) => entry.names === ''),
		(entry) => [firstCharacter(entry)],
	)
	const named = groups(entries, ({ site }) => new Set([site.module, site.func, site.file]))

	/** As the flags of the sites say. */
	function asFlagged(text: string): readonly Found[] {
		const found: Found[] = []
		const body = bodyOf(text)
		for (const entry of decorated) {
			if (text.startsWith(entry.names)) add(found, entry, bodyOf(text.slice(entry.names.length)), NAME)
		}
		for (const first of new Set([text.charAt(0), body.cut?.text.charAt(0) ?? '', ''])) {
			for (const entry of plain.get(first) ?? []) add(found, entry, body, 0)
		}
		return found
	}

	/** With other decorations than the flags say, or without the ones that they say: of before they were changed. */
	function asDecorated(text: string, least: number): readonly Found[] {
		const found: Found[] = []
		const first = text.slice(0, Math.max(0, text.indexOf(':')))
		for (const entry of /^\d+$/.test(first) ? entries : (named.get(first) ?? [])) {
			const cut = cutNames(text, entry.site)
			if (cut !== undefined && cut.right >= least) add(found, entry, bodyOf(cut.text), cut.right * NAME)
		}
		const body = bodyOf(text)
		for (const entry of decorated) add(found, entry, body, 0)
		return found
	}

	function read(whole: string, within = 0): PrintkLine | undefined {
		const { thread, text } = cutThread(whole)
		const flagged = asFlagged(text)
		if (flagged.some(({ score }) => score >= NAME)) return lineOf(flagged, thread)
		// A conversion may have swallowed names. One alone may be what pr_fmt() puts in front.
		const found = [...flagged, ...asDecorated(text, flagged.length > 0 ? 2 : -1)]
		return found.length > 0 ? lineOf(found, thread) : inOneRecord(text, within)
	}

	/** `tcp_conntracks: syn=1 ack=0 fin=0 rst=0 old=0 new=1`: kernels that did not begin a new record for the second. */
	function inOneRecord(text: string, within: number): PrintkLine | undefined {
		// Each of several heads with the same text would be tried again for each that follows.
		if (within >= MOST_HEADS) return undefined
		for (const { format } of entries) {
			if (!format.open || format.fixed < ENOUGH) continue
			const head = matchFormat(format, text, true)
			if (head === undefined || head.rest === '') continue
			const second = read(head.rest, within + 1)
			if (second !== undefined) return { ...second, text: visible(text) }
		}
		return undefined
	}

	return (text) => read(text)
}

function groups(
	entries: readonly Entry[],
	keys: (entry: Entry) => Iterable<string>,
): ReadonlyMap<string, readonly Entry[]> {
	const found = new Map<string, Entry[]>()
	for (const entry of entries) {
		for (const key of keys(entry)) {
			const group = found.get(key)
			if (group === undefined) found.set(key, [entry])
			else group.push(entry)
		}
	}
	return found
}

function entriesOf(sites: ReadonlyMap<SiteId, PrintkSite>): readonly Entry[] {
	const entries: Entry[] = []
	for (const [id, site] of sites) {
		const one = { id, site, names: names(site), heading: '', part: 'whole' as const }
		entries.push({ ...one, format: readFormat(site.format) })
		// A log of lines has a text with a newline in it only up to there.
		const [first = '', ...more] = site.format.trimEnd().split('\n')
		if (more.length > 0 && first !== '') entries.push({ ...one, format: readFormat(`${first}\n`) })
	}
	for (const entry of entries) {
		const closing = entry.format.open ? closingOf(entry, entries) : undefined
		if (closing === undefined) continue
		entry.part = 'opening'
		closing.heading = entry.site.format
	}
	return entries.toSorted((a, b) => b.format.fixed - a.format.fixed || a.site.line - b.site.line)
}

/** How many lines of source a heading and what it heads are apart. The dump of a tuple between them prints nothing. */
const NEAR = 3

function closingOf({ site }: Entry, entries: readonly Entry[]): Entry | undefined {
	if (!/^[^%]*[ \t]$/.test(site.format)) return undefined
	return entries.find(
		(other) =>
			other.site.file === site.file &&
			other.site.func === site.func &&
			other.site.line > site.line &&
			other.site.line <= site.line + NEAR,
	)
}

/** '' when any can be the first one. */
function firstCharacter({ names: front, format }: Entry): string {
	const [first] = format.parts
	return (front + (typeof first === 'string' ? first : '')).charAt(0)
}

/** A text as it is, and without what pr_fmt() may have put in front. */
type Body = { readonly text: string; readonly cut: ReturnType<typeof cutPrefix> }

const bodyOf = (text: string): Body => ({ text, cut: cutPrefix(text) })

function add(found: Found[], entry: Entry, { text, cut }: Body, named: number): void {
	const { format, site } = entry
	const asItIs = matchFormat(format, text)
	const behind = cut === undefined ? undefined : matchFormat(format, cut.text)
	// What heads it may stand in the same record.
	const headed = cut !== undefined && entry.heading.startsWith(`${cut.prefix}:`)
	const known = cut !== undefined && behind !== undefined && (headed || mayPrefix(site, cut.prefix))
	const match = asItIs === undefined || known ? (behind ?? asItIs) : asItIs
	if (match === undefined) return
	const told = named + (known ? PREFIX : 0)
	// `%s` alone would be every line of every driver.
	if (told <= 0 && format.fixed === 0 && match.values.length > 0) return
	const score = told + format.fixed
	const sure = score >= ENOUGH && (named > 0 || known || match === asItIs)
	found.push({ entry, values: match.values, text: headed ? cut.text : text, score, sure })
}

function lineOf(found: readonly Found[], thread: string | null): PrintkLine {
	const best = found.reduce((one, other) => (other.score > one.score ? other : one))
	const { entry, values, text, score, sure } = best
	const alike = found.filter((other) => other.score === score && other.entry.id !== entry.id)
	return {
		id: entry.id,
		site: entry.site,
		values,
		text: visible(entry.heading + text).trim(),
		alike: alike.map((other) => other.entry.id),
		part: entry.part,
		sure,
		thread,
		pointers: values.filter(({ as }) => as === 'pointer').map((value) => value.text),
	}
}
