import { type Packet, packetKey } from '../packet/packet.ts'
import type { PacketLine } from '../packet/packet-line.ts'
import type { BeyondText } from './beyond-text.ts'

/**
 * A copy of an INVALID packet: as a rule has logged it, what its bytes say besides, and when, ms; `wall`: ms since 1970 when the
 * kernel had it, where that was told.
 */
export type Copy = {
	readonly line: PacketLine
	readonly text: string
	readonly beyond?: BeyondText
	readonly at: number
	readonly wall?: number
}

type Waiting = { readonly key: string; readonly since: number; readonly copy: Copy }

/** Lines and copies that have not found each other, oldest first. */
export type Pairing = {
	readonly lines: readonly { readonly key: string; readonly since: number }[]
	readonly copies: readonly Waiting[]
	/** Until then nobody knows whether the line of a copy was lost. */
	readonly deafUntil: number
}

export const NOTHING_TO_PAIR: Pairing = { lines: [], copies: [], deafUntil: Number.NEGATIVE_INFINITY }

export type Came =
	| { readonly kind: 'line'; readonly packet: Packet }
	| ({ readonly kind: 'copy' } & Copy)
	/** Lines were lost, nobody knows of which packets. */
	| { readonly kind: 'lost' }

export type Paired = {
	readonly pairing: Pairing
	/** Copies whose line has not come in the time in which it must have, in the order in which they came. */
	readonly unlined: readonly Copy[]
}

/** Longest that a line may come behind the copy of its packet; a loss is known within a second. */
export const WAIT_MS = 2_500
/** A line that no copy has asked for: the copy did not come, since no more of them are let through. */
const KEPT_MS = 5_000
/** After a loss what was sent before it may still lie unread. */
const DEAF_MS = 3_000
/** Whatever the network sends, no more is remembered. */
export const MOST_LINES = 4_000
export const MOST_COPIES = 1_000

/**
 * Puts lines of INVALID packets and copies of such packets together, each line with one copy, whichever comes first. A copy
 * that is pushed out, or whose line may have been lost, is told of neither way.
 */
export function paired(before: Pairing, came: readonly Came[], now: number): Paired {
	let { deafUntil } = before
	const lines = queues(before.lines)
	const copies = queues(before.copies)
	for (const one of came) {
		if (one.kind === 'lost') {
			copies.clear()
			deafUntil = now + DEAF_MS
			continue
		}
		const key = keyOf(one.kind === 'line' ? one.packet : one.line.packet)
		if (one.kind === 'line') {
			if (copies.take(key) === undefined) lines.put({ key, since: now })
		} else if (lines.take(key) === undefined && now >= deafUntil) {
			const { kind: _, ...copy } = one
			copies.put({ key, since: now, copy })
		}
	}
	const left = copies.all()
	return {
		pairing: {
			lines: lines
				.all()
				.filter(({ since }) => now - since < KEPT_MS)
				.slice(-MOST_LINES),
			copies: left.filter(({ since }) => now - since < WAIT_MS).slice(-MOST_COPIES),
			deafUntil,
		},
		unlined: left.filter(({ since }) => now - since >= WAIT_MS).map(({ copy }) => copy),
	}
}

/** Those of the same key in their order, and all of them in theirs. */
function queues<One extends { readonly key: string }>(given: readonly One[]) {
	let kept = new Set<One>()
	const byKey = new Map<string, One[]>()
	const put = (one: One): void => {
		kept.add(one)
		const same = byKey.get(one.key)
		if (same === undefined) byKey.set(one.key, [one])
		else same.push(one)
	}
	given.forEach(put)
	return {
		put,
		take(key: string): One | undefined {
			// The newest: a packet and its line are neighbours, and an older line may be of a copy that never came.
			const one = byKey.get(key)?.pop()
			if (one !== undefined) kept.delete(one)
			return one
		},
		clear(): void {
			kept = new Set()
			byKey.clear()
		},
		all: (): readonly One[] => [...kept],
	}
}

/**
 * What a line and a copy of the same packet have in common at the same hook: on loopback a packet is judged where it leaves
 * and where it comes in, with a line and a copy each.
 */
const keyOf = (packet: Packet): string => `${packet.in} ${packet.out} ${packetKey(packet)}`
