import type { ReasonSource } from '../../changes/log-source.ts'
import { protocolName } from '../../kernel/packet/protocol.ts'
import type { Verdict } from '../../reasons/shape/reason.ts'
import { SILENT_PATHS } from '../../reasons/silent-paths.ts'
import * as english from '../../words/english/investigation/accounting.ts'

/** How often one call site has printed, and the silent paths of which each of its lines counts one packet. */
export type SiteLines = { readonly explains: readonly string[]; readonly count: number }

type Gap = { readonly invalid: number; readonly error: number }

const COUNTERS = new Map(SILENT_PATHS.map(({ id, counter }) => [id, counter]))

/**
 * Of how many packets without a reason line such lines speak, at most `gap` counter by counter. A packet may make
 * several sites of its path print, so of one path the site with the most lines counts, not their sum; a site that
 * leaves open which of its paths it was adds only what these do not have yet. So packets are rather left out than
 * counted twice, and a line whose packet has a reason line too finds no gap to fill.
 */
export function toldOf(sites: readonly SiteLines[], gap: Gap, errorWithin: boolean): number {
	const counterOf = (path: string): keyof Gap => (errorWithin ? 'invalid' : (COUNTERS.get(path) ?? 'invalid'))
	const packets = new Map<string, number>()
	const left = { ...gap }
	const raise = (path: string, by: number): number => {
		const counter = counterOf(path)
		const taken = Math.max(0, Math.min(by, left[counter]))
		left[counter] -= taken
		packets.set(path, (packets.get(path) ?? 0) + taken)
		return taken
	}
	for (const { explains, count } of sites) {
		const [path] = explains
		if (path !== undefined && explains.length === 1) raise(path, count - (packets.get(path) ?? 0))
	}
	for (const { explains, count } of sites) {
		if (explains.length < 2) continue
		let more = count - explains.reduce((sum, path) => sum + (packets.get(path) ?? 0), 0)
		for (const path of explains) more -= raise(path, more)
	}
	return [...packets.values()].reduce((sum, one) => sum + one, 0)
}

/** A row of a terminal of 80 columns, inside a border. */
const LONGEST = 78

/** The accounting in one line; what stands aside is added where there is room, the most telling first. */
function accountInWords(found: Omit<Accounting, 'sentence'>, input: AccountingInput): string {
	let sentence = equation(found, input)
	for (const part of asides(found, input)) {
		const longer = `${sentence}; ${part}`
		if (longer.length <= LONGEST) sentence = longer
	}
	return sentence
}

function equation(found: Omit<Accounting, 'sentence'>, input: AccountingInput): string {
	const { asked, unread = 0, printedByOthers = false } = input
	const { counted, explained, lost, told } = found
	if (counted === 0) return found.aside.ahead > 0 ? english.counted0SoFar : english.counted0NoPacketWas
	if (asked === '0' && explained === 0 && lost === 0) {
		const packets = short(grouped(counted), counted)
		return told === 0
			? english.countedLogInvalidIs0(packets)
			: english.countedLogInvalidIs02(packets, toldWords(short(grouped(told), told), printedByOthers))
	}
	// Then there has to be room for why it is not known.
	if (unread > 0) return sum(found, compact, '-', '')
	const words = (number: (value: number) => string) =>
		told === 0
			? ['']
			: [
					` (${toldWords(number(told), printedByOthers)})`,
					english.byPrintk(printedByOthers ? '<= ' : '', number(told)),
				]
	const attempts = [
		...words(grouped).map((part) => sum(found, grouped, ' to ', part)),
		...words(compact).map((part) => sum(found, compact, '-', part)),
	]
	const shortest = sum(found, compact, '-', '')
	return (
		attempts.find((one) => one.length <= LONGEST) ?? (shortest.length <= LONGEST ? shortest : dense(shortest))
	)
}

/** What five great numbers with all their bounds need. */
const dense = (sentence: string): string => sentence.replaceAll(/ ([=+]) /g, '$1').replaceAll(' up to ', '<=')

/** A printk names no packet, and no network namespace. */
const toldWords = (number: string, printedByOthers: boolean): string =>
	printedByOthers ? english.atMostToldByPrintk(number) : english.toldByPrintkLikely(number)

function sum(
	found: Omit<Accounting, 'sentence'>,
	number: (value: number) => string,
	to: string,
	told: string,
): string {
	const { counted, explained, explainedAtLeast, named, silent, silentAtMost, lost, lostIsUpperBound } = found
	const range = (least: number, most: number) =>
		least === most ? number(most) : `${number(least)}${to}${number(most)}`
	return [
		english.countedExplained(number(counted), range(explainedAtLeast, explained)),
		...(named === 0 ? [] : [english.named(number(named))]),
		english.silent(range(silent, silentAtMost), told),
		english.lost(lostIsUpperBound ? english.upTo(number(lost)) : number(lost)),
	].join(' + ')
}

