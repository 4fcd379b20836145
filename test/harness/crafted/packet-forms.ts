import { icmp, ip, tcp, udp, udplite } from './packets.ts'

const A = '10.9.8.7'
const B = '10.9.8.6'
const A6 = 'fd09::7'
const B6 = 'fd09::6'

/** Changes bytes of a packet; the checksum of the IP header is made right again, or the kernel drops it unseen. */
function changed(packet: Buffer, change: (bytes: Buffer) => void): Buffer {
	const bytes = Buffer.from(packet)
	change(bytes)
	if ((bytes[0] ?? 0) >> 4 !== 4) return bytes
	const length = ((bytes[0] ?? 0) & 15) * 4
	bytes.writeUInt16BE(0, 10)
	let sum = 0
	for (let at = 0; at < length && at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
	bytes.writeUInt16BE(~sum & 0xffff, 10)
	return bytes
}

/** With `options` behind the header. */
function ip4WithOptions(packet: Buffer, options: number[]): Buffer {
	const bytes = Buffer.concat([packet.subarray(0, 20), Buffer.from(options), packet.subarray(20)])
	return changed(bytes, (all) => {
		all[0] = 0x40 | (5 + options.length / 4)
		all.writeUInt16BE(all.length, 2)
	})
}

function fragment(packet: Buffer, offset: number): Buffer {
	return changed(packet, (bytes) => bytes.writeUInt16BE(offset, 6))
}

function tcpWithOptions(options: number[]): Buffer {
	const segment = tcp(A, B, 1, 2, { flags: 'SA', offset: 5 + options.length / 4 }).subarray(20)
	return ip(A, B, 6, Buffer.concat([segment, Buffer.from(options)]))
}

const extension = (type: number, bytes: number[], next: number, payload: Uint8Array) =>
	ip(A6, B6, next, payload, { extension: { type, bytes: Buffer.from(bytes) } })

const inner = (count: number) => tcp(B, A, 5, 6, { flags: 'A', text: 'inside' }).subarray(0, count)
const inner6 = (count: number) => tcp(B6, A6, 5, 6, { flags: 'A', text: 'inside' }).subarray(0, count)
const error4 = (type: number, code: number, rest: number, body: Uint8Array) =>
	icmp(A, B, type, { code, rest, body })
const error6 = (type: number, code: number, rest: number, body: Uint8Array) =>
	icmp(A6, B6, type, { code, rest, body })

const flagSets = ['', 'F', 'S', 'R', 'P', 'A', 'U', 'E', 'C', 'FSRPAUEC', 'SF', 'RA']

/** Every branch of nf_log_syslog.c that a packet can take. */
export const PACKET_FORMS: readonly (readonly [string, Buffer])[] = [
	...flagSets.map((flags) => [`TCP ${flags}`, tcp(A, B, 1, 65535, { flags, seq: 2 ** 32 - 1 })] as const),
	['TCP with options', tcpWithOptions([2, 4, 5, 180, 1, 3, 3, 7])],
	['TCP with more options than bytes', tcp(A, B, 1, 2, { flags: 'S', offset: 15 })],
	['TCP with a header length of 0', tcp(A, B, 1, 2, { flags: 'S', offset: 0 })],
	['TCP with reserved bits', changed(tcp(A, B, 1, 2, { flags: 'S' }), (bytes) => bytes.writeUInt8(0x5f, 32))],
	...[0, 1, 19].map((count) => [`TCP of ${count} bytes`, ip(A, B, 6, Buffer.alloc(count))] as const),
	['UDP', udp(A, B, 53, 1)],
	['UDP of 5 bytes', ip(A, B, 17, Buffer.alloc(5))],
	['UDP-Lite', udplite(A, B, 53, 1)],
	['UDP-Lite of 3 bytes', ip(A, B, 136, Buffer.alloc(3))],
	...[2, 4, 33, 41, 47, 132, 255].map(
		(protocol) => [`protocol ${protocol}`, ip(A, B, protocol, Buffer.alloc(40))] as const,
	),
	['AH', ip(A, B, 51, Buffer.from('06040000deadbeef0000000100000000', 'hex'))],
	['AH of 4 bytes', ip(A, B, 51, Buffer.alloc(4))],
	['ESP', ip(A, B, 50, Buffer.from('0badcafe00000001', 'hex'))],
	['ESP of 4 bytes', ip(A, B, 50, Buffer.alloc(4))],
	['SPI of 0', ip(A, B, 50, Buffer.alloc(8))],
	['TOS and precedence', changed(udp(A, B, 1, 2), (bytes) => bytes.writeUInt8(0xff, 1))],
	['DF', fragment(udp(A, B, 1, 2), 0x4000)],
	['CE, DF, MF', fragment(udp(A, B, 1, 2), 0xe000)],
	...[6, 17, 136, 1, 51, 50, 132].flatMap((protocol) => [
		[`later fragment of ${protocol}`, fragment(ip(A, B, protocol, Buffer.alloc(32)), 185)] as const,
		[`first fragment of ${protocol}`, fragment(ip(A, B, protocol, Buffer.alloc(32)), 0x2000)] as const,
	]),
	['IP options', ip4WithOptions(udp(A, B, 1, 2), [1, 1, 1, 0])],
	['IP options in plenty', ip4WithOptions(udp(A, B, 1, 2), Array(40).fill(1))],
	...Array.from(
		{ length: 20 },
		(_, type) => [`ICMP ${type}`, error4(type, 1, 0x01020304, inner(40))] as const,
	),
	...Array.from({ length: 19 }, (_, type) => [`short ICMP ${type}`, icmp(A, B, type)] as const),
	...[0, 4, 7].map((count) => [`ICMP of ${count} bytes`, ip(A, B, 1, Buffer.alloc(count, 8))] as const),
	['fragmentation needed', error4(3, 4, 1400, inner(28))],
	['fragmentation needed, short quote', error4(3, 4, 1400, inner(20))],
	['unreachable, no quote', error4(3, 3, 0, Buffer.alloc(0))],
	['unreachable, quote of 23 bytes', error4(3, 3, 0, inner(23))],
	['unreachable, quote of a quote', error4(3, 3, 0, error4(3, 3, 0, inner(28)))],
	['unreachable, quote of rubbish', error4(3, 3, 0, Buffer.alloc(32, 0xff))],
	['unreachable, quote with a header length of 0', error4(3, 3, 0, Buffer.alloc(32))],
	[
		'unreachable, quote with options',
		error4(3, 3, 0, ip4WithOptions(tcp(B, A, 1, 2, { flags: 'S' }), [1, 1, 1, 0])),
	],
	['unreachable, quoted fragment', error4(3, 3, 0, fragment(udp(B, A, 1, 2), 100))],
	['unreachable, quoted AH', error4(11, 0, 0, ip(B, A, 51, Buffer.alloc(12, 1)))],
	['parameter problem', error4(12, 0, 0x14000000, inner(28))],

	...flagSets.map((flags) => [`TCP ${flags} over IPv6`, tcp(A6, B6, 1, 2, { flags })] as const),
	['UDP over IPv6', udp(A6, B6, 1, 2)],
	['UDP-Lite over IPv6', udplite(A6, B6, 1, 2)],
	['UDP of 5 bytes over IPv6', ip(A6, B6, 17, Buffer.alloc(5))],
	['TCP of 5 bytes over IPv6', ip(A6, B6, 6, Buffer.alloc(5))],
	...[4, 41, 47, 59, 132, 135, 255].map(
		(next) => [`next header ${next}`, ip(A6, B6, next, Buffer.alloc(24))] as const,
	),
	['class and flow label', changed(udp(A6, B6, 1, 2), (bytes) => bytes.writeUInt32BE(0x6abcdef1, 0))],
	...Array.from(
		{ length: 16 },
		(_, index) => [`ICMPv6 ${index}`, error6(index, 2, 0x01020304, inner6(60))] as const,
	),
	...[128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 143, 255].map(
		(type) => [`ICMPv6 ${type}`, error6(type, 0, 0x01020304, Buffer.alloc(32))] as const,
	),
	...[0, 4, 7].map((count) => [`ICMPv6 of ${count} bytes`, ip(A6, B6, 58, Buffer.alloc(count, 1))] as const),
	['ICMPv6 error, no quote', error6(1, 0, 0, Buffer.alloc(0))],
	['ICMPv6 error, short quote', error6(2, 0, 1280, inner6(44))],
	['ICMPv6 error, quote of a quote', error6(3, 0, 0, error6(1, 0, 0, inner6(60)))],
	['ICMPv6 error, rubbish', error6(1, 0, 0, Buffer.alloc(48, 0xff))],
	['destination options', extension(60, [17, 0, 1, 4, 0, 0, 0, 0], 17, udp(A6, B6, 1, 2).subarray(40))],
	['hop by hop', extension(0, [17, 0, 1, 4, 0, 0, 0, 0], 17, udp(A6, B6, 1, 2).subarray(40))],
	['routing', extension(43, [17, 0, 4, 0, 0, 0, 0, 0], 17, udp(A6, B6, 1, 2).subarray(40))],
	['two extensions', extension(60, [60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0], 17, Buffer.alloc(8))],
	['extension without a packet', extension(60, [6, 0, 1, 4, 0, 0, 0, 0], 6, Buffer.alloc(0))],
	['cut extension', ip(A6, B6, 60, Buffer.from([6]))],
	['extension over the end', ip(A6, B6, 60, Buffer.from([6, 9, 1, 4, 0, 0, 0, 0]))],
	['first fragment over IPv6', extension(44, [17, 0, 0, 1, 1, 2, 3, 4], 17, Buffer.alloc(16))],
	['later fragment over IPv6', extension(44, [17, 0, 0, 0xb9, 0xff, 2, 3, 4], 17, Buffer.alloc(16))],
	['last fragment of ICMPv6', extension(44, [58, 0, 0, 0xb8, 0xff, 2, 3, 4], 58, Buffer.alloc(16))],
	['cut fragment header', ip(A6, B6, 44, Buffer.from([17, 0, 0, 1]))],
	[
		'fragment of options',
		extension(44, [60, 0, 0, 0xb8, 0, 0, 0, 1, 17, 0, 1, 4, 0, 0, 0, 0], 17, Buffer.alloc(8)),
	],
	['fragment of AH', extension(44, [51, 0, 0, 0xb8, 0, 0, 0, 1], 51, Buffer.alloc(24))],
	['fragment of ESP', extension(44, [50, 0, 0, 0xb8, 0, 0, 0, 1], 50, Buffer.alloc(24))],
	['AH over IPv6', extension(51, [6, 1, 0, 0, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0, 1], 6, Buffer.alloc(20, 5))],
	['AH of 8 bytes over IPv6', ip(A6, B6, 51, Buffer.from([6, 1, 0, 0, 1, 2, 3, 4]))],
	['ESP over IPv6', ip(A6, B6, 50, Buffer.from('0badcafe00000001', 'hex'))],
	['ESP of 4 bytes over IPv6', ip(A6, B6, 50, Buffer.alloc(4))],
	...rubbish(200),
]

/** The same every time: what goes wrong must go wrong again. */
function rubbish(count: number): (readonly [string, Buffer])[] {
	let state = 0x2545f491
	const random = (below: number) => {
		state ^= state << 13
		state ^= state >>> 17
		state ^= state << 5
		return (state >>> 0) % below
	}
	return Array.from({ length: count }, (_, index) => {
		const six = index % 2 === 1
		const protocols = six ? [0, 6, 17, 43, 44, 50, 51, 58, 60, 136] : [1, 6, 17, 50, 51, 136]
		const bytes = Buffer.from(Array.from({ length: random(90) }, () => random(4) * random(100)))
		const protocol = protocols[random(protocols.length)] ?? 6
		return [`rubbish ${index}`, ip(six ? A6 : A, six ? B6 : B, protocol, bytes)] as const
	})
}
