import type { PacketDraft } from './packet.ts'
import { EMPTY, NO_NUMBER, type ValueCursor } from './value-cursor.ts'

const U8 = 255
const U16 = 65_535
const U32 = 0xffff_ffff

/**
 * Puts the value of a field where it belongs. False when it is not what the kernel prints there; an empty value (taken
 * out by hand) is nothing, but understood. Moves the cursor to the end of the value in any case.
 */
export type PutField = (packet: PacketDraft, value: ValueCursor) => boolean

/** NAME= of net/netfilter/nf_log_syslog.c. */
export const PUT_FIELD: Readonly<Record<string, PutField>> = {
	IN: (packet, value) => {
		packet.in = value.textOrNull()
		return true
	},
	OUT: (packet, value) => {
		packet.out = value.textOrNull()
		return true
	},
	MAC: (packet, value) => {
		packet.mac = value.textOrNull()
		return true
	},
	SRC: (packet, value) => {
		packet.src = value.textOrNull()
		return true
	},
	DST: (packet, value) => {
		packet.dst = value.textOrNull()
		return true
	},
	PROTO: (packet, value) => {
		packet.protocol = value.textOrNull()
		return true
	},
	MARK: (packet, value) => {
		packet.mark = value.textOrNull()
		return true
	},
	/** Behind PROTO= the length of UDP. */
	LEN: (packet, value) => {
		if (packet.protocol !== null) {
			packet.fields.LEN = value.text()
			return true
		}
		const length = value.number(U32)
		if (length >= 0) packet.length = length
		return length !== NO_NUMBER
	},
	TTL: (packet, value) => {
		const ttl = value.number(U8)
		packet.family ??= 4
		if (ttl >= 0) packet.ttl = ttl
		return ttl !== NO_NUMBER
	},
	HOPLIMIT: (packet, value) => {
		const limit = value.number(U8)
		packet.family ??= 6
		if (limit >= 0) packet.ttl = limit
		return limit !== NO_NUMBER
	},
	SPT: (packet, value) => {
		const port = value.number(U16)
		if (port >= 0) packet.spt = port
		return port !== NO_NUMBER
	},
	DPT: (packet, value) => {
		const port = value.number(U16)
		if (port >= 0) packet.dpt = port
		return port !== NO_NUMBER
	},
	SEQ: (packet, value) => {
		if (isIcmp(packet)) return putIcmp(packet, 'seq', value.number(U16))
		const seq = value.number(U32)
		if (seq >= 0) packet.seq = seq
		return seq !== NO_NUMBER
	},
	ACK: (packet, value) => {
		const ack = value.number(U32)
		if (ack >= 0) packet.ack = ack
		return ack !== NO_NUMBER
	},
	WINDOW: (packet, value) => {
		const window = value.number(U16)
		if (window >= 0) packet.window = window
		return window !== NO_NUMBER
	},
	ID: (packet, value) => {
		if (isIcmp(packet)) return putIcmp(packet, 'id', value.number(U16))
		packet.fields.ID = value.text()
		return true
	},
	TYPE: (packet, value) => {
		const type = value.number(U8)
		if (type >= 0) packet.icmp = { type, code: null, id: null, seq: null }
		return type !== NO_NUMBER
	},
	CODE: (packet, value) => putIcmp(packet, 'code', value.number(U8)),
	UID: (packet, value) => {
		const uid = value.number(U32)
		if (uid >= 0) packet.uid = uid
		return uid !== NO_NUMBER
	},
	TOS: (packet, value) => {
		packet.fields.TOS = value.hex()
		return true
	},
	PREC: (packet, value) => {
		packet.fields.PREC = value.hex()
		return true
	},
	RES: (packet, value) => {
		packet.fields.RES = value.hex()
		return true
	},
	URGP: (packet, value) => {
		packet.fields.URGP = value.text()
		return true
	},
	...Object.fromEntries(
		`PHYSIN PHYSOUT TUNNEL VPROTO VID MACPROTO TC FLOWLBL PARAMETER GATEWAY POINTER MTU SPI GID`
			.split(' ')
			.map((name) => [name, keptAsText(name)]),
	),
	/** dump_arp_packet; the two MAC addresses are also those of the frame, before the word ARP. */
	MACSRC: (packet, value) => {
		if (packet.arp === null) packet.fields.MACSRC = value.text()
		else packet.arp.senderMac = value.textOrNull()
		return true
	},
	MACDST: (packet, value) => {
		if (packet.arp === null) packet.fields.MACDST = value.text()
		else packet.arp.targetMac = value.textOrNull()
		return true
	},
	HTYPE: ({ arp }, value) => {
		const type = value.textOrNull()
		if (arp !== null) arp.hardware = type
		return arp !== null
	},
	PTYPE: ({ arp }, value) => {
		const type = value.textOrNull()
		if (arp !== null) arp.protocol = type
		return arp !== null
	},
	OPCODE: ({ arp }, value) => {
		const opcode = value.number(U16)
		if (arp !== null && opcode >= 0) arp.opcode = opcode
		return arp !== null && opcode !== NO_NUMBER
	},
	IPSRC: ({ arp }, value) => {
		const address = value.textOrNull()
		if (arp !== null) arp.senderIp = address
		return arp !== null
	},
	IPDST: ({ arp }, value) => {
		const address = value.textOrNull()
		if (arp !== null) arp.targetIp = address
		return arp !== null
	},
}

function keptAsText(name: string): PutField {
	return (packet, value) => {
		packet.fields[name] = value.text()
		return true
	}
}

export function isIcmp({ protocol }: PacketDraft): boolean {
	return protocol === 'ICMP' || protocol === 'ICMPv6'
}

function putIcmp({ icmp }: PacketDraft, name: 'code' | 'id' | 'seq', value: number): boolean {
	if (value === EMPTY) return true
	if (value === NO_NUMBER || icmp === null) return false
	icmp[name] = value
	return true
}
