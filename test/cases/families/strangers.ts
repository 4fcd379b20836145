import type { Case } from '../case.ts'
import { countInvalid, dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, pair, routed } from '../topologies/topologies.ts'
import { ASKS, chats, clients, job, server, spray, WEB } from './players.ts'

const HARMLESS = [/be_liberal/, /tcp_loose/, /symmetr/]

/** Packets of those who have no connection here. */
export function strangers(family: 4 | 6): readonly Case[] {
	const a = addressesOf(family)
	const name = (text: string) => (family === 6 ? `${text}-v6` : text)
	const many = family === 4 ? '198.51.100.' : 'fd99:'
	return [
		{
			name: name('scan-odd-flags'),
			title: 'one host scans ports with NULL, FIN and XMAS packets',
			story: 'Nobody complains. The firewall drops more than usual.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				spray('scanner', 'left', {
					kind: ['tcp-none', 'tcp-F', 'tcp-FPU'],
					src: a.left,
					dst: a.here,
					dports: [1, 1000],
					every: 0.15,
				}),
			],
			truth: {
				causes: [{ anyOf: ['scan'] }],
				lookAlikes: ['malformed', 'late', 'entry-gone'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 25, reasons: [/invalid tcp flag combination/] },
			neverOffered: HARMLESS,
		},
		{
			name: name('backscatter'),
			title: 'SYN/ACKs and RSTs of many servers: someone attacks them under this address',
			story: 'Nobody complains.',
			topology: pair,
			setUp: {
				here: [...track('input'), ...countInvalid('input'), `ip ${a.dash} route add default via ${a.left}`],
			},
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				spray('answers', 'left', {
					kind: ['tcp-SA', 'tcp-RA'],
					src: many,
					dst: a.here,
					dports: [20_000, 60_000],
					sports: [443, 443],
					every: 0.12,
				}),
			],
			truth: {
				causes: [{ anyOf: ['backscatter'], less: ['scan'] }],
				lookAlikes: ['one-direction', 'entry-gone', 'late', 'notrack-one-way'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 25, reasons: [/^nf_ct_proto_6: invalid new/] },
			neverOffered: HARMLESS,
		},
	]
}

export function strangersOnce(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'scan-xmas-hping',
			title: 'a port scanner at work: XMAS packets to a thousand ports',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				job('scanner', 'left', `hping3 -q -F -P -U -i u40000 -p ++1 ${a.right}`),
			],
			truth: {
				causes: [{ anyOf: ['scan'] }],
				lookAlikes: ['malformed', 'late'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 50, reasons: [/invalid tcp flag combination/] },
			neverOffered: HARMLESS,
		},
		{
			name: 'scan-from-many',
			title: 'SYN/FIN packets of hundreds of addresses to one service',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				spray('crowd', 'left', {
					kind: 'tcp-SF',
					src: '198.51.',
					dst: a.here,
					dports: [WEB, WEB],
					every: 0.05,
				}),
			],
			truth: {
				causes: [{ anyOf: ['scan'] }],
				may: ['backscatter', 'malformed'],
				lookAlikes: ['late', 'one-direction', 'entry-gone'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 50, reasons: [/invalid tcp flag combination/] },
			neverOffered: HARMLESS,
		},
		{
			name: 'scan-ack-loose0',
			title: 'an ACK scan of a network behind a router whose tcp_loose is 0',
			story: 'Nobody complains.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose',
					'ip route add 10.77.0.0/16 via 10.66.2.2',
				],
				left: ['ip route add 10.77.0.0/16 via 10.66.1.2'],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				chats('old', 'left', a.right, WEB),
				spray('scanner', 'left', {
					kind: 'tcp-A',
					src: a.left,
					dst: '10.77.',
					dports: [80, 80],
					every: 0.06,
				}),
			],
			truth: {
				causes: [{ anyOf: ['scan'], less: ['not-picked-up'] }],
				lookAlikes: ['not-picked-up', 'entry-flushed', 'small-timeout'],
				suffers: [],
				fine: ['visitors', 'old'],
			},
			proof: { invalid: 40, silent: true },
			neverOffered: [/be_liberal/],
		},
		{
			name: 'scan-fin-of-network',
			title: 'FINs to every address of a network behind a router, each once',
			story: 'Nobody complains.',
			topology: routed,
			setUp: {
				here: [...dropInvalid('forward'), 'ip route add 10.77.0.0/16 via 10.66.2.2'],
				left: ['ip route add 10.77.0.0/16 via 10.66.1.2'],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				spray('scanner', 'left', {
					kind: 'tcp-FA',
					src: a.left,
					dst: '10.77.',
					dports: [22, 22],
					every: 0.06,
				}),
			],
			truth: {
				causes: [{ anyOf: ['scan'] }],
				lookAlikes: ['entry-flushed', 'entry-gone', 'late', 'leak-without-nat'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 40, reasons: [/^nf_ct_proto_6: invalid new/] },
			neverOffered: HARMLESS,
		},
		{
			name: 'healthy-scan-ack-loose1',
			title: 'an ACK scan where tcp_loose is 1: each packet is a new connection for conntrack',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				spray('scanner', 'left', { kind: 'tcp-A', src: a.left, dst: a.here, dports: [1, 1000], every: 0.1 }),
			],
			truth: {
				causes: [],
				may: ['scan'],
				lookAlikes: ['entry-flushed', 'late'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 0 },
			neverOffered: HARMLESS,
		},
		{
			name: 'backscatter-at-router',
			title: 'answers of many servers to addresses of a network behind a router that never asked',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				spray('answers', 'left', {
					kind: ['tcp-SA', 'tcp-R'],
					src: '203.0.113.',
					dst: ['10.66.2.2', '10.66.2.3', '10.66.2.4'],
					dports: [1024, 60_000],
					sports: [80, 80],
					every: 0.12,
				}),
			],
			truth: {
				causes: [{ anyOf: ['backscatter'], less: ['scan'] }],
				lookAlikes: ['one-direction', 'entry-gone', 'late', 'notrack-one-way'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 25, reasons: [/^nf_ct_proto_6: invalid new/] },
			neverOffered: HARMLESS,
		},
	]
}
