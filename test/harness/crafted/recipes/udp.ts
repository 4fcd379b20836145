import { checksum, ip, PROTOCOL, udp, udplite } from '../packets.ts'
import { type Recipe, silent } from '../recipe.ts'

/** UDP and UDP-Lite packets that are INVALID with a line. */
export const UDP_INVALID: readonly Recipe[] = [
	{
		name: 'udp header cut short',
		kind: 'invalid',
		packets: ({ client, server }) => [ip(client, server, PROTOCOL.udp, Buffer.from([0, 9, 0, 9, 0]))],
		lines: [{ id: 'udp-short', body: 'short packet' }],
		moves: { invalid: 1 },
	},
	{
		name: 'udp length beyond the packet',
		kind: 'invalid',
		packets: ({ client, server }) => [udp(client, server, 9, 9, { length: 400 })],
		lines: [
			{ id: 'udp-trunc', body: 'truncated/malformed packet', params: { udpLength: 400, ipLength: 35 } },
		],
		moves: { invalid: 1 },
	},
	{
		name: 'udp length below the header',
		kind: 'invalid',
		packets: ({ client6, server6 }) => [udp(client6, server6, 9, 9, { length: 7 })],
		lines: [{ id: 'udp-trunc' }],
		moves: { invalid: 1 },
	},
	...(['client', 'client6'] as const).map(
		(from): Recipe => ({
			name: `udp checksum, ${from}`,
			kind: 'invalid',
			packets: (place) => [
				udp(place[from], from === 'client' ? place.server : place.server6, 9, 9, { badChecksum: true }),
			],
			lines: [{ id: 'udp-csum', body: 'bad checksum' }],
			moves: { invalid: 1 },
		}),
	),
	{
		name: 'udplite header cut short',
		kind: 'invalid',
		packets: ({ client, server }) => [
			ip(client, server, PROTOCOL.udplite, Buffer.from([0, 9, 0, 9, 0, 0, 0])),
		],
		lines: [{ id: 'udplite-short', body: 'short packet' }],
		moves: { invalid: 1 },
	},
	{
		name: 'udplite coverage',
		kind: 'invalid',
		packets: ({ client, server }) => [udplite(client, server, 9, 9, { length: 5 })],
		lines: [{ id: 'udplite-cov', body: 'invalid checksum coverage' }],
		moves: { invalid: 1 },
	},
	{
		name: 'udplite without checksum',
		kind: 'invalid',
		packets: ({ client, server }) => [udplite(client, server, 9, 9, { noChecksum: true })],
		lines: [{ id: 'udplite-nocsum', body: 'checksum missing' }],
		moves: { invalid: 1 },
	},
	{
		name: 'udplite checksum',
		kind: 'invalid',
		packets: ({ client6, server6 }) => [udplite(client6, server6, 9, 9, { badChecksum: true })],
		lines: [{ id: 'udplite-csum', body: 'bad checksum' }],
		moves: { invalid: 1 },
	},
]

/** Broken packets that IP itself throws away or keeps, before conntrack sees them. */
export const IP_HIDDEN: readonly Recipe[] = [
	hidden('IPv4 header longer than the packet', ({ client, server }) => [
		withHeader(udp(client, server, 9, 9, { text: '' }), (header) => header.writeUInt8(0x4f, 0)),
	]),
	hidden('IPv4 fragment without its first one', ({ client, server }) => [
		withHeader(udp(client, server, 9, 9), (header) => header.writeUInt16BE(5, 6)),
	]),
	hidden('IPv6 fragment without its first one', ({ client6, server6 }) => [
		ip(client6, server6, PROTOCOL.udp, Buffer.alloc(16), {
			// Fragment header: next header, offset 5 in units of 8, identification.
			extension: { type: 44, bytes: Buffer.from([PROTOCOL.udp, 0, 0, 0x28, 0, 0, 0, 9]) },
		}),
	]),
	{
		...hidden('udp checksum with nf_conntrack_checksum off', ({ client, server }) => [
			udp(client, server, 9, 9, { badChecksum: true }),
		]),
		settings: { nf_conntrack_checksum: '0' },
	},
]

/** Packets of UDP, GRE and IP itself that are INVALID without a log line. */
export const IP_SILENT: readonly Recipe[] = [
	silent('udp without ports', 'invalid', ['silent-header', 'silent-ports'], ({ client, server }) => [
		ip(client, server, PROTOCOL.udp, Buffer.from([0, 9, 0])),
	]),
	silent(
		'gre version 1 that carries no PPP',
		'invalid',
		['silent-gre', 'silent-gre'],
		({ client, server }) => [
			ip(client, server, PROTOCOL.gre, Buffer.from([0x20, 0x01, 0x08, 0x00, 0, 4, 0, 9])),
		],
	),
	silent(
		'IPv6 options beyond the packet',
		'invalid',
		['silent-header', 'silent-header'],
		({ client6, server6 }) => [
			ip(client6, server6, PROTOCOL.udp, Buffer.alloc(8), {
				// Destination options: next header, length in words of 8 behind the first, padding.
				extension: { type: 60, bytes: Buffer.from([PROTOCOL.udp, 200, 1, 4, 0, 0, 0, 0]) },
			}),
		],
	),
	silent(
		'IPv6 without a next header',
		'invalid',
		['silent-header', 'silent-header'],
		({ client6, server6 }) => [ip(client6, server6, 59, Buffer.alloc(0))],
	),
]

function hidden(name: string, packets: Recipe['packets']): Recipe {
	return { name, kind: 'hidden', packets, lines: [], moves: {} }
}

/** Changes an IPv4 header and makes its checksum right again, over as much of a header as there is. */
function withHeader(packet: Buffer, change: (header: Buffer) => void): Buffer {
	change(packet)
	packet.writeUInt16BE(0, 10)
	packet.writeUInt16BE(checksum(packet.subarray(0, (packet.readUInt8(0) & 15) * 4)), 10)
	return packet
}
