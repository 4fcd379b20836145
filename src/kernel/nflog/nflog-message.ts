import type { Keep } from '../bytes/byte-slab.ts'
import { isPacketItself, packetText } from '../packet/packet-text.ts'
import type { NflogPacket } from './nflog-packet.ts'

/** One packet that conntrack handed to nfnetlink_log, with its reason (net/netfilter/nfnetlink_log.c). */
export type NflogMessage = {
	/** Ours: 1, 2, 3 and so on in the order of arrival. */
	readonly number: number
	/** CLOCK_MONOTONIC ms when it was read. */
	readonly at: number
	/** Microseconds since 1970: when the kernel had the packet, or where it does not say, when its reader got it. */
	readonly wallMicros: number
	/** The line that nf_log_syslog would have printed for it, so that one parser reads both sources. Not safe to print. */
	readonly text: string
	/** NFPROTO_: 2 IPv4, 10 IPv6. */
	readonly family: number
	readonly indev: string | null
	readonly outdev: string | null
	/** Link-layer header, where the packet has one. */
	readonly link: Uint8Array | null
	/** ARPHRD_ of the device that it came in by: 1 is Ethernet, 772 loopback. Absent for packets that leave. */
	readonly linkType?: number
	/** From the IP header on. */
	readonly packet: Uint8Array
}

export type Arrival = {
	readonly number: number
	readonly at: number
	/** The stamp of the capturing program. */
	readonly micros: number
	/** Name of an interface of this network namespace. */
	readonly nameOf: (index: number) => string
	readonly keep: Keep
	readonly keepLink: Keep
}

/** The message with bytes of its own: the input may be overwritten afterwards. */
export function nflogMessage(said: NflogPacket, arrival: Arrival): NflogMessage {
	const name = (index: number | undefined) =>
		index === undefined || index === 0 ? null : arrival.nameOf(index)
	const indev = name(said.indev)
	const outdev = name(said.outdev)
	const packet = arrival.keep(said.payload)
	const hasLink = said.link !== undefined && said.link.length > 0 && !isPacketItself(said.link, packet)
	const link = hasLink && said.link !== undefined ? arrival.keepLink(said.link) : null
	const parts = {
		family: said.family,
		etherType: said.etherType,
		indev,
		outdev,
		physin: name(said.physin),
		physout: name(said.physout),
		link,
		linkType: said.linkType,
		packet,
		uid: said.uid,
		gid: said.gid,
		mark: said.mark,
	}
	return {
		number: arrival.number,
		at: arrival.at,
		wallMicros: said.micros ?? arrival.micros,
		text: said.prefix + packetText(parts),
		family: said.family,
		indev,
		outdev,
		link,
		...(said.linkType === undefined ? {} : { linkType: said.linkType }),
		packet,
	}
}