function asides({ aside, counted }: Omit<Accounting, 'sentence'>, input: AccountingInput): readonly string[] {
	const { asked, shared } = input
	const parts: string[] = []
	if (input.unread !== undefined && input.unread > 0)
		parts.push(input.stalled === true ? english.readerStopped : english.readingOn)
	const add = (count: number, words: string) => {
		if (count > 0) parts.push(`${grouped(count)} ${words}`)
	}
	add(aside.foreign, english.linesOfOtherNetns)
	if (shared && aside.foreign === 0 && counted > 0) parts.push(english.otherNetnsMixedIn)
	add(aside.again, english.judgedTwice)
	add(aside.answers, english.ownRst)
	add(aside.accepted, 'accepted')
	add(aside.droppedByHelper, english.droppedByHelpers)
	add(aside.secondLines, english.secondLines)
	add(aside.ahead, english.notCountedYet)
	if (asked !== undefined && asked !== '0' && asked !== '255')
		parts.push(english.askedForOnly(protocolName(Number(asked))))
	return parts
}

const grouped = (value: number) => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')

const short = (spelled: string, value: number) => (spelled.length > 16 ? compact(value) : spelled)

/** At most five characters: `999`, `12k`, `4295M`, `17G`. */
function compact(value: number): string {
	if (value < 10_000) return String(value)
	if (value < 10_000_000) return `${Math.floor(value / 1000)}k`
	if (value < 10_000_000_000) return `${Math.floor(value / 1_000_000)}M`
	return `${Math.min(9999, Math.floor(value / 1_000_000_000))}G`
}

export type AccountingInput = {
	/** What the counters of this namespace rose by since the accounting began. */
	readonly counted: { readonly invalid: number; readonly error: number; readonly drop: number }
	/** Lines since then, by verdict; of the invalid ones `icmp` are of ICMP or ICMPv6, `answers` are RSTs of this host, `again` packets of a line before. */
	readonly lines: Readonly<Record<Verdict, number>> & {
		readonly icmp: number
		readonly answers: number
		readonly again: number
	}
	/** Records that the log buffer overwrote, and messages that did not fit into the socket of NFLOG. */
	readonly lost: { readonly ring: number; readonly socket: number }
	/** Packets that wait to be read. Above 0, each packet without a line may have one among them. */
	readonly unread?: number
	/** They wait because the reader was stopped or frozen, so nobody knows whether they will be read. */
	readonly stalled?: boolean
	readonly source: ReasonSource
	/** nf_conntrack_log_invalid; undefined where it cannot be read. */
	readonly asked: string | undefined
	/** Lines of other network namespaces are mixed in: the kernel log with nf_log_all_netns on. */
	readonly shared: boolean
	/**
	 * Packets without a line that were seen and have a name, by the counter that they move. Given where packets are copied to
	 * where the lines are read: a message that was lost may be a copy then.
	 */
	readonly named?: Gap
	/** A packet that moves `error` moves `invalid` too (`errorIsWithin`). */
	readonly errorWithin?: boolean
	/** Lines of call sites since then, of those of which a line is one packet without a reason line. */
	readonly printed?: readonly SiteLines[]
	/** Call sites print for the packets of all network namespaces, and there are others, or their lines come here too. */
	readonly printedByOthers?: boolean
}

export type Accounting = {
	/** Packets that the kernel called INVALID. counted = explained + named + silent + lost, always. */
	readonly counted: number
	/** Those with a line. Where lines may or may not be of INVALID packets, the most that it can be. */
	readonly explained: number
	/** Those without a line that were seen, and why they are INVALID worked out. */
	readonly named: number
	/** Those without a line and without a name: the least that it can be. */
	readonly silent: number
	/** Part of `silent`: those that lines of call sites speak of, likely, for such a line names no packet. */
	readonly told: number
	/** Those whose line was lost. */
	readonly lost: number
	/** What was lost need not have been about INVALID packets: `lost` may be less and `silent` more. */
	readonly lostIsUpperBound: boolean
	/** Less than `explained` by the lines of which it is not known whether they are about INVALID packets, or not yet. */
	readonly explainedAtLeast: number
	readonly silentAtMost: number
	/** What neither a line nor a name explains, counter by counter: silent and lost together. */
	readonly unexplained: { readonly invalid: number; readonly error: number }
	/** Lines that explain no counted packet. */
	readonly aside: {
		readonly accepted: number
		readonly secondLines: number
		readonly droppedByHelper: number
		/** Part of `explained`: RSTs of this host itself, which the kernel calls INVALID like any other. */
		readonly answers: number
		/** Part of `explained`: packets that were judged at a place before, so that they count twice. */
		readonly again: number
		/** More lines than packets were counted here: those of other network namespaces. */
		readonly foreign: number
		/** The same where no other namespace can be the cause: their packets show in the next reading of the counters. */
		readonly ahead: number
	}
	/** One line of at most 78 columns. */
	readonly sentence: string
}

