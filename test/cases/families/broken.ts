import type { Case, Player } from '../case.ts'
import { countInvalid, dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, boxed, pair, routed } from '../topologies/topologies.ts'
import { ASKS, clients, MAIL, server, spray, uploads, WEB } from './players.ts'

const SENSORS = 5140

const udpServer = (place: string, port: number): Player => ({
	name: 'collector',
	place,
	program: 'udp-serve',
	options: { port },
})

const asks = (name: string, address: string, port: number, size = 200): Player => ({
	name,
	place: 'left',
	program: 'udp-ask',
	options: { address, port, every: 0.2, size, limit: 1 },
})

/** Packets that are broken, on the way or from the start. */
export function broken(family: 4 | 6): readonly Case[] {
	const a = addressesOf(family)
	const name = (text: string) => (family === 6 ? `${text}-v6` : text)
	return [
		{
			name: name('checksum-of-sensors'),
			title: 'the sensors send datagrams with bad checksums',
			story: 'Reports of the sensors are missing. The sensors say that they have sent them.',
			topology: pair,
			setUp: {
				left: [
					'nft add table inet broken',
					"nft 'add chain inet broken output { type filter hook output priority filter; }'",
					`nft add rule inet broken output udp dport ${SENSORS} @th,48,16 set 0xdead`,
				],
				here: dropInvalid('input'),
			},
			players: [
				udpServer('here', SENSORS),
				server('web', 'here', WEB),
				asks('sensors', a.here, SENSORS),
				clients('visitors', 'left', a.here, WEB, ASKS),
			],
			truth: {
				causes: [{ anyOf: ['checksum'], flows: /:5140\b/ }],
				lookAlikes: ['malformed', 'scan', 'one-direction'],
				suffers: ['sensors'],
				fine: ['visitors'],
			},
			proof: { invalid: 15, reasons: [/^nf_ct_proto_17: bad checksum/] },
			remedy: { place: 'left', line: 'nft delete table inet broken', says: /checksum|sender/i },
			neverOffered: [/be_liberal/, /tcp_loose/, /checksum = 0 cures/],
		},
		{
			name: name('malformed-segments'),
			title: 'one host sends TCP whose header is longer than the packet',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: [...track('input'), ...countInvalid('input')] },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				spray('device', 'left', {
					kind: ['long-offset', 'short-tcp', 'short-udp'],
					src: a.left,
					dst: a.here,
					dports: [4000, 4000],
					sports: [5000, 5003],
					every: 0.3,
				}),
			],
			truth: {
				causes: [{ anyOf: ['malformed'] }],
				lookAlikes: ['scan', 'checksum', 'late'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 15, reasons: [/truncated|short/] },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
	]
}

export function brokenOnce(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'checksum-on-the-way',
			title: 'a bad cable flips bits: every tenth segment of an upload has a bad checksum',
			story: 'Uploads to the server are slow.',
			topology: boxed,
			setUp: { here: dropInvalid('input') },
			players: [
				{
					name: 'cable',
					place: 'box',
					program: 'box',
					options: {
						first: 'left',
						second: 'here',
						rules: [{ way: 'out', data: true, port: WEB, nth: 10, do: 'corrupt' }],
					},
				},
				server('web', 'here', WEB),
				server('mail', 'here', MAIL),
				clients('uploads', 'left', a.here, WEB, uploads(200_000), { every: 0.5, limit: 8 }),
				clients('post', 'left', a.here, MAIL, ASKS),
			],
			truth: {
				causes: [{ anyOf: ['checksum'], flows: /:8080\b/ }],
				lookAlikes: ['sequence-rewritten', 'one-direction', 'malformed'],
				suffers: [],
				fine: ['uploads', 'post'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: bad checksum/] },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'checksum-injected',
			title: 'one host sends SYNs with bad checksums to many ports',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				spray('prober', 'left', { kind: 'bad-tcp', src: a.left, dst: a.here, dports: [1, 1000], every: 0.1 }),
			],
			truth: {
				causes: [{ anyOf: ['checksum'] }],
				may: ['scan'],
				lookAlikes: ['malformed', 'late'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 20, reasons: [/^nf_ct_proto_6: bad checksum/] },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'healthy-fragments',
			title: 'datagrams of 4000 bytes pass a router in fragments',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				udpServer('right', SENSORS),
				server('web', 'right', WEB),
				asks('sensors', a.right, SENSORS, 4_000),
				clients('visitors', 'left', a.right, WEB, ASKS),
			],
			truth: {
				causes: [],
				lookAlikes: ['malformed', 'checksum'],
				suffers: [],
				fine: ['sensors', 'visitors'],
			},
			proof: { invalid: 'none' },
		},
	]
}
