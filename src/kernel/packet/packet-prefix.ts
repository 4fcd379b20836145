import type { Scan } from '../bytes/scan.ts'
import { protocolNumber } from './protocol.ts'

/** Who printed a line about a packet, as its beginning says. */
export type PacketPrefix = {
	readonly kind: 'conntrack' | 'helper'
	/** As printed: `nf_ct_proto_6:`, `nf_ct_ftp: dropping packet:`. */
	readonly text: string
	readonly l4proto: number | null
	readonly helper: string | undefined
	readonly legacy: true | undefined
	/** Where the reason begins. */
	readonly end: number
}

const BLANK = 0x20
const COLON = 0x3a
const ZERO = 0x30
const LETTER_H = 0x68
const LETTER_I = 0x69
const LETTER_N = 0x6e

const PROTO = 'nf_ct_proto_'

/** Prefixes of nf_ct_l4proto_log_invalid (nf_conntrack_proto.c) that were met already: there are 256 of them. */
const PREFIXES: readonly string[] = Array.from({ length: 256 }, (_, number) => `${PROTO}${number}:`)

/**
 * nf_ct_helper_log (nf_conntrack_helper.c): `nf_ct_NAME: dropping packet: ` up to 6.18, `helper NAME dropping packet: `
 * later, without the second colon in kernels of 2010.
 */
const HELPER =
	/^(?:(?:nf_ct|ip_ct|ip_conntrack)_([\w.+-]{1,40}): |helper ([\w.+-]{1,40}) )dropping packet:?(?= |$)/

/**
 * Each tracker had a prefix of its own before 4.18 (nf_ct_tcp), before 2.6.20 (ip_ct_tcp) and in patches for 2.4
 * (ip_conntrack_tcp). Debug messages of later kernels begin so too: only a line with a packet is one of these.
 */
const LEGACY = /^(?:nf_ct|ip_ct|ip_conntrack)_(tcp|udp|udplite|icmp|icmpv6|sctp|dccp|gre):(?= |$)/
const HAS_PACKET = / (?:IN|SRC)=/

/** No prefix is longer. */
const LONGEST = 80

/** The prefix that begins at `from`. Only there: behind other words the same letters are an admin's or a program's. */
export function packetPrefix(scan: Scan, from: number): PacketPrefix | undefined {
	const { text, codes } = scan
	const first = codes[from]
	if (first !== LETTER_N && first !== LETTER_I && first !== LETTER_H) return undefined
	if (first === LETTER_N && text.startsWith(PROTO, from)) return protoPrefix(scan, from)
	const beginning = text.slice(from, from + LONGEST)
	const helper = HELPER.exec(beginning)
	if (helper !== null) {
		const name = helper[1] ?? helper[2] ?? ''
		return {
			kind: 'helper',
			text: helper[0],
			l4proto: null,
			helper: name,
			legacy: undefined,
			end: from + helper[0].length,
		}
	}
	const legacy = LEGACY.exec(beginning)
	if (legacy === null || !HAS_PACKET.test(text)) return undefined
	const l4proto = protocolNumber(legacy[1] ?? '') ?? null
	return {
		kind: 'conntrack',
		text: legacy[0],
		l4proto,
		helper: undefined,
		legacy: true,
		end: from + legacy[0].length,
	}
}

function protoPrefix({ codes, to }: Scan, from: number): PacketPrefix | undefined {
	const first = from + PROTO.length
	let at = first
	let number = 0
	for (; at < first + 3; at++) {
		const digit = (codes[at] ?? 0) - ZERO
		if (digit < 0 || digit > 9) break
		number = number * 10 + digit
	}
	const end = at + 1
	// %d prints no zero before other digits: such a line is not the kernel's.
	if (codes[first] === ZERO && at > first + 1) return undefined
	if (at === first || codes[at] !== COLON || (end < to && codes[end] !== BLANK)) return undefined
	const prefix = PREFIXES[number]
	return prefix === undefined
		? undefined
		: { kind: 'conntrack', text: prefix, l4proto: number, helper: undefined, legacy: undefined, end }
}
