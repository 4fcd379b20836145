import type { Packet } from './packet.ts'

/** What tells one packet from others, wherever it is seen: the same for two lines about it at two hooks. */
export function packetKey(packet: Packet): string {
	const { src, dst, protocol, spt, dpt, seq, ack, flags, length, icmp, fields } = packet
	return [
		...[src, dst, protocol, spt, dpt, fields.ID, seq, ack, flags.join(), length],
		...(icmp === null ? [] : [icmp.type, icmp.code, icmp.id, icmp.seq]),
	].join(' ')
}
