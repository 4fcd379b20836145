import type { Case, Player, TrueCause } from '../case.ts'
import { dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, outward, pair, routed, twoRouters } from '../topologies/topologies.ts'
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
	spray,
	WEB,
} from './players.ts'

const SCAN: TrueCause = { anyOf: ['scan'] }

const scanner = (from: string, to: string, every = 0.1): Player =>
	spray('scanner', 'left', { kind: 'tcp-FPU', src: from, dst: to, dports: [1, 1000], every })

/** Two causes at the same time: an answer that names one of them only is not the whole truth. */
export function several(): readonly Case[] {
	const a = addressesOf(4)
	const rawOut = (port: number) => [
		'nft add table inet raw',
		"nft 'add chain inet raw prerouting { type filter hook prerouting priority raw; }'",
		`nft add rule inet raw prerouting tcp dport ${port} notrack`,
	]
	return [
		{
			name: 'two-deleted-and-scan',
			title: 'a script deletes entries of the local service, and someone scans this host',
			story: 'Clients of the service hang at the end of a session.',
			topology: pair,
			setUp: { here: [...track('input'), ...dropInvalid('output')] },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, endsAfter(1.2)),
				job('script', 'here', forgets(`-p tcp --dport ${WEB}`, 0.4)),
				scanner('10.66.1.77', a.here),
			],
			truth: {
				causes: [
					{ anyOf: ['entry-deleted', 'fin-never-leaves'], less: ['entry-gone'], flows: /:8080\b/ },
					SCAN,
				],
				may: ['entry-deleted', 'fin-never-leaves'],
				lookAlikes: ['late', 'entry-timed-out', 'malformed'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 30, reasons: [/^nf_ct_proto_6: invalid new/, /invalid tcp flag combination/] },
			remedy: { place: 'here', line: end('script'), says: /delet|flush|remov|conntrack -[DF]/i },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'two-one-direction-and-checksum',
			title: 'answers of the servers take another router, and sensors send bad checksums',
			story: 'Nobody can reach the servers behind this router; reports of the sensors are missing.',
			topology: twoRouters,
			setUp: {
				left: [
					'nft add table inet broken',
					"nft 'add chain inet broken output { type filter hook output priority filter; }'",
					'nft add rule inet broken output udp dport 5140 @th,48,16 set 0xdead',
				],
				here: dropInvalid('forward'),
				right: [`ip route replace ${a.leftNet} via ${a.otherRight}`],
			},
			players: [
				server('web', 'right', WEB),
				{ name: 'collector', place: 'right', program: 'udp-serve', options: { port: 5140 } },
				clients('visitors', 'left', a.right, WEB, ASKS),
				{
					name: 'sensors',
					place: 'left',
					program: 'udp-ask',
					options: { address: a.right, port: 5140, every: 0.1, limit: 1 },
				},
			],
			truth: {
				causes: [
					{ anyOf: ['one-direction'], flows: /:8080\b/ },
					{ anyOf: ['checksum'], flows: /:5140\b/ },
				],
				lookAlikes: ['notrack-one-way', 'malformed', 'sequence-rewritten'],
				suffers: ['visitors', 'sensors'],
				fine: [],
			},
			proof: { invalid: 30, reasons: [/invalid, state SYN_SENT/, /bad checksum/] },
			neverOffered: [/tcp_loose/],
		},
		{
			name: 'two-notrack-and-echo-replies',
			title: 'a NOTRACK rule for one direction, and unsolicited echo replies',
			story: 'One service behind this router cannot be reached.',
			topology: routed,
			setUp: { here: [...dropInvalid('forward'), ...rawOut(WEB)] },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, ASKS),
				clients('post', 'left', a.right, MAIL, ASKS),
				spray('replies', 'left', {
					kind: 'echo-reply',
					src: '203.0.113.',
					dst: a.right,
					dports: [0, 0],
					every: 0.1,
				}),
			],
			truth: {
				causes: [
					{ anyOf: ['notrack-one-way'], flows: /:8080\b/ },
					{ anyOf: ['icmp-unasked'], less: ['backscatter'] },
				],
				lookAlikes: ['one-direction', 'zone-mismatch', 'icmp-unrelated'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 40, reasons: [/^nf_ct_proto_6: invalid new/], silent: true },
			remedy: {
				place: 'here',
				line: `nft add rule inet raw prerouting tcp sport ${WEB} notrack`,
				says: /notrack/i,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'two-small-timeout-and-backscatter',
			title: 'the timeout of CLOSE_WAIT is 1 s, and answers of strangers come in',
			story: 'Answers of long jobs never end.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait',
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('jobs', 'left', a.right, WEB, halfClosed(2.5), { limit: 4.5 }),
				clients('short', 'left', a.right, WEB, halfClosed(0.2)),
				spray('answers', 'left', {
					kind: ['tcp-SA', 'tcp-RA'],
					src: '203.0.113.',
					dst: a.right,
					dports: [20_000, 60_000],
					sports: [443, 443],
					every: 0.2,
				}),
			],
			truth: {
				causes: [
					{ anyOf: ['small-timeout'], less: ['entry-timed-out', 'entry-gone'], flows: /:8080\b/ },
					{ anyOf: ['backscatter'], less: ['scan'] },
				],
				may: ['entry-timed-out'],
				lookAlikes: ['one-direction', 'entry-deleted', 'late'],
				suffers: ['jobs'],
				fine: ['short'],
			},
			proof: { invalid: 40, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'here',
				line: 'echo 60 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait',
				says: /tcp_timeout_close_wait/,
				settles: 2,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'two-leak-and-scan',
			title: 'a script deletes entries on a router that masquerades, and someone scans through it',
			story: 'Sessions to the outside hang at their end.',
			topology: outward,
			setUp: {
				here: [
					...track('forward'),
					'nft add table ip nat',
					"nft 'add chain ip nat postrouting { type nat hook postrouting priority srcnat; }'",
					'nft add rule ip nat postrouting oif right masquerade',
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, clientEndsAfter(1.2)),
				job('script', 'here', forgets(`-p tcp --dport ${WEB}`, 0.4)),
				scanner('10.66.1.77', a.right, 0.08),
			],
			truth: {
				causes: [
					{
						anyOf: ['leak-without-nat', 'entry-deleted'],
						less: ['entry-gone'],
						flows: /:8080\b/,
					},
					SCAN,
				],
				may: ['leak-without-nat', 'entry-deleted'],
				lookAlikes: ['reply-not-translated', 'late', 'malformed'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 40, reasons: [/^nf_ct_proto_6: invalid new/, /invalid tcp flag combination/] },
			remedy: { place: 'here', line: end('script'), says: /delet|flush|remov|conntrack -[DF]/i },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'two-zones-and-errors',
			title: 'a zone for one interface alone, and ICMP errors about connections of strangers',
			story: 'Nobody can open a connection through this router.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'nft add table inet raw',
					"nft 'add chain inet raw prerouting { type filter hook prerouting priority raw; }'",
					'nft add rule inet raw prerouting iif left meta l4proto tcp ct zone set 7',
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				{
					name: 'errors',
					place: 'right',
					program: 'errors',
					options: { src: '203.0.113.', dst: a.left, about: '203.0.113.', every: 0.15 },
				},
			],
			truth: {
				causes: [
					{ anyOf: ['zone-mismatch'], flows: /:8080\b/ },
					{ anyOf: ['icmp-unrelated'], less: ['backscatter'] },
				],
				lookAlikes: ['one-direction', 'notrack-one-way', 'icmp-unasked'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 30, reasons: [/^nf_ct_proto_6: invalid new/], silent: true },
			remedy: {
				place: 'here',
				line: 'nft add rule inet raw prerouting iif right meta l4proto tcp ct zone set 7',
				says: /zone/i,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
	]
}
