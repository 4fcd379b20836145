import type { Packet } from './packet.ts'

/** What the TCP packets of one flow have been. All zero for other protocols. */
export type Segments = {
	/** By their flags; `data`: longer than a bare acknowledgement can be, `ack`: the rest. */
	readonly syn: number
	readonly synAck: number
	readonly fin: number
	readonly rst: number
	readonly data: number
	readonly ack: number
	/** Flags that no TCP sends together, or none at all. */
	readonly odd: number
	/** Of those that ask for an answer: the same segment as before, so somebody still waits for it. */
	readonly again: number
	/** The same segment within a moment: one packet that was judged twice. */
	readonly twice: number
	/** The last segments, for the next comparison. */
	readonly last: readonly string[]
}

export const NO_SEGMENTS: Segments = {
	syn: 0,
	synAck: 0,
	fin: 0,
	rst: 0,
	data: 0,
	ack: 0,
	odd: 0,
	again: 0,
	twice: 0,
	last: [],
}

type Kind = Exclude<keyof Segments, 'again' | 'twice' | 'last'>

const REMEMBERED = 4
/** No TCP sends a segment again sooner: TCP_RTO_MIN is 200 ms (include/net/tcp.h), and lines come in batches. */
const SOONEST_MS = 100
/** Headers of IP and TCP with all options, bytes: what is longer carries data. */
const LONGEST_BARE = { 4: 20 + 60, 6: 40 + 60 } as const

/**
 * The counts with one more packet, `sinceMs` after the one before; the same object for what is no TCP packet. What comes again
 * at once is the same packet, judged at another hook or on a bridge.
 */
export function withSegment(before: Segments, packet: Packet, sinceMs: number): Segments {
	const kind = kindOf(packet)
	if (kind === undefined) return before
	if (packet.seq === null) return { ...before, [kind]: before[kind] + 1 }
	const segment = `${kind} ${packet.seq} ${packet.length}`
	const { last } = before
	const isKnown = last.includes(segment)
	// Keepalives are the same acknowledgement on purpose, and nobody waits for an answer to an RST.
	const asks = kind !== 'ack' && kind !== 'rst'
	const others = isKnown ? last.filter((one) => one !== segment) : last
	return {
		...before,
		[kind]: before[kind] + 1,
		again: before.again + (isKnown && asks && sinceMs >= SOONEST_MS ? 1 : 0),
		twice: before.twice + (isKnown && sinceMs < SOONEST_MS ? 1 : 0),
		last: [...others.slice(1 - REMEMBERED), segment],
	}
}

function kindOf({ protocol, flags, length, family }: Packet): Kind | undefined {
	if (protocol !== 'TCP') return undefined
	const [syn, fin, rst, ack] = [
		flags.includes('SYN'),
		flags.includes('FIN'),
		flags.includes('RST'),
		flags.includes('ACK'),
	]
	if (Number(syn) + Number(fin) + Number(rst) > 1 || flags.length === 0) return 'odd'
	if (rst) return 'rst'
	if (syn) return ack ? 'synAck' : 'syn'
	// A FIN acknowledges, as all but the first packet do.
	if (fin) return ack ? 'fin' : 'odd'
	if (!ack) return 'odd'
	return length !== null && length > LONGEST_BARE[family ?? 4] ? 'data' : 'ack'
}

const END = 0
const NO_OPERATION = 1
const SACK = 5
/** Kind, length, and of each block the left and the right edge, 4 bytes each (include/net/tcp.h). */
const SACK_BASE = 2
const SACK_BLOCK = 8

/** The right edges of SACK blocks, as far as the line has them whole; none where it has no options. */
export function sackedUpTo({ words }: Pick<Packet, 'words'>): readonly number[] {
	const [, hex = ''] = words.map((word) => /^OPT \(((?:[0-9A-F]{2}){1,40})\)$/.exec(word)).find(Boolean) ?? []
	const options = Buffer.from(hex, 'hex')
	for (let at = 0; at < options.length && options[at] !== END; ) {
		const kind = options[at]
		const size = kind === NO_OPERATION ? 1 : (options[at + 1] ?? 0)
		if (size < (kind === NO_OPERATION ? 1 : SACK_BASE) || at + size > options.length) return []
		if (kind === SACK)
			return Array.from({ length: Math.floor((size - SACK_BASE) / SACK_BLOCK) }, (_, block) =>
				options.readUInt32BE(at + SACK_BASE + block * SACK_BLOCK + 4),
			)
		at += size
	}
	return []
}
