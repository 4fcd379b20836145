import { isIPv6 } from 'node:net'

/** Bytes of packets, right by themselves; every field that a test wants wrong can be given. */

type IpOptions = {
	readonly ttl?: number
	readonly id?: number
	/** IPv6 only: headers between the fixed one and the payload, already with their own next header. */
	readonly extension?: { readonly type: number; readonly bytes: Uint8Array }
}

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, gre: 47, icmp6: 58, sctp: 132, udplite: 136 } as const

/** An IPv4 or IPv6 packet, by the form of its addresses. */
export function ip(src: string, dst: string, protocol: number, payload: Uint8Array, options: IpOptions = {}) {
	return isIPv6(src) ? ip6(src, dst, protocol, payload, options) : ip4(src, dst, protocol, payload, options)
}

function ip4(src: string, dst: string, protocol: number, payload: Uint8Array, options: IpOptions): Buffer {
	const header = Buffer.alloc(20)
	header[0] = 0x45
	header.writeUInt16BE(20 + payload.length, 2)
	header.writeUInt16BE(options.id ?? 1, 4)
	header[8] = options.ttl ?? 64
	header[9] = protocol
	address(src).copy(header, 12)
	address(dst).copy(header, 16)
	header.writeUInt16BE(checksum(header), 10)
	return Buffer.concat([header, payload])
}

function ip6(src: string, dst: string, protocol: number, payload: Uint8Array, options: IpOptions): Buffer {
	const header = Buffer.alloc(40)
	const extension = options.extension?.bytes ?? Buffer.alloc(0)
	header[0] = 0x60
	header.writeUInt16BE(extension.length + payload.length, 4)
	header[6] = options.extension?.type ?? protocol
	header[7] = options.ttl ?? 64
	address(src).copy(header, 8)
	address(dst).copy(header, 24)
	return Buffer.concat([header, extension, payload])
}

/** 4 or 16 bytes. */
export function address(text: string): Buffer {
	if (!isIPv6(text)) return Buffer.from(text.split('.').map(Number))
	const [front = '', back] = text.split('::')
	const groups = (part: string) => (part === '' ? [] : part.split(':'))
	const behind = groups(back ?? '')
	const zeros = back === undefined ? 0 : 8 - groups(front).length - behind.length
	const all = [...groups(front), ...Array<string>(zeros).fill('0'), ...behind]
	const bytes = Buffer.alloc(16)
	for (const [at, group] of all.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), at * 2)
	return bytes
}

type TcpFields = {
	readonly flags: string
	readonly seq?: number
	readonly ack?: number
	readonly window?: number
	readonly text?: string | Uint8Array
	/** Length of the header in words of 4 bytes, as it is said in it. */
	readonly offset?: number
	readonly badChecksum?: true
}

const FLAGS = 'FSRPAUEC'

/** `flags` has one letter each: F S R P A U E C. */
export function tcp(src: string, dst: string, sport: number, dport: number, fields: TcpFields): Buffer {
	const header = Buffer.alloc(20)
	header.writeUInt16BE(sport, 0)
	header.writeUInt16BE(dport, 2)
	header.writeUInt32BE((fields.seq ?? 0) >>> 0, 4)
	header.writeUInt32BE((fields.ack ?? 0) >>> 0, 8)
	header[12] = (fields.offset ?? 5) << 4
	header[13] = [...fields.flags].reduce((bits, letter) => bits | (1 << FLAGS.indexOf(letter)), 0)
	header.writeUInt16BE(fields.window ?? 1_000, 14)
	const segment = Buffer.concat([header, Buffer.from(fields.text ?? '')])
	segment.writeUInt16BE(transportSum(src, dst, PROTOCOL.tcp, segment, segment.length), 16)
	return ip(src, dst, PROTOCOL.tcp, fields.badChecksum ? spoilt(segment, 16) : segment)
}

type UdpFields = {
	readonly text?: string | Uint8Array
	/** Length field as it is said; of UDP-Lite: how many bytes the checksum covers. */
	readonly length?: number
	readonly badChecksum?: true
	readonly noChecksum?: true
}

export function udp(src: string, dst: string, sport: number, dport: number, fields: UdpFields = {}): Buffer {
	return datagram(PROTOCOL.udp, src, dst, [sport, dport], fields)
}

export function udplite(src: string, dst: string, sport: number, dport: number, fields: UdpFields = {}) {
	return datagram(PROTOCOL.udplite, src, dst, [sport, dport], fields)
}

