import type { Case } from '../case.ts'
import { countInvalid, dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, alone, pair, routed } from '../topologies/topologies.ts'
import { ASKS, chats, clients, server, spray, WEB } from './players.ts'

/** Hosts on which it is meant to be so, and others whose counter tells of something else. */
export function design(): readonly Case[] {
	const a = addressesOf(4)
	const synproxy = (chain: 'INPUT' | 'FORWARD') => [
		'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose',
		'echo 1 > /proc/sys/net/ipv4/tcp_syncookies',
		`iptables -t raw -A PREROUTING -i left -p tcp --syn --dport ${WEB} -j CT --notrack`,
		`iptables -A ${chain} -i left -p tcp --dport ${WEB} -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460`,
		`iptables -A ${chain} -m conntrack --ctstate INVALID -j DROP`,
	]
	const forSynproxy: Case['truth'] = {
		causes: [{ anyOf: ['by-design'] }],
		lookAlikes: ['not-picked-up', 'notrack-one-way', 'one-direction', 'scan'],
		suffers: [],
		fine: ['visitors'],
	}
	return [
		{
			name: 'synproxy-local',
			title: 'a SYNPROXY rule answers for the local service: the packets of its handshakes are INVALID',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: synproxy('INPUT') },
			players: [server('web', 'here', WEB), clients('visitors', 'left', a.here, WEB, ASKS, { every: 0.2 })],
			truth: forSynproxy,
			proof: { invalid: 10, silent: true },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'synproxy-router',
			title: 'a router answers for the servers behind it with SYNPROXY',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: synproxy('FORWARD') },
			players: [server('web', 'right', WEB), clients('visitors', 'left', a.right, WEB, ASKS, { every: 0.2 })],
			truth: forSynproxy,
			proof: { invalid: 10, silent: true },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'not-tracking',
			title: 'a router without a rule that asks for a state',
			story: 'Nobody complains. The counter does not move, whatever is sent.',
			topology: routed,
			setUp: {
				here: [
					'nft add table inet plain',
					"nft 'add chain inet plain forward { type filter hook forward priority filter; }'",
					'nft add rule inet plain forward counter accept',
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				spray('stray', 'left', { kind: 'tcp-FA', src: a.left, dst: a.right, dports: [1, 1000], every: 0.1 }),
			],
			truth: {
				causes: [],
				may: ['not-tracking'],
				lookAlikes: ['scan', 'late'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'not-tracking-any-more',
			title: 'INVALID packets were counted until all rules were removed; nobody looks any more',
			story: 'The firewall does not stop what it should. The counter of INVALID packets stands still.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				spray('stray', 'left', { kind: 'tcp-FA', src: a.left, dst: a.right, dports: [1, 1000], every: 0.05 }),
			],
			strike: { place: 'here', line: 'nft flush ruleset', warm: 2 },
			truth: {
				causes: [{ anyOf: ['not-tracking'] }],
				lookAlikes: ['scan', 'late', 'entry-gone'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 'none' },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'helper-drops-sip',
			title: 'the SIP helper refuses messages of one kind of phone',
			story: 'Phones of one kind cannot call. Others can.',
			topology: routed,
			setUp: {
				here: [...track('forward'), 'iptables -t raw -A PREROUTING -p udp --dport 5060 -j CT --helper sip'],
			},
			players: [
				{ name: 'exchange', place: 'right', program: 'udp-serve', options: { port: 5060 } },
				{
					name: 'phones',
					place: 'left',
					program: 'udp-ask',
					options: {
						address: a.right,
						port: 5060,
						limit: 1,
						text: 'INVITE sip:you@10.66.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.66.1.1\r\n\r\n',
					},
				},
				{
					name: 'others',
					place: 'left',
					program: 'udp-ask',
					options: {
						address: a.right,
						port: 5060,
						limit: 1,
						text: 'OPTIONS sip:you@10.66.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.66.1.1\r\nCSeq: 1 OPTIONS\r\n\r\n',
					},
				},
			],
			truth: {
				causes: [{ anyOf: ['helper-drop'] }],
				lookAlikes: ['malformed', 'checksum', 'table-full', 'not-tracking'],
				suffers: ['phones'],
				fine: ['others'],
			},
			proof: { invalid: 0, reasons: [/sip/] },
			remedy: { place: 'here', line: 'iptables -t raw -F', says: /helper/i },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'healthy-loopback',
			title: 'one host that talks with itself, and rules that drop INVALID everywhere',
			story: 'Nobody complains.',
			topology: alone,
			setUp: { here: [...dropInvalid('input'), ...dropInvalid('output')] },
			players: [
				server('database', 'here', WEB),
				chats('application', 'here', '127.0.0.1', WEB, { connections: 5 }),
				clients('jobs', 'here', '::1', WEB, ASKS, { every: 0.1 }),
			],
			truth: {
				causes: [],
				lookAlikes: ['bridged-twice', 'fin-never-leaves'],
				suffers: [],
				fine: ['application', 'jobs'],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'healthy-since-then',
			title: 'INVALID packets were counted an hour ago; there are none now',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				spray('scanner', 'left', {
					kind: 'tcp-FPU',
					src: a.left,
					dst: a.here,
					dports: [1, 300],
					every: 0.002,
					count: 300,
				}),
				clients('visitors', 'left', a.here, WEB, ASKS, { every: 0.1, after: 2 }),
			],
			truth: {
				causes: [],
				lookAlikes: ['scan'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'healthy-quiet',
			title: 'a host with rules and without any traffic',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: [...track('input'), ...dropInvalid('input')] },
			players: [server('web', 'here', WEB)],
			truth: {
				causes: [],
				may: [],
				lookAlikes: ['not-tracking', 'table-full'],
				suffers: [],
				fine: [],
			},
			proof: { invalid: 'none' },
			investigates: 5,
		},
		{
			name: 'healthy-many-behind-one',
			title: 'hundreds of short connections of one address, which stands for a whole company',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: [...track('forward'), ...countInvalid('forward')] },
			players: [
				server('web', 'right', WEB),
				clients('company', 'left', a.right, WEB, ASKS, { every: 0.02 }),
				clients('closed', 'left', a.right, 4444, ASKS, { every: 0.3 }),
			],
			truth: {
				causes: [],
				lookAlikes: ['scan', 'backscatter', 'late'],
				suffers: [],
				fine: ['company'],
			},
			proof: { invalid: 0 },
		},
	]
}
