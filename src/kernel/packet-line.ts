import type { Packet } from './packet.ts'
import { packetPrefix } from './packet-prefix.ts'
import { readPacket } from './read-packet.ts'
import { visible } from './visible.ts'

export { flowOf, shortAddress } from './flow.ts'
export type { Packet } from './packet.ts'

/** One line about one packet. All text in it is safe to print. */
export type PacketLine = {
	/**
	 * `conntrack`: of log_invalid. `helper`: of a helper that dropped the packet. `rule`: of the LOG target, of nft log,
	 * of TRACE, and every other line with a packet in it; its words are the admin's and no reason of the kernel.
	 */
	readonly kind: 'conntrack' | 'helper' | 'rule'
	/** As printed, without blanks around it: `nf_ct_proto_6:`, `nf_ct_ftp: dropping packet:`, `[UFW BLOCK]`, ''. */
	readonly prefix: string
	/** Protocol number of the prefix; null for helpers and rules. */
	readonly l4proto: number | null
	/** The kernel's reason, without blanks around it; '' for rules. */
	readonly body: string
	readonly packet: Packet
	/** Name of the helper that dropped the packet: `ftp`, `ftp-2121`, `H.245`. Absent for all others. */
	readonly helper?: string
	/** The prefix is one of kernels before 4.18: their texts differ. */
	readonly legacy?: true
}

const BLANK = 0x20

/** Text of a kmsg record, or of a log line behind its stamp. Undefined when no packet is in it. Never fails. */
export function parsePacketLine(text: string): PacketLine | undefined {
	// One SCTP text has a newline in its middle; what is left of control characters afterwards is nobody's grammar.
	const line = visible(text.includes('\n') ? text.replaceAll(/[\r\n]+/g, ' ') : text)
	let from = 0
	while (line.charCodeAt(from) === BLANK) from++
	const prefix = packetPrefix(line, from)
	if (prefix === undefined) return ruleLine(line, from)
	const { kind, l4proto, end, helper, legacy } = prefix
	const start = packetStart(line, end)
	return {
		kind,
		prefix: prefix.text,
		l4proto,
		body: line.slice(end, start).trim(),
		packet: readPacket(line, start),
		...(helper === undefined ? {} : { helper }),
		...(legacy === undefined ? {} : { legacy }),
	}
}

/** A line that cannot be taken for the kernel's own word, whatever it begins with: what a program wrote into the log. */
export function parseRuleLine(text: string): PacketLine | undefined {
	const line = visible(text.includes('\n') ? text.replaceAll(/[\r\n]+/g, ' ') : text)
	return ruleLine(line, 0)
}

function ruleLine(line: string, from: number): PacketLine | undefined {
	const start = ruleStart(line, from)
	if (start < 0) return undefined
	return {
		kind: 'rule',
		prefix: line.slice(from, start).trim(),
		l4proto: null,
		body: '',
		packet: readPacket(line, start),
	}
}

/** Where the packet begins behind a reason. Lines that people have shortened have no IN=. */
function packetStart(line: string, from: number): number {
	const into = line.indexOf(' IN=', from)
	const source = line.indexOf(' SRC=', from)
	if (into < 0 && source < 0) return line.length
	if (into < 0) return source + 1
	return source < 0 || into < source ? into + 1 : source + 1
}

/**
 * The first ` OUT=` that has `IN=` in the word before it: an admin's prefix goes up to there, with or without a blank
 * behind it. A line without them that says source and destination is one that somebody has shortened. -1 for others.
 */
function ruleStart(line: string, from: number): number {
	let after = from
	for (let out = line.indexOf(' OUT=', from); out >= 0; out = line.indexOf(' OUT=', out + 1)) {
		const word = Math.max(after, line.lastIndexOf(' ', out - 1) + 1)
		const into = line.slice(word, out).lastIndexOf('IN=')
		if (into >= 0) return word + into
		after = out
	}
	const source = fieldStart(line, 'SRC=', from)
	if (source < 0 || fieldStart(line, 'DST=', source) < 0) return -1
	const into = fieldStart(line, 'IN=', from)
	return into >= 0 && into < source ? into : source
}

/** Start of the first word that begins so; -1 when there is none. */
function fieldStart(line: string, name: string, from: number): number {
	for (let at = line.indexOf(name, from); at >= 0; at = line.indexOf(name, at + 1)) {
		if (at === from || line.charCodeAt(at - 1) === BLANK) return at
	}
	return -1
}
