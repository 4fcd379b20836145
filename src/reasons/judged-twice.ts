import { type Packet, packetKey } from '../kernel/packet/packet.ts'

/** A packet goes from one hook to the next at once; lines are read in batches. */
const WITHIN_MS = 100
/** More packets are not on their way between two hooks. */
const LIMIT = 64

/** Packets just told of that may be judged again. A value: reading a line gives another book. */
export type JudgedBook = readonly { readonly key: string; readonly place: string; readonly at: number }[]

export const NO_JUDGED: JudgedBook = []

/**
 * Whether the packet of a line is the one of a line before, at another place: what goes over loopback is judged in OUTPUT and,
 * new to conntrack, in PREROUTING (loopback_xmit drops what is known of it, drivers/net/loopback.c); what passes a bridge
 * with br_netfilter, at each of its ports. Lines in their order, `at` in monotonic ms.
 */
export function judgedBefore(
	book: JudgedBook,
	packet: Packet,
	at: number,
): { readonly book: JudgedBook; readonly again: boolean } {
	const port = packet.fields.PHYSIN
	if (packet.in !== 'lo' && packet.out !== 'lo' && port === undefined) return { book, again: false }
	const key = packetKey(packet)
	const place = `${packet.in} ${packet.out} ${port}`
	const fresh = book.filter((one) => at - one.at <= WITHIN_MS)
	const before = fresh.find((one) => one.key === key && one.place !== place)
	if (before !== undefined) return { book: fresh.filter((one) => one !== before), again: true }
	return { book: [...fresh, { key, place, at }].slice(-LIMIT), again: false }
}
