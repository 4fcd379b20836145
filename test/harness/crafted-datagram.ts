import { icmp, initBody, ip, PROTOCOL, sctp, udp, udplite } from './crafted-packets.ts'
import type { Recipe } from './crafted-recipe.ts'

const UNREACHABLE = 3
const UNREACHABLE_6 = 1
const REDIRECT_6 = 137

const DATA = { type: 0, body: Buffer.alloc(16, 1) }
const INIT = { type: 1, body: initBody(0xaaaa_0001) }
const INIT_ACK = { type: 2, body: initBody(0xbbbb_0002) }
const HEARTBEAT = { type: 4, body: Buffer.alloc(8, 4) }
const COOKIE_ECHO = { type: 10, body: Buffer.alloc(8, 7) }

/** Every other protocol: packets that are INVALID with a line. */
export const DATAGRAM_INVALID: readonly Recipe[] = [
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

	{
		name: 'icmp header cut short',
		kind: 'invalid',
		packets: ({ client, server }) => [ip(client, server, PROTOCOL.icmp, Buffer.from([8, 0, 0]))],
		lines: [{ id: 'icmp-short', body: 'short packet' }],
		moves: { error: 1 },
	},
	{
		name: 'icmp checksum',
		kind: 'invalid',
		packets: ({ client, server }) => [icmp(client, server, 8, { badChecksum: true })],
		lines: [{ id: 'icmp-csum', body: 'bad hw icmp checksum' }],
		moves: { error: 1 },
	},
	{
		name: 'icmp type',
		kind: 'invalid',
		packets: ({ client, server }) => [icmp(client, server, 40)],
		lines: [{ id: 'icmp-type', body: 'invalid icmp type', params: { type: 40, code: 0 } }],
		moves: { error: 1 },
	},
	{
		name: 'icmp error to the wrong address',
		kind: 'invalid',
		packets: ({ client, server, elsewhere }) => {
			const sent = udp(client, server, 5_000, 5_001)
			return [sent, icmp(server, elsewhere, UNREACHABLE, { code: 3, body: sent.subarray(0, 28) })]
		},
		lines: [
			{
				id: 'icmp-outer',
				body: 'outer daddr 10.',
				params: (place) => ({ outer: place.elsewhere, inner: place.client }),
			},
		],
		moves: { error: 1 },
	},
	{
		name: 'icmpv6 header cut short',
		kind: 'invalid',
		packets: ({ client6, server6 }) => [ip(client6, server6, PROTOCOL.icmp6, Buffer.from([128, 0, 0]))],
		lines: [{ id: 'icmp6-short', body: 'short packet' }],
		moves: { error: 1 },
	},
	{
		name: 'icmpv6 checksum',
		kind: 'invalid',
		packets: ({ client6, server6 }) => [icmp(client6, server6, 128, { badChecksum: true })],
		lines: [{ id: 'icmp6-csum', body: 'ICMPv6 checksum failed' }],
		moves: { error: 1 },
	},
	{
		name: 'icmpv6 error to the wrong address',
		kind: 'invalid',
		packets: ({ client6, server6, elsewhere6 }) => {
			const sent = udp(client6, server6, 5_000, 5_001)
			return [sent, icmp(server6, elsewhere6, UNREACHABLE_6, { code: 4, body: sent.subarray(0, 48) })]
		},
		lines: [
			{
				id: 'icmp6-outer',
				body: 'outer daddr fd78:',
				params: (place) => ({ outer: place.elsewhere6, inner: place.client6 }),
			},
		],
		moves: { error: 1 },
	},
	{
		name: 'icmpv6 redirect that is short',
		kind: 'invalid',
		packets: ({ router6, local6 }) => [
			icmp(router6, local6, REDIRECT_6, { ttl: 255, body: Buffer.alloc(8) }),
		],
		lines: [{ id: 'icmp6-redir-short', body: 'short redirect' }],
		moves: { error: 1 },
	},
	...(
		[
			['from an address that is not link-local', 'server6', 255],
			['with a hop limit below 255', 'router6', 64],
		] as const
	).map(
		([how, from, ttl]): Recipe => ({
			name: `icmpv6 redirect ${how}`,
			kind: 'invalid',
			packets: (place) => [icmp(place[from], place.local6, REDIRECT_6, { ttl, body: Buffer.alloc(40) })],
			lines: [{ id: 'icmp6-redir-src', body: 'invalid saddr or hoplimit for redirect' }],
			moves: { error: 1 },
		}),
	),
	{
		name: 'icmpv6 redirect without options',
		kind: 'invalid',
		packets: ({ router6, local6 }) => [
			icmp(router6, local6, REDIRECT_6, { ttl: 255, body: Buffer.alloc(32) }),
		],
		lines: [{ id: 'icmp6-redir-opt', body: 'redirect without options' }],
		moves: { error: 1 },
	},
	{
		name: 'icmpv6 redirect to the wrong address',
		kind: 'invalid',
		packets: ({ router6, client6, server6, local6 }) => {
			const sent = udp(client6, server6, 5_000, 5_001)
			// Target and destination, then the option that quotes a packet: type 4, length in words of 8.
			const option = Buffer.concat([Buffer.from([4, 7, 0, 0, 0, 0, 0, 0]), sent.subarray(0, 48)])
			const body = Buffer.concat([Buffer.alloc(32), option])
			return [sent, icmp(router6, local6, REDIRECT_6, { ttl: 255, body })]
		},
		lines: [{ id: 'icmp6-outer', params: (place) => ({ outer: place.local6, inner: place.client6 }) }],
		moves: { error: 1 },
	},
	{
		// Link-local addresses are not forwarded: the host says so, and its own error quotes an unknown connection.
		name: 'icmpv6 redirect, and the host sends an error about it',
		kind: 'invalid',
		packets: ({ router6, client6 }) => [
			icmp(router6, client6, REDIRECT_6, { ttl: 64, body: Buffer.alloc(40) }),
		],
		lines: [{ id: 'icmp6-redir-src', params: (place) => ({ from: place.router6, hopLimit: 64 }) }],
		moves: { error: 2 },
	},

	{
		name: 'sctp header cut short',
		kind: 'invalid',
		packets: ({ client, server }) => [ip(client, server, PROTOCOL.sctp, Buffer.alloc(8, 1))],
		lines: [{ id: 'sctp-1', body: 'nf_ct_sctp: short packet' }],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp CRC',
		kind: 'invalid',
		packets: ({ client, server }) => [sctp(client, server, 7, 7, 0, [INIT], 'crc')],
		lines: [{ id: 'sctp-3', body: 'nf_ct_sctp: bad CRC' }],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp INIT with a second chunk',
		kind: 'invalid',
		packets: ({ client, server }) => [sctp(client, server, 7, 7, 0, [INIT, DATA])],
		lines: [
			{
				id: 'sctp-basic',
				body: 'do_basic_checks failed. chunk num 1, type 0, len ',
				params: { chunk: 1, type: 0, length: 20, flag: 1 },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp COOKIE ECHO that is not the first',
		kind: 'invalid',
		packets: ({ client6, server6 }) => [sctp(client6, server6, 7, 7, 1, [DATA, COOKIE_ECHO])],
		lines: [
			{
				id: 'sctp-basic',
				body: 'do_basic_checks failed. chunk num 1, type 10, len ',
				params: { chunk: 1, name: 'COOKIE ECHO', length: 12, flag: 0 },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp chunk of length 0',
		kind: 'invalid',
		packets: ({ client, server }) => [sctp(client, server, 7, 7, 1, [{ ...DATA, length: 0 }])],
		lines: [{ id: 'sctp-basic', body: 'do_basic_checks failed. chunk num 0, type 0, len 0 flag 0' }],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp verification tag',
		kind: 'invalid',
		packets: ({ client, server }) => [
			sctp(client, server, 7, 7, 0, [INIT]),
			sctp(server, client, 7, 7, 0xaaaa_0001, [INIT_ACK]),
			sctp(client, server, 7, 7, 0x1234_5678, [DATA]),
		],
		lines: [
			{
				id: 'sctp-vtag',
				body: 'verification tag check failed ',
				params: { tag: '78563412', expected: '200bbbb', direction: 'original' },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp INIT as the answer to a HEARTBEAT',
		kind: 'invalid',
		packets: ({ client, server }) => [
			sctp(client, server, 7, 7, 1, [HEARTBEAT]),
			sctp(server, client, 7, 7, 0, [INIT]),
		],
		lines: [
			{
				id: 'sctp-state',
				body: 'Invalid, old_state 8, dir 1, type 1',
				params: { name: 'INIT', direction: 'reply', state: 'HEARTBEAT_SENT' },
			},
		],
		moves: { invalid: 1 },
	},
]

/** The same protocols: INVALID without a line. */
export const DATAGRAM_SILENT: readonly Recipe[] = [
	silent('udp without ports', 'invalid', 'silent-header', ({ client, server }) => [
		ip(client, server, PROTOCOL.udp, Buffer.from([0, 9, 0])),
	]),
	silent('icmp echo reply without a request', 'invalid', 'silent-icmp-reply', ({ client, server }) => [
		icmp(client, server, 0, { rest: 0x77 }),
	]),
	silent('icmp timestamp reply without a request', 'invalid', 'silent-icmp-reply', ({ client, server }) => [
		icmp(client, server, 14, { rest: 0x77 }),
	]),
	silent('icmp router solicitation', 'invalid', 'silent-icmp-reply', ({ client, server }) => [
		icmp(client, server, 10),
	]),
	silent(
		'icmp error for an unknown connection',
		'error',
		'silent-icmp-error',
		({ client, server, elsewhere }) => [
			icmp(elsewhere, client, UNREACHABLE, {
				code: 3,
				body: udp(client, server, 6_000, 6_001).subarray(0, 28),
			}),
		],
	),
	silent('icmp error that quotes nothing', 'error', 'silent-icmp-error', ({ client, server }) => [
		icmp(server, client, UNREACHABLE, { code: 3, body: Buffer.alloc(6) }),
	]),
	silent('icmpv6 echo reply without a request', 'invalid', 'silent-icmp-reply', ({ client6, server6 }) => [
		icmp(client6, server6, 129, { rest: 0x77 }),
	]),
	silent('icmpv6 type that does not exist', 'invalid', 'silent-icmp-reply', ({ client6, server6 }) => [
		icmp(client6, server6, 200),
	]),
	silent(
		'icmpv6 error for an unknown connection',
		'error',
		'silent-icmp-error',
		({ client6, server6, elsewhere6 }) => [
			icmp(elsewhere6, client6, UNREACHABLE_6, {
				body: udp(client6, server6, 6_000, 6_001).subarray(0, 48),
			}),
		],
	),
	{
		...silent(
			'icmpv6 checksum while 41 is asked for',
			'error',
			'silent-icmp-not-asked',
			({ client6, server6 }) => [icmp(client6, server6, 128, { badChecksum: true })],
		),
		settings: { nf_conntrack_log_invalid: '41' },
	},
	silent('gre version 1 that carries no PPP', 'invalid', 'silent-gre', ({ client, server }) => [
		ip(client, server, PROTOCOL.gre, Buffer.from([0x20, 0x01, 0x08, 0x00, 0, 4, 0, 9])),
	]),
	silent('IPv6 options beyond the packet', 'invalid', 'silent-header', ({ client6, server6 }) => [
		ip(client6, server6, PROTOCOL.udp, Buffer.alloc(8), {
			// Destination options: next header, length in words of 8 behind the first, padding.
			extension: { type: 60, bytes: Buffer.from([PROTOCOL.udp, 200, 1, 4, 0, 0, 0, 0]) },
		}),
	]),
	silent('sctp ABORT without an entry', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 5, [{ type: 6 }]),
	]),
	silent('sctp SHUTDOWN COMPLETE without an entry', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 5, [{ type: 14 }]),
	]),
	silent('sctp COOKIE ACK without an entry', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 5, [{ type: 11 }]),
	]),
	silent('sctp INIT with a tag', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 5, [INIT]),
	]),
	silent('sctp DATA without an entry', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 5, [DATA]),
	]),
	silent('sctp without a chunk', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 5, []),
	]),
	silent('sctp ABORT with a wrong tag', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 0, [INIT]),
		sctp(server, client, 7, 7, 0xaaaa_0001, [INIT_ACK]),
		sctp(client, server, 7, 7, 0x1234_5678, [{ type: 6 }]),
	]),
	silent('sctp COOKIE ECHO with a wrong tag', 'invalid', 'silent-sctp', ({ client, server }) => [
		sctp(client, server, 7, 7, 0, [INIT]),
		sctp(server, client, 7, 7, 0xaaaa_0001, [INIT_ACK]),
		sctp(client, server, 7, 7, 0x1234_5678, [COOKIE_ECHO]),
	]),
]

function silent(
	name: string,
	counter: 'invalid' | 'error',
	path: string,
	packets: Recipe['packets'],
): Recipe {
	return { name, kind: 'silent', path, packets, lines: [], moves: { [counter]: 1 } }
}
