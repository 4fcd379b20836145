import type { PacketDraft } from './packet.ts'
import { type FieldName, SeenNames } from './packet-names.ts'

const ZERO = 0x30

const U32 = 0xffff_ffff

/** These stand for another thing behind PROTO=: the length of UDP, the id and sequence of an ICMP echo. */
const TWICE_IN_IP: ReadonlySet<string> = new Set(['LEN', 'ID', 'SEQ'])

/** And these behind ARP, where the frame has said them already. */
const TWICE_IN_ARP: ReadonlySet<string> = new Set(['MACSRC', 'MACDST'])

const EMPTY = -1
const NO_NUMBER = -2

/** A number of at most ten digits; EMPTY or NO_NUMBER for anything else. */
function numberIn(text: string, from: number, to: number, most: number): number {
	if (from === to) return EMPTY
	if (to - from > 10) return NO_NUMBER
	let value = 0
	for (let at = from; at < to; at++) {
		const digit = text.charCodeAt(at) - ZERO
		if (digit < 0 || digit > 9) return NO_NUMBER
		value = value * 10 + digit
	}
	return value <= most ? value : NO_NUMBER
}

/** Puts NAME=value tokens of one packet where they belong. */
export class FieldPlacer {
	readonly #packet: PacketDraft
	readonly #seen = new SeenNames()

	constructor(packet: PacketDraft) {
		this.#packet = packet
	}

	/** False when the name was there before, or the value is not what the kernel prints there. */
	place(text: string, field: FieldName, from: number, to: number): boolean {
		const packet = this.#packet
		const again =
			(packet.protocol !== null && TWICE_IN_IP.has(field.name)) ||
			(packet.arp !== null && TWICE_IN_ARP.has(field.name))
		if (this.#seen.has(field.bit, again) || !put(packet, text, field.name, from, to)) return false
		this.#seen.add(field.bit, again)
		return true
	}
}

/** An empty value (taken out by hand) is nothing, but understood. */
function put(packet: PacketDraft, text: string, name: string, from: number, to: number): boolean {
	let value: number
	switch (name) {
		case 'IN':
			packet.in = from === to ? null : text.slice(from, to)
			return true
		case 'OUT':
			packet.out = from === to ? null : text.slice(from, to)
			return true
		case 'MAC':
			packet.mac = from === to ? null : text.slice(from, to)
			return true
		case 'SRC':
			packet.src = from === to ? null : text.slice(from, to)
			return true
		case 'DST':
			packet.dst = from === to ? null : text.slice(from, to)
			return true
		case 'PROTO':
			packet.protocol = from === to ? null : text.slice(from, to)
			return true
		case 'MARK':
			packet.mark = from === to ? null : text.slice(from, to)
			return true
		case 'LEN':
			if (packet.protocol !== null) {
				packet.fields.LEN = text.slice(from, to)
				return true
			}
			value = numberIn(text, from, to, U32)
			if (value >= 0) packet.length = value
			return value !== NO_NUMBER
		case 'TTL':
		case 'HOPLIMIT':
			packet.family ??= name === 'TTL' ? 4 : 6
			value = numberIn(text, from, to, 255)
			if (value >= 0) packet.ttl = value
			return value !== NO_NUMBER
		case 'SPT':
			value = numberIn(text, from, to, 65535)
			if (value >= 0) packet.spt = value
			return value !== NO_NUMBER
		case 'DPT':
			value = numberIn(text, from, to, 65535)
			if (value >= 0) packet.dpt = value
			return value !== NO_NUMBER
		case 'SEQ':
			if (isIcmp(packet)) return putIcmp(packet, 'seq', numberIn(text, from, to, 65535))
			value = numberIn(text, from, to, U32)
			if (value >= 0) packet.seq = value
			return value !== NO_NUMBER
		case 'ACK':
			value = numberIn(text, from, to, U32)
			if (value >= 0) packet.ack = value
			return value !== NO_NUMBER
		case 'WINDOW':
			value = numberIn(text, from, to, 65535)
			if (value >= 0) packet.window = value
			return value !== NO_NUMBER
		case 'TOS':
			packet.fields.TOS = text.slice(from, to)
			return true
		case 'PREC':
			packet.fields.PREC = text.slice(from, to)
			return true
		case 'ID':
			if (isIcmp(packet)) return putIcmp(packet, 'id', numberIn(text, from, to, 65535))
			packet.fields.ID = text.slice(from, to)
			return true
		case 'RES':
			packet.fields.RES = text.slice(from, to)
			return true
		case 'URGP':
			packet.fields.URGP = text.slice(from, to)
			return true
		case 'TYPE':
			value = numberIn(text, from, to, 255)
			if (value >= 0) packet.icmp = { type: value, code: null, id: null, seq: null }
			return value !== NO_NUMBER
		case 'CODE':
			return putIcmp(packet, 'code', numberIn(text, from, to, 255))
		case 'UID':
			value = numberIn(text, from, to, U32)
			if (value >= 0) packet.uid = value
			return value !== NO_NUMBER
		default:
			if (packet.arp !== null && putArp(packet.arp, name, text.slice(from, to))) return true
			packet.fields[name] = text.slice(from, to)
			return true
	}
}

function isIcmp({ protocol }: PacketDraft): boolean {
	return protocol === 'ICMP' || protocol === 'ICMPv6'
}

function putIcmp({ icmp }: PacketDraft, name: 'code' | 'id' | 'seq', value: number): boolean {
	if (value === EMPTY) return true
	if (value === NO_NUMBER || icmp === null) return false
	icmp[name] = value
	return true
}

/** dump_arp_packet of nf_log_syslog.c */
function putArp(arp: NonNullable<PacketDraft['arp']>, name: string, value: string): boolean {
	const text = value === '' ? null : value
	switch (name) {
		case 'HTYPE':
			arp.hardware = text
			return true
		case 'PTYPE':
			arp.protocol = text
			return true
		case 'OPCODE': {
			const opcode = numberIn(value, 0, value.length, 65535)
			if (opcode >= 0) arp.opcode = opcode
			return opcode !== NO_NUMBER
		}
		case 'MACSRC':
			arp.senderMac = text
			return true
		case 'IPSRC':
			arp.senderIp = text
			return true
		case 'MACDST':
			arp.targetMac = text
			return true
		case 'IPDST':
			arp.targetIp = text
			return true
		default:
			return false
	}
}
