import { hexByte, hexBytes, ipv4Address, u16 } from './packet-bytes.ts'
import { ipv4Text } from './packet-text-ipv4.ts'
import { ipv6Text } from './packet-text-ipv6.ts'

/** What the text of a packet is made of; the same fields as an NFLOG message has. */
export type PacketParts = {
	/** NFPROTO_: 2 IPv4, 10 IPv6; for others `etherType` decides. */
	readonly family: number
	/** 0x0800 and so on; only asked for where the family does not say it. */
	readonly etherType?: number | undefined
	readonly indev: string | null
	readonly outdev: string | null
	readonly physin?: string | null
	readonly physout?: string | null
	/** Link-layer header. Null where the device has none. */
	readonly link: Uint8Array | null
	/** ARPHRD_ of the device the packet came in by. */
	readonly linkType?: number | undefined
	/** From the IP header on. */
	readonly packet: Uint8Array
	readonly uid?: number | undefined
	readonly gid?: number | undefined
	readonly mark?: number | undefined
}

const NFPROTO_IPV4 = 2
const NFPROTO_ARP = 3
const NFPROTO_IPV6 = 10
const ETH_P_IP = 0x0800
const ETH_P_ARP = 0x0806
const ETH_P_IPV6 = 0x86dd
const ETH_P_RARP = 0x8035
const ARPHRD_SIT = 776
/** The Ethernet header that stands before the outer IP header of a 6in4 packet. */
const SIT_OUTER = 14

/**
 * The text from `IN=` on that nf_log_syslog prints for a packet (net/netfilter/nf_log_syslog.c, nf_log_ip_packet with
 * the flags of log_invalid: TCP sequence numbers, TCP options, IP options, UID). Not a byte is added or left out, so that a line
 * of either source reads the same.
 */
export function packetText(parts: PacketParts): string {
	let text = `IN=${parts.indev ?? ''} OUT=${parts.outdev ?? ''} `
	if (parts.physin && parts.physin !== parts.indev) text += `PHYSIN=${parts.physin} `
	if (parts.physout && parts.physout !== parts.outdev) text += `PHYSOUT=${parts.physout} `
	if (parts.indev !== null) text += macText(parts)
	return text + bodyText(parts, ownerText(parts))
}

function bodyText(parts: PacketParts, owner: string): string {
	switch (parts.family) {
		case NFPROTO_IPV4:
			return ipv4Text(parts.packet, owner)
		case NFPROTO_IPV6:
			return ipv6Text(parts.packet, owner)
		case NFPROTO_ARP:
			return arpText(parts.packet)
	}
	switch (parts.etherType) {
		case ETH_P_IP:
			return ipv4Text(parts.packet, owner)
		case ETH_P_IPV6:
			return ipv6Text(parts.packet, owner)
		case ETH_P_ARP:
		case ETH_P_RARP:
			return arpText(parts.packet)
	}
	return ''
}

function ownerText({ uid, gid, mark }: PacketParts): string {
	const owner = uid === undefined ? '' : `UID=${uid} GID=${gid ?? 0} `
	return mark === undefined || mark === 0 ? owner : `${owner}MARK=0x${mark.toString(16)} `
}

/** dump_mac_header: nothing behind the equals sign for a device without a header (tun, wireguard, ppp). */
function macText({ link, linkType, packet }: PacketParts): string {
	if (link === null || link.length === 0 || isPacketItself(link, packet)) return 'MAC= '
	const text = `MAC=${hexBytes(link, 0, link.length, ':')}`
	if (linkType !== ARPHRD_SIT || link.length < SIT_OUTER + 20) return `${text} `
	return `${text} TUNNEL=${ipv4Address(link, SIT_OUTER + 12)}->${ipv4Address(link, SIT_OUTER + 16)} `
}

/** Where a device says that it has a header and the packet has none, nfnetlink_log copies the start of the packet. */
export function isPacketItself(link: Uint8Array, packet: Uint8Array): boolean {
	if (link.length === 0 || link.length > packet.length) return false
	for (let at = 0; at < link.length; at++) if (link[at] !== packet[at]) return false
	return true
}

/** dump_arp_packet. Never for conntrack; for rules of a bridge or of arptables that log to the same group. */
function arpText(packet: Uint8Array): string {
	if (packet.length < 8) return 'TRUNCATED'
	const type = hexByte(packet[2] ?? 0) + hexByte(packet[3] ?? 0)
	const text = `ARP HTYPE=${u16(packet, 0)} PTYPE=0x${type} OPCODE=${u16(packet, 6)}`
	if (u16(packet, 0) !== 1 || packet[4] !== 6 || packet[5] !== 4) return text
	if (packet.length < 28) return `${text} INCOMPLETE [${packet.length - 8} bytes]`
	const mac = (at: number) => hexBytes(packet, at, at + 6, ':')
	return `${text} MACSRC=${mac(8)} IPSRC=${ipv4Address(packet, 14)} MACDST=${mac(18)} IPDST=${ipv4Address(packet, 24)}`
}
