import { icmp, ip, PROTOCOL, udp } from '../packets.ts'
import { type Recipe, silent } from '../recipe.ts'

const UNREACHABLE = 3
const UNREACHABLE_6 = 1
const REDIRECT_6 = 137

/** ICMP and ICMPv6 packets that are INVALID with a line. */
export const ICMP_INVALID: readonly Recipe[] = [
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
]

/** ICMP and ICMPv6 packets that are INVALID without a log line. */
export const ICMP_SILENT: readonly Recipe[] = [
	silent(
		'icmp echo reply without a request',
		'invalid',
		['silent-icmp-reply', 'silent-echo-reply'],
		({ client, server }) => [icmp(client, server, 0, { rest: 0x77 })],
	),
	silent(
		'icmp timestamp reply without a request',
		'invalid',
		['silent-icmp-reply', 'silent-icmp-reply'],
		({ client, server }) => [icmp(client, server, 14, { rest: 0x77 })],
	),
	silent(
		'icmp router solicitation',
		'invalid',
		['silent-icmp-reply', 'silent-icmp-type'],
		({ client, server }) => [icmp(client, server, 10)],
	),
	silent(
		'icmp error for an unknown connection',
		'error',
		['silent-icmp-error', 'silent-icmp-error'],
		({ client, server, elsewhere }) => [
			icmp(elsewhere, client, UNREACHABLE, {
				code: 3,
				body: udp(client, server, 6_000, 6_001).subarray(0, 28),
			}),
		],
	),
	silent(
		'icmp error that quotes nothing',
		'error',
		['silent-icmp-error', 'silent-icmp-cut'],
		({ client, server }) => [icmp(server, client, UNREACHABLE, { code: 3, body: Buffer.alloc(6) })],
	),
	silent(
		'icmpv6 echo reply without a request',
		'invalid',
		['silent-icmp-reply', 'silent-echo-reply'],
		({ client6, server6 }) => [icmp(client6, server6, 129, { rest: 0x77 })],
	),
	silent(
		'icmpv6 type that does not exist',
		'invalid',
		['silent-icmp-reply', 'silent-icmp-type'],
		({ client6, server6 }) => [icmp(client6, server6, 200)],
	),
	silent(
		'icmpv6 error for an unknown connection',
		'error',
		['silent-icmp-error', 'silent-icmp-error'],
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
			['silent-icmp-not-asked'],
			({ client6, server6 }) => [icmp(client6, server6, 128, { badChecksum: true })],
		),
		settings: { nf_conntrack_log_invalid: '41' },
	},
]