function datagram(
	protocol: number,
	src: string,
	dst: string,
	[sport, dport]: [number, number],
	fields: UdpFields,
) {
	const text = Buffer.from(fields.text ?? 'crafted')
	const header = Buffer.alloc(8)
	header.writeUInt16BE(sport, 0)
	header.writeUInt16BE(dport, 2)
	header.writeUInt16BE(fields.length ?? 8 + text.length, 4)
	const packet = Buffer.concat([header, text])
	if (fields.noChecksum !== true) {
		packet.writeUInt16BE(transportSum(src, dst, protocol, packet, packet.length) || 0xffff, 6)
	}
	return ip(src, dst, protocol, fields.badChecksum ? spoilt(packet, 6) : packet)
}

type IcmpFields = {
	readonly code?: number
	/** The four bytes behind the checksum: id and sequence number of an echo. */
	readonly rest?: number
	readonly body?: Uint8Array
	readonly badChecksum?: true
	readonly ttl?: number
}

/** ICMP or ICMPv6, by the form of the addresses. */
export function icmp(src: string, dst: string, type: number, fields: IcmpFields = {}): Buffer {
	const message = Buffer.concat([Buffer.alloc(8), fields.body ?? Buffer.alloc(0)])
	message[0] = type
	message[1] = fields.code ?? 0
	message.writeUInt32BE(fields.rest ?? 0, 4)
	const six = isIPv6(src)
	message.writeUInt16BE(
		six ? transportSum(src, dst, PROTOCOL.icmp6, message, message.length) : checksum(message),
		2,
	)
	return ip(
		src,
		dst,
		six ? PROTOCOL.icmp6 : PROTOCOL.icmp,
		fields.badChecksum ? spoilt(message, 2) : message,
		{
			ttl: fields.ttl ?? 64,
		},
	)
}

type Chunk = {
	readonly type: number
	readonly flags?: number
	readonly body?: Uint8Array
	readonly length?: number
}

/** One SCTP packet; chunks are padded to 4 bytes. */
export function sctp(
	src: string,
	dst: string,
	sport: number,
	dport: number,
	tag: number,
	chunks: readonly Chunk[],
	bad?: 'crc',
): Buffer {
	const header = Buffer.alloc(12)
	header.writeUInt16BE(sport, 0)
	header.writeUInt16BE(dport, 2)
	header.writeUInt32BE(tag >>> 0, 4)
	const packet = Buffer.concat([header, ...chunks.map(chunkBytes)])
	packet.writeUInt32LE(crc32c(packet), 8)
	return ip(src, dst, PROTOCOL.sctp, bad === 'crc' ? spoilt(packet, 8) : packet)
}

function chunkBytes({ type, flags = 0, body = Buffer.alloc(0), length }: Chunk): Buffer {
	const bytes = Buffer.alloc((4 + body.length + 3) & ~3)
	bytes[0] = type
	bytes[1] = flags
	bytes.writeUInt16BE(length ?? 4 + body.length, 2)
	bytes.set(body, 4)
	return bytes
}

/** What INIT and INIT ACK carry: tag, window, streams out and in, first TSN. */
export function initBody(tag: number): Buffer {
	const body = Buffer.alloc(16)
	body.writeUInt32BE(tag >>> 0, 0)
	body.writeUInt32BE(65_536, 4)
	body.writeUInt16BE(1, 8)
	body.writeUInt16BE(1, 10)
	body.writeUInt32BE(1, 12)
	return body
}

/** Internet checksum (RFC 1071). */
export function checksum(bytes: Uint8Array): number {
	let sum = 0
	for (const [at, byte] of bytes.entries()) sum += at % 2 === 0 ? byte << 8 : byte
	while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
	return ~sum & 0xffff
}

/** With the pseudo header of the addresses; the checksum field of `bytes` must be zero. */
function transportSum(src: string, dst: string, protocol: number, bytes: Uint8Array, length: number): number {
	const tail = Buffer.alloc(8)
	tail.writeUInt32BE(length, 0)
	tail[7] = protocol
	return checksum(Buffer.concat([address(src), address(dst), tail, bytes]))
}

function spoilt(bytes: Buffer, at: number): Buffer {
	const copy = Buffer.from(bytes)
	copy.writeUInt16BE(copy.readUInt16BE(at) ^ 0x5555, at)
	return copy
}

function crc32c(bytes: Uint8Array): number {
	let crc = 0xffff_ffff
	for (const byte of bytes) {
		crc ^= byte
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1
	}
	return ~crc >>> 0
}

/** An Ethernet frame for an IP packet. */
export function ethernet(from: string, to: string, packet: Uint8Array): Buffer {
	const mac = (text: string) => Buffer.from(text.replaceAll(':', ''), 'hex')
	const type = ((packet[0] ?? 0x40) >> 4 === 6 ? '86dd' : '0800') as string
	return Buffer.concat([mac(to), mac(from), Buffer.from(type, 'hex'), packet])
}
