import type { Case, Player } from '../case.ts'
import { dropInvalid } from '../topologies/rules.ts'
import { addressesOf, boxedServer, routed } from '../topologies/topologies.ts'
import { ASKS, chats, clients, endsAfter, IMPATIENT, job, MAIL, server, WEB } from './players.ts'

/** The limit of this kernel for a namespace, which none can set for itself (net/netfilter/nf_conntrack_standalone.c). */
const FULL = 262_144

const fill = (count: number, assured: boolean, prefix: string): Player => ({
	name: `filler-${prefix.replaceAll('.', '-')}`,
	place: 'here',
	program: 'fill',
	options: { prefix, dst: '10.66.2.2', count, assured },
})

/** What comes for nobody is not answered there. */
const SILENT =
	"nft add table ip deaf; nft 'add chain ip deaf in { type filter hook input priority 0; }'; nft add rule ip deaf in ip protocol udp drop"

const flood = (to: string, interval: string) => `hping3 -q -2 --rand-source -i ${interval} -p ++1 ${to}`

/** What comes back over this line takes so many seconds. */
const slowLine = (what: object, seconds: number): Player => ({
	name: 'line',
	place: 'box',
	program: 'box',
	options: {
		first: 'here',
		second: 'right',
		rules: [{ way: 'back', ...what, do: 'delay', s: seconds }],
	},
})

/** No room for entries, or too little; or a table that knows nothing of what was before. */
export function table(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'table-full',
			title: 'the table is full of connections that are never closed',
			story: 'Nobody gets a new connection through this router. Old ones work.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				chats('old', 'left', a.right, MAIL),
				{ ...fill(FULL + 5_000, true, '10.9.'), after: 1 },
				clients('visitors', 'left', a.right, WEB, ASKS, { after: 1.1 }),
			],
			truth: {
				causes: [{ anyOf: ['table-full'] }],
				lookAlikes: ['entry-evicted', 'one-direction', 'not-tracking'],
				suffers: ['visitors'],
				fine: ['old'],
			},
			proof: { invalid: 'none', moves: ['drop'] },
			remedy: {
				place: 'here',
				line: 'conntrack -F',
				says: /nf_conntrack_max|fill/,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'full-and-evicting',
			title: 'datagrams of one source fill what room is left, and unanswered entries are evicted',
			story: 'Many new connections through this router take seconds, or fail. Old ones work.',
			topology: boxedServer,
			setUp: {
				here: [...dropInvalid('forward'), 'echo 300 > /proc/sys/net/netfilter/nf_conntrack_udp_timeout'],
				right: [SILENT],
			},
			players: [
				slowLine({ flags: 'SA', port: WEB }, 0.6),
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				chats('old', 'left', a.right, MAIL),
				{ ...fill(FULL - 40_000, true, '10.9.'), after: 1 },
				{ ...fill(40_000, false, '10.10.'), after: 1 },
				job('flood', 'left', flood(a.right, 'u300'), 1.1),
				clients('visitors', 'left', a.right, WEB, ASKS, { every: 0.07, limit: 1.5, after: 1.2 }),
			],
			truth: {
				causes: [{ anyOf: ['entry-evicted', 'table-full'] }],
				may: ['table-full', 'entry-evicted', 'entry-gone'],
				lookAlikes: ['entry-deleted', 'entry-timed-out', 'one-direction', 'scan', 'backscatter'],
				suffers: ['visitors'],
				fine: ['old'],
			},
			proof: { invalid: 0, moves: ['early_drop', 'drop'] },
			remedy: {
				place: 'here',
				line: [
					'nft add table ip shield',
					"nft 'add chain ip shield prerouting { type filter hook prerouting priority -350; }'",
					'nft add rule ip shield prerouting ip protocol udp drop',
					'conntrack -F',
				].join('\n'),
				says: /nf_conntrack_max|fill|flood/,
				settles: 2,
			},
			patience: 20,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'evicted-by-flood',
			title:
				'a flood fills the table with unanswered entries; those of pings to sleeping devices are evicted',
			story: 'Devices that sleep for some seconds answer, and some of their answers are lost.',
			topology: boxedServer,
			setUp: {
				here: [...dropInvalid('forward'), 'echo 300 > /proc/sys/net/netfilter/nf_conntrack_udp_timeout'],
				right: [SILENT],
			},
			players: [
				slowLine({ protocol: 1 }, 12),
				server('web', 'right', WEB),
				fill(FULL, false, '10.9.'),
				job('flood', 'left', flood(a.right, 'u80'), 0.1),
				clients('visitors', 'left', a.right, WEB, ASKS, { after: 0.2 }),
				{
					name: 'pings',
					place: 'left',
					after: 0.2,
					program: 'ping',
					options: { address: a.right, every: 0.02, limit: 14, apart: true },
				},
			],
			truth: {
				causes: [{ anyOf: ['entry-evicted'], less: ['entry-gone', 'table-full'] }],
				may: ['table-full'],
				lookAlikes: ['icmp-unasked', 'one-direction', 'backscatter', 'entry-deleted', 'entry-timed-out'],
				suffers: ['pings'],
				fine: ['visitors'],
			},
			proof: { invalid: 1, silent: true, moves: ['early_drop'] },
			patience: 35,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'failover-loose0',
			title: 'a router took over without the entries of the other, and tcp_loose is 0',
			story: 'Since the failover all connections of before are dead. New ones work.',
			topology: routed,
			setUp: {
				left: [IMPATIENT],
				here: [...dropInvalid('forward'), 'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose'],
				right: [IMPATIENT],
			},
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				chats('old', 'left', a.right, WEB, { connections: 5 }),
				clients('new', 'left', a.right, MAIL, ASKS),
			],
			strike: { place: 'here', line: 'conntrack -F', warm: 1.5 },
			truth: {
				causes: [{ anyOf: ['not-picked-up'], flows: /:8080\b/ }],
				may: ['entry-flushed', 'entry-gone', 'entry-deleted'],
				lookAlikes: ['small-timeout', 'one-direction', 'scan', 'sequence-rewritten'],
				suffers: ['old'],
				fine: ['new'],
			},
			proof: { invalid: 5, silent: true },
			remedy: {
				place: 'here',
				line: 'echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose',
				says: /tcp_loose/,
				settles: 2,
			},
			neverOffered: [/be_liberal/],
		},
		{
			name: 'healthy-failover-loose1',
			title: 'a router took over without the entries of the other, and picks up what comes',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [server('web', 'right', WEB), chats('old', 'left', a.right, WEB, { connections: 5 })],
			strike: { place: 'here', line: 'conntrack -F', warm: 1.5 },
			truth: {
				causes: [],
				lookAlikes: ['entry-flushed', 'not-picked-up', 'late'],
				suffers: [],
				fine: ['old'],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'healthy-loose0',
			title: 'tcp_loose is 0 on a router that is well',
			story: 'Nobody complains.',
			topology: routed,
			setUp: {
				here: [...dropInvalid('forward'), 'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose'],
			},
			players: [
				server('web', 'right', WEB),
				chats('old', 'left', a.right, WEB),
				clients('visitors', 'left', a.right, WEB, endsAfter(0.5)),
			],
			truth: {
				causes: [],
				lookAlikes: ['not-picked-up'],
				suffers: [],
				fine: ['old', 'visitors'],
			},
			proof: { invalid: 'none' },
			neverOffered: [/tcp_loose/],
		},
	]
}
