import type { Case, TrueCause } from '../case.ts'
import { countInvalid, dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, bridged, outward, passedBy, routed } from '../topologies/topologies.ts'
import { FORWARDS } from '../topologies/topology.ts'
import { forgets } from './gone.ts'
import {
	ASKS,
	clientEndsAfter,
	clients,
	end,
	endsAfter,
	halfClosed,
	job,
	MAIL,
	server,
	WEB,
} from './players.ts'

const STOP = { place: 'here', line: end('script'), says: /delet|flush|remov|conntrack -[DF]/i }

const nat = (hook: 'prerouting' | 'postrouting', rule: string, family: 'ip' | 'ip6' = 'ip') => [
	`nft add table ${family} nat`,
	`nft 'add chain ${family} nat ${hook} { type nat hook ${hook} priority ${hook === 'prerouting' ? 'dstnat' : 'srcnat'}; }'`,
	`nft add rule ${family} nat ${hook} ${rule}`,
]

/** Connections whose addresses are translated, until their entries go. */
export function natCases(family: 4 | 6): readonly Case[] {
	const a = addressesOf(family)
	const name = (text: string) => (family === 6 ? `${text}-v6` : text)
	const leaks: TrueCause = {
		anyOf: ['leak-without-nat', 'entry-deleted'],
		less: ['entry-gone', 'entry-flushed'],
		flows: /:8080\b/,
	}
	const at = (address: string) => (family === 6 ? `[${address}]` : address)
	return [
		{
			name: name('masquerade-leak'),
			title: 'a script deletes entries on a router that masquerades: FINs leave with the inner address',
			story: 'Sessions to the outside hang at their end. The provider complains about private addresses.',
			topology: outward,
			setUp: { here: [...track('forward'), ...nat('postrouting', 'oif right masquerade', a.ip)] },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, clientEndsAfter(1.2)),
				clients('post', 'left', a.right, MAIL, ASKS),
				job('script', 'here', forgets(`${a.conntrack} -p tcp --dport ${WEB}`, 0.4)),
			],
			truth: {
				causes: [leaks],
				may: ['leak-without-nat', 'entry-deleted', 'entry-gone'],
				lookAlikes: ['reply-not-translated', 'late', 'scan', 'small-timeout', 'one-direction'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: STOP,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: name('published-reply-leak'),
			title: 'a script deletes entries of a published service: the server answers under its own address',
			story: 'Clients of the published service wait for the end of the connection for ever.',
			topology: routed,
			setUp: {
				here: [
					...track('forward'),
					...nat('prerouting', `${a.ip} daddr ${a.here} tcp dport 80 dnat to ${at(a.right)}:${WEB}`, a.ip),
				],
			},
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.here, 80, endsAfter(1.2)),
				clients('post', 'left', a.right, MAIL, ASKS),
				job('script', 'here', forgets(`${a.conntrack} -p tcp --dport 80`, 0.4)),
			],
			truth: {
				causes: [
					{
						anyOf: ['reply-not-translated', 'entry-deleted'],
						less: ['entry-gone', 'entry-flushed'],
						flows: /:(?:80|8080)\b/,
					},
				],
				may: ['reply-not-translated', 'entry-deleted', 'entry-gone'],
				lookAlikes: ['leak-without-nat', 'late', 'scan', 'one-direction'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: STOP,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
	]
}

export function natOnce(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'published-small-timeout',
			title: 'a published service works longer than the timeout of CLOSE_WAIT, which is 1 s',
			story: 'Clients of the published service wait for the end of a long answer for ever.',
			topology: routed,
			setUp: {
				here: [
					...track('forward'),
					...nat('prerouting', `ip daddr ${a.here} tcp dport 80 dnat to ${a.right}:${WEB}`),
					'echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait',
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('jobs', 'left', a.here, 80, halfClosed(2.5), { limit: 4.5 }),
				clients('short', 'left', a.here, 80, halfClosed(0.2)),
			],
			truth: {
				causes: [
					{
						anyOf: ['small-timeout'],
						less: ['entry-timed-out', 'entry-gone', 'reply-not-translated'],
					},
				],
				may: ['reply-not-translated', 'entry-timed-out'],
				lookAlikes: ['entry-deleted', 'leak-without-nat', 'late'],
				suffers: ['jobs'],
				fine: ['short'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'here',
				line: 'echo 60 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait',
				says: /tcp_timeout_close_wait/,
				settles: 2,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'deleted-beside-nat',
			title: 'a script deletes entries of routed connections; the NAT of this router is for others',
			story: 'Nobody complains. The counter of INVALID packets rises.',
			topology: routed,
			setUp: {
				here: [
					...countInvalid('forward'),
					...nat('postrouting', 'oif right ip saddr 10.99.0.0/16 masquerade'),
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, endsAfter(1.2), { every: 0.25 }),
				job('script', 'here', forgets(`-p tcp --dport ${WEB}`, 0.4)),
			],
			truth: {
				causes: [{ anyOf: ['entry-deleted'], less: ['entry-gone', 'entry-flushed'] }],
				lookAlikes: ['leak-without-nat', 'reply-not-translated', 'late'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 5, reasons: [/^nf_ct_proto_6: invalid new/] },
			neverOffered: [/NAT/, /drop INVALID/i],
		},
		{
			name: 'masquerade-link-flaps',
			title: 'the outer link goes down for a moment again and again, and masquerading forgets its entries',
			story: 'Long downloads from the outside break off. Short ones work.',
			topology: outward,
			setUp: { here: [...track('forward'), ...nat('postrouting', 'oif right masquerade')] },
			players: [
				server('web', 'right', WEB),
				clients('downloads', 'left', a.right, WEB, endsAfter(2.2), { limit: 4 }),
				job('script', 'here', 'while :; do sleep 2; ip link set right down; ip link set right up; done'),
			],
			truth: {
				causes: [
					{
						anyOf: ['entry-gone', 'entry-flushed', 'entry-deleted'],
						less: ['reply-not-translated', 'leak-without-nat'],
					},
				],
				may: ['entry-flushed', 'entry-deleted', 'leak-without-nat', 'reply-not-translated'],
				lookAlikes: ['small-timeout', 'late', 'scan', 'one-direction', 'backscatter'],
				suffers: ['downloads'],
				fine: [],
			},
			proof: { invalid: 5, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: { place: 'here', line: end('script'), says: /(?:)/, settles: 2 },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'hairpin-without-snat',
			title: 'a client asks for the public address of a server beside it, which answers it directly',
			story: 'The published service can be reached from everywhere but from its own network.',
			topology: bridged,
			setUp: {
				here: [
					...track('forward'),
					'echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables',
					...FORWARDS,
					'ip address add 203.0.113.9/32 dev lo',
					...nat('prerouting', `ip daddr 203.0.113.9 tcp dport 80 dnat to ${a.bridgeRight}:${WEB}`),
				],
				left: [`ip route add 203.0.113.9/32 via ${a.bridge}`],
			},
			players: [
				server('web', 'right', WEB),
				clients('neighbours', 'left', '203.0.113.9', 80, ASKS),
				clients('direct', 'left', a.bridgeRight, WEB, ASKS),
			],
			truth: {
				// The answers never come here, so nothing here is INVALID.
				causes: [],
				may: ['one-direction', 'reply-not-translated'],
				lookAlikes: ['entry-deleted', 'notrack-one-way', 'table-full'],
				suffers: ['neighbours'],
				fine: ['direct'],
			},
			proof: { invalid: 'none' },
			remedy: {
				place: 'here',
				line: nat('postrouting', `ip daddr ${a.bridgeRight} tcp dport ${WEB} masquerade`).join('\n'),
				says: /(?:)/,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'healthy-nat',
			title: 'a router that masquerades, with busy clients and a trickle of aborted downloads',
			story: 'Nobody complains.',
			topology: outward,
			setUp: { here: [...dropInvalid('forward'), ...nat('postrouting', 'oif right masquerade')] },
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS, { every: 0.1 }),
				clients(
					'impatient',
					'left',
					a.right,
					WEB,
					{
						here: [['send', 20], ['recv', 4_000], ['abort']],
						there: [
							['recv', 20],
							['send', 400_000],
						],
					},
					{ every: 0.5 },
				),
			],
			truth: {
				causes: [],
				may: ['late', 'rst-outside-window'],
				lookAlikes: ['leak-without-nat', 'entry-deleted', 'scan'],
				suffers: [],
				fine: ['visitors', 'impatient'],
			},
			proof: { invalid: 0 },
		},
		{
			name: 'deleted-beside-exempt-nat',
			title: 'a script deletes entries of connections that a rule before MASQUERADE lets pass as they are',
			story: 'Nobody complains. The counter of INVALID packets rises.',
			topology: routed,
			setUp: {
				here: [
					...countInvalid('forward'),
					...nat('postrouting', 'oif right ip daddr 10.66.2.0/24 accept'),
					'nft add rule ip nat postrouting oif right masquerade',
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, endsAfter(1.2), { every: 0.25 }),
				job('script', 'here', forgets(`-p tcp --dport ${WEB}`, 0.4)),
			],
			truth: {
				causes: [{ anyOf: ['entry-deleted'], less: ['entry-gone', 'entry-flushed'] }],
				lookAlikes: ['leak-without-nat', 'reply-not-translated', 'late'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 5 },
			neverOffered: [/NAT/, /drop INVALID/i],
		},
		{
			name: 'balancer-passed-by',
			title: 'a balancer behind this router translates the requests, and the servers answer past it',
			story: 'Nobody can open a connection to the service behind the balancer.',
			topology: passedBy,
			setUp: {
				here: dropInvalid('forward'),
				gate: [...nat('prerouting', `tcp dport ${WEB} dnat to 10.66.5.2`)],
			},
			players: [server('web', 'right', WEB), clients('visitors', 'left', '10.66.2.2', WEB, ASKS)],
			truth: {
				causes: [{ anyOf: ['reply-not-translated'] }],
				lookAlikes: ['one-direction'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10 },
			remedy: {
				place: 'right',
				line: 'ip route replace 10.66.1.0/24 via 10.66.5.1',
				says: /translat/i,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'rewritten-behind-conntrack',
			title: 'rules of this router give requests another address behind conntrack, without NAT',
			story: 'Nobody can reach the published service. The server sees the requests, and answers.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'nft add table ip rewrite',
					"nft 'add chain ip rewrite pre { type filter hook prerouting priority -150; }'",
					"nft 'add chain ip rewrite post { type filter hook postrouting priority 50; }'",
					`nft add rule ip rewrite pre ip daddr 10.66.1.2 tcp dport ${WEB} ip daddr set 10.66.2.2`,
					`nft add rule ip rewrite post ip saddr 10.66.2.2 tcp sport ${WEB} ip saddr set 10.66.1.2`,
				],
			},
			players: [server('web', 'right', WEB), clients('visitors', 'left', a.here, WEB, ASKS)],
			truth: {
				causes: [{ anyOf: ['reply-not-translated'] }],
				lookAlikes: ['one-direction'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10 },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'nat-without-free-ports',
			title: 'masquerading may use ten ports, and there are more connections',
			story: 'Most new connections to the outside hang. Old ones work.',
			topology: outward,
			setUp: {
				here: [
					...track('forward'),
					...nat('postrouting', 'oif right ip protocol tcp masquerade to :40000-40009'),
				],
			},
			players: [
				server('web', 'right', WEB),
				// Ports of closed connections are taken again.
				clients('visitors', 'left', a.right, WEB, endsAfter(2), { every: 0.12, limit: 4 }),
			],
			truth: {
				causes: [{ anyOf: ['insert-failed'] }],
				lookAlikes: ['table-full'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 'none', moves: ['insert_failed', 'drop'] },
			remedy: {
				place: 'here',
				line: 'nft flush chain ip nat postrouting; nft add rule ip nat postrouting oif right masquerade',
				says: /more of them/,
			},
		},
	]
}
