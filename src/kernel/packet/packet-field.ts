import type { PacketDraft } from './packet.ts'

const U8 = 255
const U16 = 65_535
const U32 = 0xffff_ffff

/** The value of a field was taken out by hand: that is nothing, but understood. */
export const EMPTY = -1

/**
 * Puts the value of a field where it belongs. A number is 0 to `most`, or EMPTY; a text may be ''. False when it has no
 * place in this packet.
 */
export type Field =
	| { readonly most: number; readonly put: (packet: PacketDraft, value: number) => boolean }
	| { readonly most?: never; readonly put: (packet: PacketDraft, value: string) => boolean }

const number = (most: number, put: (packet: PacketDraft, value: number) => boolean): Field => ({
	most,
	put: (packet, value) => value === EMPTY || put(packet, value),
})

const text = (put: (packet: PacketDraft, value: string) => boolean): Field => ({ put })

const orNull = (value: string) => (value === '' ? null : value)

/** NAME= of net/netfilter/nf_log_syslog.c. */
export const FIELDS: Readonly<Record<string, Field>> = {
	IN: text((packet, value) => {
		packet.in = orNull(value)
		return true
	}),
	OUT: text((packet, value) => {
		packet.out = orNull(value)
		return true
	}),
	MAC: text((packet, value) => {
		packet.mac = orNull(value)
		return true
	}),
	SRC: text((packet, value) => {
		packet.src = orNull(value)
		return true
	}),
	DST: text((packet, value) => {
		packet.dst = orNull(value)
		return true
	}),
	PROTO: text((packet, value) => {
		packet.protocol = orNull(value)
		return true
	}),
	MARK: text((packet, value) => {
		packet.mark = orNull(value)
		return true
	}),
	/** Behind PROTO= the length of UDP. */
	LEN: number(U32, (packet, value) => {
		if (packet.protocol === null) packet.length = value
		else packet.fields.LEN = String(value)
		return true
	}),
	TTL: number(U8, (packet, value) => {
		packet.family ??= 4
		packet.ttl = value
		return true
	}),
	HOPLIMIT: number(U8, (packet, value) => {
		packet.family ??= 6
		packet.ttl = value
		return true
	}),
	SPT: number(U16, (packet, value) => {
		packet.spt = value
		return true
	}),
	DPT: number(U16, (packet, value) => {
		packet.dpt = value
		return true
	}),
	/** Of TCP, or of an ICMP echo. */
	SEQ: number(U32, (packet, value) => {
		if (isIcmp(packet)) return value <= U16 && putIcmp(packet, 'seq', value)
		packet.seq = value
		return true
	}),
	ACK: number(U32, (packet, value) => {
		packet.ack = value
		return true
	}),
	WINDOW: number(U16, (packet, value) => {
		packet.window = value
		return true
	}),
	/** Of IP, or of an ICMP echo. */
	ID: text((packet, value) => {
		if (!isIcmp(packet)) {
			packet.fields.ID = value
			return true
		}
		return value === '' || (/^\d{1,5}$/.test(value) && putIcmp(packet, 'id', Number(value)))
	}),
	TYPE: number(U8, (packet, type) => {
		packet.icmp = { type, code: null, id: null, seq: null }
		return true
	}),
	CODE: number(U8, (packet, value) => putIcmp(packet, 'code', value)),
	UID: number(U32, (packet, value) => {
		packet.uid = value
		return true
	}),
	TOS: text((packet, value) => {
		packet.fields.TOS = value
		return true
	}),
	PREC: text((packet, value) => {
		packet.fields.PREC = value
		return true
	}),
	RES: text((packet, value) => {
		packet.fields.RES = value
		return true
	}),
	URGP: text((packet, value) => {
		packet.fields.URGP = value
		return true
	}),
	...Object.fromEntries(
		`PHYSIN PHYSOUT TUNNEL VPROTO VID MACPROTO TC FLOWLBL PARAMETER GATEWAY POINTER MTU SPI GID`
			.split(' ')
			.map((name) => [name, keptAsText(name)]),
	),
	/** dump_arp_packet; the two MAC addresses are also those of the frame, before the word ARP. */
	MACSRC: text((packet, value) => {
		if (packet.arp === null) packet.fields.MACSRC = value
		else packet.arp.senderMac = orNull(value)
		return true
	}),
	MACDST: text((packet, value) => {
		if (packet.arp === null) packet.fields.MACDST = value
		else packet.arp.targetMac = orNull(value)
		return true
	}),
	HTYPE: text(({ arp }, value) => {
		if (arp !== null) arp.hardware = orNull(value)
		return arp !== null
	}),
	PTYPE: text(({ arp }, value) => {
		if (arp !== null) arp.protocol = orNull(value)
		return arp !== null
	}),
	OPCODE: number(U16, ({ arp }, value) => {
		if (arp !== null) arp.opcode = value
		return arp !== null
	}),
	IPSRC: text(({ arp }, value) => {
		if (arp !== null) arp.senderIp = orNull(value)
		return arp !== null
	}),
	IPDST: text(({ arp }, value) => {
		if (arp !== null) arp.targetIp = orNull(value)
		return arp !== null
	}),
}

function keptAsText(name: string): Field {
	return text((packet, value) => {
		packet.fields[name] = value
		return true
	})
}

export function isIcmp({ protocol }: PacketDraft): boolean {
	return protocol === 'ICMP' || protocol === 'ICMPv6'
}

function putIcmp({ icmp }: PacketDraft, name: 'code' | 'id' | 'seq', value: number): boolean {
	if (icmp === null || value > U16) return false
	icmp[name] = value
	return true
}
