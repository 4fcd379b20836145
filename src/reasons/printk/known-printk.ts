import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import { cutThread } from '../../kernel/dyndbg/dyndbg-decoration.ts'
import { readFormat } from '../../kernel/dyndbg/dyndbg-format.ts'
import { createPrintkReader, type PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'
import { decoded, SITE_TEXTS } from './printk-sites.ts'
import type { SiteText } from './printk-told.ts'

/** A line of a log that a call site of conntrack has printed, known by its text alone. All texts are safe to print. */
export type KnownPrintk = {
	/** Base name. */
	readonly file: string
	/** As in the source, with its conversions. */
	readonly format: string
	/** One sentence without its full stop. */
	readonly tells: string
	/** What its numbers say; '' where the line says it already. */
	readonly detail: string
	/** Without decorations. */
	readonly text: string
	/** Only the head of the next line. */
	readonly head: boolean
}

/** Letters and digits that a text must have when nothing but itself says who printed it, and when a name does too. */
const ENOUGH = 12
const ENOUGH_NAMED = 3
/** A word of the source, as `tcp_in_window`, is rarely a word of anybody else. */
const ENOUGH_OF_SOURCE = 9

/** Flags m f s l: two names and more, or one of the source, or the line. What it is about is not known without the file. */
const NAMES =
	/^(?:(?:[A-Za-z_]\w{1,60}:|[\w./-]{3,120}\.[ch]:){2,3}(?:\d{1,6}:)?|\w{0,60}_\w{0,60}:(?:\d{1,6}:)?|\d{1,6}:) /
/** What pr_fmt() puts in front. */
const PREFIX = /^(?:nf_\w{1,40}|IPv6-nf): /

type Known = { readonly text: SiteText; readonly fixed: number }

type Catalogue = {
	readonly read: (text: string) => PrintkLine | undefined
	readonly known: ReadonlyMap<string, Known>
	readonly beginnings: RegExp
}

/** Made for the first line that is asked about: most commands ask about none. */
let catalogue: Catalogue | undefined

function catalogueOnce(): Catalogue {
	if (catalogue === undefined) {
		const { sites, known } = sitesOfTexts()
		catalogue = { read: createPrintkReader(sites), known, beginnings: beginningsOf() }
	}
	return catalogue
}

/**
 * Reads the text of a record without the control file of its kernel: by what the sources of 4.18 to 7.3 print. Undefined
 * for texts that are nobody's there, or too short to be someone's.
 */
export function knownPrintk(whole: string): KnownPrintk | undefined {
	// Most lines end here.
	if (!beginsPrintk(whole)) return undefined
	const { read, known, beginnings } = catalogueOnce()
	const { text } = cutThread(whole)
	const bare = text.replace(NAMES, '')
	let best: Fitting | undefined
	// A conversion may swallow names, and a text may be the end of another one: the one with the most letters is it.
	for (const one of new Set([bare, text, bare.replace(PREFIX, ''), text.replace(PREFIX, '')])) {
		if (!beginnings.test(one)) continue
		const line = read(one)
		const about = line === undefined ? undefined : known.get(line.id)
		if (line === undefined || about === undefined || !isEnough(line, about, one.length < text.length))
			continue
		if (best === undefined || about.fixed > best.about.fixed) best = { line, about }
	}
	return best && saidBy(best)
}

/** Whether a text begins as one of a call site may. Two words, and eight characters where there are so many, are enough to say no. */
export function beginsPrintk(whole: string): boolean {
	const { text } = cutThread(whole)
	return NAMES.test(text) || PREFIX.test(text) || catalogueOnce().beginnings.test(text)
}

type Fitting = { readonly line: PrintkLine; readonly about: Known }

function isEnough({ sure }: PrintkLine, { text, fixed }: Known, named: boolean): boolean {
	if (named) return sure && fixed >= ENOUGH_NAMED
	return sure && fixed >= (text.format.includes('_') ? ENOUGH_OF_SOURCE : ENOUGH)
}

const saidBy = ({ line, about: { text } }: Fitting): KnownPrintk => ({
	file: text.file,
	format: text.format,
	tells: text.tells,
	detail: decoded(line.site, line.values),
	text: line.text,
	head: line.part === 'opening',
})

/** The texts as sites: rows of a table stand in the order of the source, so a head stands in front of its line. */
function sitesOfTexts() {
	const sites = new Map<string, PrintkSite>()
	const known = new Map<string, Known>()
	for (const [line, text] of SITE_TEXTS.entries()) {
		const id = String(line)
		const { file, func } = text
		const own = func === '' ? text.format : text.format.replace(/^%s/, func)
		const format = /^\w+:$/.test(own) ? `${own} ` : `${own}\n`
		const module = file.startsWith('nf_nat') ? 'nf_nat' : 'nf_conntrack'
		sites.set(id, { file, line, module, func, flags: 'p', format, class: null })
		known.set(id, { text, fixed: readFormat(format).fixed })
	}
	return { sites, known }
}

/** How a text can begin: most lines of a log are of others, and are passed over at once. */
function beginningsOf(): RegExp {
	const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
	const words = SITE_TEXTS.map(({ format }) => /^[^%]{1,8}/.exec(format.trim())?.[0] ?? '')
	const pointers = String.raw`[\da-f]{8,16}: |\(\w{1,12}\): |\w{1,40}(?:\(|: (?:sender|returning) )`
	return new RegExp(
		`^(?:${[...new Set(words.filter((word) => word !== '').map(escaped)), pointers].join('|')})`,
	)
}
