import type { Mark } from '../../changes/kinds/kind.ts'
import { kindOf } from '../../changes/kinds/kinds.ts'
import { knobById } from '../../changes/knobs.ts'
import type { Entry } from '../../changes/lease.ts'

/** What a line in the kernel log must have to be the consequence of our changes. */
export type FloodMarks = {
	/** Lines of conntrack and its helpers. */
	readonly conntrack: boolean
	/** Lines of TRACE rules: each goes to the logger that its family has, not to one of its own (nf_log.c, nf_log_trace). */
	readonly traces: boolean
	/** Lines of any logger: LOG rules of other network namespaces. */
	readonly packets: boolean
	/** Pieces of the texts of call sites that we let print. */
	readonly pieces: readonly Buffer[]
	/** A call site of ours has no text of its own: every line of level 7 counts. */
	readonly debug: boolean
}

/** Fewer characters than that are in too many other lines. */
const SHORTEST_PIECE = 4

/** Undefined when nothing of these changes prints. */
export function floodMarks(entries: readonly Entry[]): FloodMarks | undefined {
	const marks = entries.filter((entry) => entry.class === 'logs-more').flatMap(marksOf)
	if (marks.length === 0) return undefined
	const pieces = marks.flatMap((mark) => (typeof mark === 'string' ? [] : [mark.piece]))
	return {
		conntrack: marks.includes('conntrack'),
		traces: marks.includes('traces'),
		packets: marks.includes('packets'),
		pieces: pieces.filter((piece) => piece.length >= SHORTEST_PIECE).map((piece) => Buffer.from(piece)),
		debug: pieces.some((piece) => piece.length < SHORTEST_PIECE),
	}
}

function marksOf(entry: Entry): readonly Mark[] {
	const knob = knobById(entry.knob)
	return knob === undefined ? [] : (kindOf(knob).marks?.(knob, entry) ?? [])
}

const COMMA = 0x2c
const SEMICOLON = 0x3b
const ZERO = 0x30
const KERN_DEBUG = ZERO + 7

/** Of conntrack: `nf_ct_proto_6: `, `nf_ct_ftp: `; from Linux 7.2 on `helper ftp dropping packet: `. */
const CONNTRACK = Buffer.from('nf_ct_')
const HELPER = Buffer.from('helper ')
const TRACE = Buffer.from('TRACE: ')
/** In every line of a logger (net/netfilter/nf_log_syslog.c, dump_packet). */
const PACKET = Buffer.from(' OUT=')

/**
 * Whether a record of /dev/kmsg, `5,1234,987654,-;TEXT`, looks like ours, by its bytes. What users write there is of
 * another facility, so its priority is 8 or more.
 */
export function looksLikeOurs(marks: FloodMarks, record: Uint8Array): boolean {
	if (record[1] !== COMMA || (record[0] ?? 0) > KERN_DEBUG) return false
	const text = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
	const start = record.indexOf(SEMICOLON) + 1
	const begins = (word: Buffer) =>
		text.compare(word, 0, word.length, start, Math.min(start + word.length, text.length)) === 0
	if (marks.conntrack && (begins(CONNTRACK) || begins(HELPER))) return true
	if (marks.traces && begins(TRACE)) return true
	if (marks.packets && text.includes(PACKET, start)) return true
	// What call sites print has that level. A LOG rule may have any text, and most have another level.
	if (record[0] !== KERN_DEBUG) return false
	return marks.debug || marks.pieces.some((piece) => text.includes(piece, start))
}

/** The second number of a record: one more for each, whether it could be read or not. */
export function sequenceOf(record: Uint8Array): number | undefined {
	const from = record.indexOf(COMMA) + 1
	let value = 0
	let at = from
	for (; at < record.length; at++) {
		const digit = (record[at] ?? 0) - ZERO
		if (digit < 0 || digit > 9) break
		value = value * 10 + digit
	}
	return at > from && record[at] === COMMA ? value : undefined
}
