import { COLON, createAsciiLine } from '../bytes/ascii-line.ts'
import { u16 } from '../bytes/packet-bytes.ts'
import { putIpv4 } from './text/ipv4.ts'
import { putIpv6 } from './text/ipv6.ts'

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
/** MAX_ADDR_LEN is 32; sit counts the outer headers in. */
const LONGEST_LINK = 256

/** Used by one packet after the other. */
const line = createAsciiLine()

/**
 * The text from `IN=` on that nf_log_syslog prints for a packet (net/netfilter/nf_log_syslog.c, nf_log_ip_packet, with the
 * flags of log_invalid: TCP sequence numbers, TCP options, IP options, UID). Not a byte is added or left out, so that a
 * line of either source reads the same.
 */
export function packetText(parts: PacketParts): string {
	// Names may have any character, so they are not part of the line that is put together in place.
	let head = `IN=${parts.indev ?? ''} OUT=${parts.outdev ?? ''} `
	if (parts.physin && parts.physin !== parts.indev) head += `PHYSIN=${parts.physin} `
	if (parts.physout && parts.physout !== parts.outdev) head += `PHYSOUT=${parts.physout} `
	if (parts.indev !== null) putMac(parts)
	if (putBody(parts)) putOwner(parts)
	return head + line.take()
}

/** False: the line ends here. */
function putBody({ family, etherType, packet }: PacketParts): boolean {
	switch (etherTypeOf(family) ?? etherType) {
		case ETH_P_IP:
			return putIpv4(line, packet)
		case ETH_P_IPV6:
			return putIpv6(line, packet)
		case ETH_P_ARP:
		case ETH_P_RARP:
			putArp(packet)
			return false
		default:
			return false
	}
}

function etherTypeOf(family: number): number | undefined {
	if (family === NFPROTO_IPV4) return ETH_P_IP
	if (family === NFPROTO_IPV6) return ETH_P_IPV6
	return family === NFPROTO_ARP ? ETH_P_ARP : undefined
}

function putOwner({ uid, gid, mark }: PacketParts): void {
	if (uid !== undefined) {
		line.named('UID=', uid)
		line.named(' GID=', gid ?? 0)
		line.text(' ')
	}
	if (mark === undefined || mark === 0) return
	line.text('MARK=0x')
	line.hex(mark)
	line.text(' ')
}

/** dump_mac_header: nothing behind the equals sign for a device without a header (tun, wireguard, ppp). */
function putMac({ link, linkType, packet }: PacketParts): void {
	line.text('MAC=')
	if (link !== null && link.length <= LONGEST_LINK && !isPacketItself(link, packet)) {
		line.bytes(link, 0, link.length, COLON)
		if (linkType === ARPHRD_SIT && link.length >= SIT_OUTER + 20) {
			line.text(' TUNNEL=')
			line.ipv4(link, SIT_OUTER + 12)
			line.text('->')
			line.ipv4(link, SIT_OUTER + 16)
		}
	}
	line.text(' ')
}

/** Where a device says that it has a header and the packet has none, nfnetlink_log copies the start of the packet. */
export function isPacketItself(link: Uint8Array, packet: Uint8Array): boolean {
	if (link.length === 0 || link.length > packet.length) return false
	for (let at = 0; at < link.length; at++) if (link[at] !== packet[at]) return false
	return true
}

/** dump_arp_packet. Never for conntrack; for rules of a bridge or of arptables that log to the same group. */
function putArp(packet: Uint8Array): void {
	if (packet.length < 8) {
		line.text('TRUNCATED')
		return
	}
	line.named('ARP HTYPE=', u16(packet, 0))
	line.text(' PTYPE=0x')
	line.bytes(packet, 2, 4)
	line.named(' OPCODE=', u16(packet, 6))
	if (u16(packet, 0) !== 1 || packet[4] !== 6 || packet[5] !== 4) return
	if (packet.length < 28) {
		line.named(' INCOMPLETE [', packet.length - 8)
		line.text(' bytes]')
		return
	}
	line.text(' MACSRC=')
	line.bytes(packet, 8, 14, COLON)
	line.text(' IPSRC=')
	line.ipv4(packet, 14)
	line.text(' MACDST=')
	line.bytes(packet, 18, 24, COLON)
	line.text(' IPDST=')
	line.ipv4(packet, 24)
}
