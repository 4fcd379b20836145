import { type Scan, scanOf, skipBlanks, wordEnd } from '../bytes/scan.ts'
import { ebtablesPacket } from './ebtables.ts'
import type { Packet } from './packet.ts'
import { packetPrefix } from './packet-prefix.ts'
import { readPacket } from './read-packet.ts'

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
const EQUALS = 0x3d
const LETTER_I = 0x49
const LETTER_N = 0x4e
const LETTER_a = 0x61
const DIGIT_2 = 0x32

/** Text of a kmsg record, or of a log line behind its stamp. Undefined when no packet is in it. Never fails. */
export function parsePacketLine(text: string): PacketLine | undefined {
	return packetLineAt(scanOf(text), 0)
}

/** A packet in a text that is not conntrack's, whatever it begins with. */
export function parseRuleLine(text: string): PacketLine | undefined {
	return ruleLineAt(scanOf(text), 0)
}

/** The same as parsePacketLine for the rest of a line. */
export function packetLineAt(scan: Scan, at: number): PacketLine | undefined {
	const from = skipBlanks(scan, at)
	const prefix = packetPrefix(scan, from)
	if (prefix === undefined) return ruleLineAt(scan, from)
	const start = packetStart(scan, prefix.end)
	if (!isReason(scan, prefix.end, start)) return ruleLineAt(scan, from)
	const { kind, text, l4proto, helper, legacy } = prefix
	const body = bodyIn(scan, prefix.end, start)
	const packet = readPacket(scan, start)
	if (helper !== undefined) return { kind, prefix: text, l4proto, body, packet, helper }
	if (legacy !== undefined) return { kind, prefix: text, l4proto, body, packet, legacy }
	return { kind, prefix: text, l4proto, body, packet }
}

/** A packet in a line that cannot be the kernel's own word, whatever it begins with: what a program wrote into the log. */
export function ruleLineAt(scan: Scan, at: number): PacketLine | undefined {
	const from = skipBlanks(scan, at)
	const start = ruleStart(scan.text, from)
	if (start < 0) return undefined
	return {
		kind: 'rule',
		prefix: scan.text.slice(from, start).trim(),
		l4proto: null,
		body: '',
		packet: bridgePacket(scan, start) ?? readPacket(scan, start),
	}
}

/** `IN=eth0 OUT=eth1 MAC source = ...`: a line of ebtables, which has a grammar of its own. */
function bridgePacket(scan: Scan, start: number): Packet | undefined {
	if (scan.codes[start] !== LETTER_I) return undefined
	const out = skipBlanks(scan, wordEnd(scan, start))
	const mac = skipBlanks(scan, wordEnd(scan, out))
	return scan.text.startsWith('MAC source = ', mac) ? ebtablesPacket(scan.text.slice(start)) : undefined
}

/**
 * The kernel begins other messages with the name of a process, which may be `nf_ct_proto_6: `; behind it come
 * `[1234]: segfault`, `(1234): drop_caches`, `: page allocation failure`, ` invoked oom-killer`. A reason is one word
 * after the other, from the first one on. False when these are not the words of conntrack.
 */
function isReason({ text, codes, to }: Scan, from: number, start: number): boolean {
	const at = from + 1
	// Nothing, or nothing before the packet: somebody has cut the reason out.
	if (at >= to || at >= start) return true
	const first = skipTo(codes, at, start)
	// A double blank is one of a mail program where a packet follows, and of a name where none does.
	if (first >= start) return true
	return isLetterOrDigit(codes[first] ?? 0) && (start < to || (first === at && !isOfProcess(text, first)))
}

function skipTo(codes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && codes[at] === BLANK) at++
	return at
}

const isLetterOrDigit = (code: number): boolean =>
	(code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)

/** What the kernel says of a process, right behind its name (mm/oom_kill.c and others). */
const OF_PROCESS = ['invoked oom-killer', 'uses ', 'is using ', 'killed ', 'used ', 'called ']

const isOfProcess = (text: string, at: number): boolean =>
	OF_PROCESS.some((words) => text.startsWith(words, at))

function bodyIn({ text, codes }: Scan, from: number, to: number): string {
	let first = from
	let last = to
	while (first < last && codes[first] === BLANK) first++
	while (last > first && codes[last - 1] === BLANK) last--
	const end = codes[last - 1]
	const body = text.slice(first, last)
	return end === DIGIT_2 || end === LETTER_a ? withoutNewline(body) : body
}

/** One SCTP text ends in a newline, which dmesg and rsyslog write in ways of their own. */
function withoutNewline(body: string): string {
	return body.endsWith('\\x0a') || body.endsWith('#012') ? body.slice(0, -4).trimEnd() : body
}

/** Where the packet begins behind a reason: the first word `IN=` or, in lines that people have shortened, `SRC=`. */
function packetStart({ text, codes, to }: Scan, from: number): number {
	for (let at = from; at < to; at++) {
		if (codes[at] !== BLANK) continue
		const isIn = codes[at + 1] === LETTER_I && codes[at + 2] === LETTER_N && codes[at + 3] === EQUALS
		if (isIn || (codes[at + 4] === EQUALS && text.startsWith('SRC=', at + 1))) return at + 1
	}
	return to
}

/**
 * The first ` OUT=` that has `IN=` in the word before it: an admin's prefix goes up to there, with or without a blank
 * behind it. -1 when there is no packet.
 */
function ruleStart(line: string, from: number): number {
	let after = from
	for (let out = line.indexOf(' OUT=', from); out >= 0; out = line.indexOf(' OUT=', out + 1)) {
		const word = Math.max(after, line.lastIndexOf(' ', out - 1) + 1)
		const into = line.slice(word, out).lastIndexOf('IN=')
		if (into >= 0) return word + into
		after = out
	}
	return line.includes('=', from) ? pieceStart(line, from) : -1
}

/** Fields that are in no other message. */
const FIELD =
	/(?:^| )((?:IN|OUT|MAC|SRC|DST|LEN|TOS|PREC|TTL|TC|HOPLIMIT|FLOWLBL|PROTO|SPT|DPT|SEQ|ACK|WINDOW|RES|URGP|TYPE|CODE|MARK|UID|GID)=)/g

/** A line that somebody has shortened, or a piece of one that was folded: two fields of the grammar make it one. */
function pieceStart(line: string, from: number): number {
	let first: RegExpExecArray | undefined
	FIELD.lastIndex = from
	for (let found = FIELD.exec(line); found !== null; found = FIELD.exec(line)) {
		if (first === undefined) first = found
		else if (first[1] !== found[1]) return first.index + first[0].length - (first[1]?.length ?? 0)
	}
	return -1
}
