import type { Source } from '../../changes/log-source.ts'
import type { Verdict } from '../../reasons/shape/reason.ts'
import { type SiteLines, toldOf } from './accounting-told.ts'
import { accountInWords } from './accounting-words.ts'

export type AccountingInput = {
	/** What the counters of this namespace rose by since the accounting began. */
	readonly counted: { readonly invalid: number; readonly error: number; readonly drop: number }
	/** Lines since then, by verdict; of the invalid ones `icmp` are of ICMP or ICMPv6 and `answers` are RSTs of this host. */
	readonly lines: Readonly<Record<Verdict, number>> & { readonly icmp: number; readonly answers: number }
	/** Records that the log buffer overwrote, and messages that did not fit into the socket of NFLOG. */
	readonly lost: { readonly ring: number; readonly socket: number }
	/** Packets that wait to be read. Above 0, each packet without a line may have one among them. */
	readonly unread?: number
	/** They wait because the reader was stopped or frozen, so nobody knows whether they will be read. */
	readonly stalled?: boolean
	readonly source: Source
	/** nf_conntrack_log_invalid; undefined where it cannot be read. */
	readonly asked: string | undefined
	/** Lines of other network namespaces are mixed in: the kernel log with nf_log_all_netns on. */
	readonly shared: boolean
	/** A packet that moves `error` moves `invalid` too (`errorIsWithin`). */
	readonly errorWithin?: boolean
	/** Lines of call sites since then, of those of which a line is one packet without a reason line. */
	readonly printed?: readonly SiteLines[]
	/** Call sites print for the packets of all network namespaces, and there are others, or their lines come here too. */
	readonly printedByOthers?: boolean
}

export type Accounting = {
	/** Packets that the kernel called INVALID. counted = explained + silent + lost, always. */
	readonly counted: number
	/** Those with a line. Where lines may or may not be of INVALID packets, the most that it can be. */
	readonly explained: number
	/** Those without: the least that it can be. */
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
	/** What no line explains, counter by counter: silent and lost together. */
	readonly unexplained: { readonly invalid: number; readonly error: number }
	/** Lines that explain no counted packet. */
	readonly aside: {
		readonly accepted: number
		readonly secondLines: number
		readonly droppedByHelper: number
		/** Part of `explained`: RSTs of this host itself, which the kernel calls INVALID like any other. */
		readonly answers: number
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
	const gapInvalid = Math.max(0, invalid - others)
	const gapError = Math.max(0, error - icmp)
	const excess = Math.max(0, others - invalid) + Math.max(0, icmp - error)
	const certain = counted - gapInvalid - gapError
	// A text that nobody knows, or whose verdict differs from kernel to kernel, may be one of the counted ones.
	const gaps = gapInvalid + gapError
	// While some are not read yet, how many came and how many were lost is known a moment later than what was counted.
	const toCome = (input.unread ?? 0) > 0 ? gaps - Math.min(gaps, lostLines(input)) : 0
	const doubtful = Math.min(gaps, whole(lines.depends) + whole(lines.unknown) + toCome)
	const explained = certain + doubtful
	const gap = counted - explained
	const lost = Math.min(gap, lostLines(input))
	const lostIsUpperBound = lost > 0 && !lossIsExact(input, lost)
	const unexplained = { invalid: gapInvalid - Math.min(gapInvalid, doubtful), error: gapError }
	unexplained.error -= doubtful - (gapInvalid - unexplained.invalid)
	const found = {
		counted,
		explained,
		silent: gap - lost,
		told: Math.min(gap - lost, toldOf(input.printed ?? [], unexplained, errorWithin)),
		lost,
		lostIsUpperBound,
		explainedAtLeast: certain,
		silentAtMost: gap + doubtful - (lostIsUpperBound ? 0 : lost),
		unexplained,
		aside: {
			accepted: whole(lines.accepted),
			secondLines: whole(lines['second-line']),
			droppedByHelper: whole(lines.dropped),
			answers: Math.min(whole(lines.answers), whole(lines.invalid)),
			foreign: input.shared ? excess : 0,
			ahead: input.shared ? 0 : excess,
		},
	}
	return { ...found, sentence: accountInWords(found, input) }
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
function lossIsExact({ source, lines, lost }: AccountingInput, counted: number): boolean {
	if (source === 'kmsg') return false
	const aside = lines.accepted + lines['second-line'] + lines.dropped + lines.depends + lines.unknown
	return aside === 0 && counted === whole(lost.socket)
}
