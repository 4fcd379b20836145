import { visible } from '../../words/visible.ts'
import { u16 } from '../bytes/packet-bytes.ts'
import type { NflogMessage } from './nflog-message.ts'

/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), in little endian. All packets are Ethernet, since tcpdump and
 * all else that is made of libpcap read no file with more than one link type. One that has no such header, because it
 * leaves or because its device has none, gets one with zeros for addresses, and an interface of its own that says so.
 */
export type PcapngWriter = {
	/** The begin of the file. */
	start(): Uint8Array
	/** One packet, behind the description of its interface when that is a new one. */
	packet(message: NflogMessage, comment: string): Uint8Array
}

const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const
const BYTE_ORDER = 0x1a2b3c4d
const OPTION = { comment: 1, os: 3, program: 4 } as const
const INTERFACE_OPTION = { name: 2, description: 3, resolution: 9 } as const
const NO_HEADER = 'no link-layer header: the Ethernet addresses are zeros'
const FLAGS_OPTION = 2
/** Bits 0 and 1 of epb_flags. */
const INBOUND = 1
const OUTBOUND = 2
const LINKTYPE_ETHERNET = 1
/** 10^-6 s. */
const MICROSECONDS = 6
const ETHERNET_HEADER = 14
/** ARPHRD_ETHER and ARPHRD_LOOPBACK, which has a header of the same form. */
const ETHERNET_DEVICES: readonly (number | undefined)[] = [1, 772]
/** An option has 65 535 bytes at most. */
const COMMENT_CHARACTERS = 8_000

const encoder = new TextEncoder()

/** `os`: name and version of the system, for who opens the file elsewhere. */
export function createPcapngWriter(os: string): PcapngWriter {
	const interfaces = new Map<string, number>()
	return {
		start() {
			const head = new Uint8Array(16)
			const view = new DataView(head.buffer)
			view.setUint32(0, BYTE_ORDER, true)
			view.setUint16(4, 1, true)
			// The length of the section is not known before its end: -1.
			head.fill(0xff, 8)
			const options = [textOption(OPTION.os, os), textOption(OPTION.program, 'ctscope')]
			return block(BLOCK.section, [head, ...options, END])
		},
		packet(message, comment) {
			const ethernet = hasEthernet(message)
			const device = message.indev ?? message.outdev
			const key = `${ethernet ? 'header' : 'none'} ${device ?? ''}`
			const known = interfaces.get(key)
			const id = known ?? interfaces.size
			const body = packetBlock(message, comment, id, ethernet)
			if (known !== undefined) return body
			interfaces.set(key, id)
			return joined([interfaceBlock(device, ethernet), body])
		},
	}
}

/** Packets of tunnels have no header, or another one. */
const hasEthernet = ({ link, linkType }: NflogMessage): boolean =>
	link?.length === ETHERNET_HEADER && ETHERNET_DEVICES.includes(linkType)

function interfaceBlock(device: string | null, ethernet: boolean): Uint8Array {
	const head = new Uint8Array(8)
	new DataView(head.buffer).setUint16(0, LINKTYPE_ETHERNET, true)
	const name = device === null ? [] : [textOption(INTERFACE_OPTION.name, device)]
	const description = ethernet ? [] : [textOption(INTERFACE_OPTION.description, NO_HEADER)]
	return block(BLOCK.interface, [
		head,
		...name,
		...description,
		option(INTERFACE_OPTION.resolution, Uint8Array.of(MICROSECONDS)),
		END,
	])
}

function packetBlock(message: NflogMessage, comment: string, id: number, ethernet: boolean): Uint8Array {
	const link = ethernet && message.link !== null ? message.link : zeroHeader(message)
	const length = link.length + message.packet.length
	const head = new Uint8Array(20)
	const view = new DataView(head.buffer)
	view.setUint32(0, id, true)
	view.setUint32(4, Math.floor(message.wallMicros / 2 ** 32), true)
	view.setUint32(8, message.wallMicros % 2 ** 32, true)
	view.setUint32(12, length, true)
	view.setUint32(16, Math.max(length, link.length + lengthOnTheWire(message.packet)), true)
	const flags = new Uint8Array(4)
	flags[0] = message.indev === null ? (message.outdev === null ? 0 : OUTBOUND) : INBOUND
	return block(BLOCK.packet, [
		head,
		padded([link, message.packet], length),
		...(comment === '' ? [] : [textOption(OPTION.comment, cut(comment))]),
		option(FLAGS_OPTION, flags),
		END,
	])
}

/** By the IP header: of packets over 65 531 bytes, or of a rule that says so, the kernel hands over the begin. */
function lengthOnTheWire(packet: Uint8Array): number {
	const version = (packet[0] ?? 0) >> 4
	if (version === 4 && packet.length >= 20) return u16(packet, 2)
	return version === 6 && packet.length >= 40 ? 40 + u16(packet, 4) : 0
}

const cut = (text: string): string =>
	text.length <= COMMENT_CHARACTERS ? text : `${text.slice(0, COMMENT_CHARACTERS)}...`

const ETHER_TYPES: Readonly<Record<number, number>> = { 4: 0x0800, 6: 0x86dd }

function zeroHeader({ packet }: NflogMessage): Uint8Array {
	const header = new Uint8Array(ETHERNET_HEADER)
	new DataView(header.buffer).setUint16(12, ETHER_TYPES[(packet[0] ?? 0) >> 4] ?? 0)
	return header
}

const END = new Uint8Array(4)

function textOption(code: number, text: string): Uint8Array {
	return option(code, encoder.encode(visible(text)))
}

function option(code: number, value: Uint8Array): Uint8Array {
	const head = new Uint8Array(4)
	const view = new DataView(head.buffer)
	view.setUint16(0, code, true)
	view.setUint16(2, value.length, true)
	return padded([head, value], 4 + value.length)
}

/** Type, length, what is in it, and the length again. */
function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
	const inside = parts.reduce((sum, part) => sum + part.length, 0)
	const bytes = new Uint8Array(inside + 12)
	const view = new DataView(bytes.buffer)
	view.setUint32(0, type, true)
	view.setUint32(4, bytes.length, true)
	let at = 8
	for (const part of parts) {
		bytes.set(part, at)
		at += part.length
	}
	view.setUint32(at, bytes.length, true)
	return bytes
}

/** One after the other, filled up with zeros to a multiple of four. */
function padded(parts: readonly Uint8Array[], length: number): Uint8Array {
	const bytes = new Uint8Array((length + 3) & ~3)
	let at = 0
	for (const part of parts) {
		bytes.set(part, at)
		at += part.length
	}
	return bytes
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
	let at = 0
	for (const part of parts) {
		bytes.set(part, at)
		at += part.length
	}
	return bytes
}