/**
 * Each packet that the counters of a namespace know as INVALID is either explained by a line, or its line was lost, or
 * the kernel was silent about it. The ICMP checks move `error` and nothing else, all others move `invalid`
 * (net/netfilter/nf_conntrack_core.c, nf_conntrack_in), so each kind of line is held against its own counter. `drop` is no
 * part of it: what moves `drop` alone was no INVALID packet, and what moves both is in `invalid`.
 */
export function account(input: AccountingInput): Accounting {
	const { lines, errorWithin = false } = input
	const invalid = whole(input.counted.invalid)
	const error = errorWithin ? 0 : whole(input.counted.error)
	const counted = invalid + error
	const icmp = errorWithin ? 0 : Math.min(whole(lines.icmp), whole(lines.invalid))
	const others = whole(lines.invalid) - icmp
	// Of lines that may be of other network namespaces none takes the place of a packet that was seen here without one.
	const seen = namesIn(input, input.shared ? { invalid, error } : { invalid: 0, error: 0 })
	const told = {
		invalid: Math.min(others, invalid - seen.invalid),
		error: Math.min(icmp, error - seen.error),
	}
	const gapInvalid = invalid - told.invalid
	const gapError = error - told.error
	const excess = others - told.invalid + icmp - told.error
	const certain = counted - gapInvalid - gapError
	// A text that nobody knows, or whose verdict differs from kernel to kernel, may be one of the counted ones.
	const gaps = gapInvalid + gapError
	// While some are not read yet, how many came and how many were lost is known a moment later than what was counted.
	const toCome = (input.unread ?? 0) > 0 ? gaps - Math.min(gaps, lostLines(input)) : 0
	const doubtful = Math.min(gaps, whole(lines.depends) + whole(lines.unknown) + toCome)
	const explained = certain + doubtful
	const withoutLine = { invalid: gapInvalid - Math.min(gapInvalid, doubtful), error: gapError }
	withoutLine.error -= doubtful - (gapInvalid - withoutLine.invalid)
	const names = namesIn(input, withoutLine)
	const named = names.invalid + names.error
	const gap = counted - explained - named
	const lost = Math.min(gap, lostLines(input))
	const lostIsUpperBound = lost > 0 && !lossIsExact(input, lost)
	// A call site may have printed for a packet that has a name.
	const printed = toldOf(input.printed ?? [], withoutLine, errorWithin) - named
	const found = {
		counted,
		explained,
		named,
		silent: gap - lost,
		told: Math.min(gap - lost, Math.max(0, printed)),
		lost,
		lostIsUpperBound,
		explainedAtLeast: certain,
		silentAtMost: gap + doubtful - (lostIsUpperBound ? 0 : lost),
		unexplained: {
			invalid: withoutLine.invalid - names.invalid,
			error: withoutLine.error - names.error,
		},
		aside: {
			accepted: whole(lines.accepted),
			secondLines: whole(lines['second-line']),
			droppedByHelper: whole(lines.dropped),
			answers: Math.min(whole(lines.answers), whole(lines.invalid)),
			again: Math.min(whole(lines.again), whole(lines.invalid)),
			foreign: input.shared ? excess : 0,
			ahead: input.shared ? 0 : excess,
		},
	}
	return { ...found, sentence: accountInWords(found, input) }
}

/** Never more than what no line explains: a packet may be seen at one reading and counted at the next. */
function namesIn({ named, errorWithin = false }: AccountingInput, gap: Gap): Gap {
	const { invalid, error } = named ?? { invalid: 0, error: 0 }
	return {
		invalid: Math.min(gap.invalid, whole(invalid) + (errorWithin ? whole(error) : 0)),
		error: errorWithin ? 0 : Math.min(gap.error, whole(error)),
	}
}

/**
 * Up to Linux 5.0 a packet that fails any error check moves `error` and `invalid` (l4proto->error in nf_conntrack_in).
 * Those kernels have the column `searched`, which later ones gave to clash_resolve; 5.1 to 5.9 have it too, so that their
 * number has to tell.
 */
export function errorIsWithin(columns: readonly string[], kernel: string): boolean {
	return columns.includes('searched') && /^(?:[23]\.|4\.|5\.0(?!\d))/.test(kernel)
}

const whole = (value: number) => (value > 0 ? Math.floor(value) : 0)

const lineCount = ({ lines }: AccountingInput) =>
	lines.invalid + lines.accepted + lines.dropped + lines['second-line'] + lines.depends + lines.unknown

/** How many lines can be among what was lost: none while the kernel was not asked for any. */
function lostLines(input: AccountingInput): number {
	const { source, lost, asked } = input
	if (asked === '0' && lineCount(input) === 0) return 0
	return source === 'kmsg' ? whole(lost.ring) + whole(lost.socket) : whole(lost.socket)
}

/** A lost record may be any record. A lost message of NFLOG was a line of conntrack: of an INVALID packet, unless others come too. */
function lossIsExact({ source, lines, lost, named }: AccountingInput, counted: number): boolean {
	if (source === 'kmsg' || named !== undefined) return false
	const aside = lines.accepted + lines['second-line'] + lines.dropped + lines.depends + lines.unknown
	return aside === 0 && counted === whole(lost.socket)
}
