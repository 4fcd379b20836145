import type { Case, Player } from '../case.ts'
import { dropInvalid } from '../topologies/rules.ts'
import { addressesOf, chain, pair, routed, twoRouters } from '../topologies/topologies.ts'
import { ASKS, clients, server, spray, uploads, WEB } from './players.ts'

const errors = (name: string, place: string, options: Readonly<Record<string, unknown>>): Player => ({
	name,
	place,
	program: 'errors',
	options,
})

const ping = (name: string, address: string): Player => ({
	name,
	place: 'left',
	program: 'ping',
	options: { address },
})

/** ICMP that belongs to nothing here. */
export function icmpCases(family: 4 | 6): readonly Case[] {
	const a = addressesOf(family)
	const name = (text: string) => (family === 6 ? `${text}-v6` : text)
	const strangers = family === 4 ? '198.51.100.' : 'fd99:'
	const type = family === 4 ? 'icmp' : 'icmpv6'
	return [
		{
			name: name('errors-about-strangers'),
			title: 'port unreachable for datagrams that this host has never sent: someone forges its address',
			story: 'Nobody complains. The counter rises, and the log stays empty.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				errors('errors', 'left', { src: strangers, dst: a.here, about: strangers }),
			],
			truth: {
				causes: [{ anyOf: ['icmp-unrelated'], less: ['backscatter'] }],
				may: ['backscatter'],
				lookAlikes: ['icmp-unasked', 'scan', 'one-direction'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 20, silent: true },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: name('echo-replies-unasked'),
			title: 'echo replies that nobody here has asked for',
			story: 'Nobody complains. The counter rises, and the log stays empty.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS),
				spray('replies', 'left', {
					kind: 'echo-reply',
					src: strangers,
					dst: a.here,
					dports: [0, 0],
					every: 0.1,
				}),
			],
			truth: {
				causes: [{ anyOf: ['icmp-unasked'], less: ['backscatter'] }],
				may: ['backscatter'],
				lookAlikes: ['icmp-unrelated', 'scan', 'one-direction'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 20, silent: true },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: name('mtu-of-untracked'),
			title: 'a notracked service: errors about its too long packets are INVALID, and dropped',
			story: 'Uploads to one service hang at their first big packet. Small requests work.',
			topology: chain,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'nft add table inet raw',
					"nft 'add chain inet raw prerouting { type filter hook prerouting priority raw; }'",
					`nft add rule inet raw prerouting tcp dport ${WEB} notrack`,
					`nft add rule inet raw prerouting tcp sport ${WEB} notrack`,
				],
				gate: ['ip link set right mtu 1300'],
			},
			players: [
				server('web', 'right', WEB),
				clients('uploads', 'left', a.far, WEB, uploads(100_000), { every: 0.5 }),
				clients('small', 'left', a.far, WEB, uploads(200)),
			],
			truth: {
				causes: [{ anyOf: ['icmp-unrelated'] }],
				may: ['notrack-one-way'],
				lookAlikes: ['one-direction', 'icmp-unasked', 'window-scale-unknown'],
				suffers: ['uploads'],
				fine: ['small'],
			},
			proof: { invalid: 5, silent: true },
			remedy: {
				place: 'here',
				line: `nft insert rule inet firewall forward ${type} type ${family === 4 ? 'destination-unreachable' : 'packet-too-big'} accept`,
				says: /ICMP|notrack|MTU|too big|fragmentation/i,
				settles: 2,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
	]
}

export function icmpOnce(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'ping-one-direction',
			title: 'echo requests take another router; the replies pass here and are dropped',
			story: 'Nobody can ping the servers behind this router.',
			topology: twoRouters,
			setUp: {
				here: dropInvalid('forward'),
				left: [`ip route replace ${a.rightNet} via ${a.otherLeft} src ${a.left}`],
			},
			players: [ping('pings', a.right)],
			truth: {
				causes: [{ anyOf: ['one-direction'], less: ['icmp-unasked'] }],
				may: ['icmp-unasked'],
				lookAlikes: ['icmp-unrelated', 'scan', 'backscatter'],
				suffers: ['pings'],
				fine: [],
			},
			proof: { invalid: 5, silent: true },
			remedy: {
				place: 'left',
				line: `ip route replace ${a.rightNet} via ${a.here}`,
				says: /rout|symmetr|ping/i,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'healthy-icmp',
			title: 'pings, closed ports and too long packets, as on any network',
			story: 'Nobody complains.',
			topology: chain,
			setUp: { here: dropInvalid('forward'), gate: ['ip link set right mtu 1300'] },
			players: [
				server('web', 'right', WEB),
				clients('uploads', 'left', a.far, WEB, uploads(50_000)),
				ping('pings', a.far),
				{
					name: 'closed',
					place: 'left',
					program: 'udp-ask',
					options: { address: a.far, port: 9999, every: 0.2 },
				},
			],
			truth: {
				causes: [],
				lookAlikes: ['icmp-unrelated', 'icmp-unasked'],
				suffers: [],
				fine: ['uploads', 'pings'],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'errors-through-router',
			title: 'errors about connections of strangers pass a router between others',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS),
				errors('errors', 'right', {
					src: '203.0.113.',
					dst: a.left,
					about: '203.0.113.',
					kind: 'tcp',
					every: 0.12,
				}),
			],
			truth: {
				causes: [{ anyOf: ['icmp-unrelated'], less: ['backscatter'] }],
				may: ['backscatter', 'one-direction'],
				lookAlikes: ['icmp-unasked', 'scan', 'entry-deleted'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 20, silent: true },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'mtu-of-untracked-few',
			title:
				'one upload at a time to a notracked service: few errors about its too long packets, all dropped',
			story: 'An upload hangs. Small requests work.',
			topology: chain,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'nft add table inet raw',
					"nft 'add chain inet raw prerouting { type filter hook prerouting priority raw; }'",
					`nft add rule inet raw prerouting tcp dport ${WEB} notrack`,
					`nft add rule inet raw prerouting tcp sport ${WEB} notrack`,
				],
				gate: ['ip link set right mtu 1300'],
			},
			players: [
				server('web', 'right', WEB),
				clients('uploads', 'left', a.far, WEB, uploads(1_700), { every: 5, limit: 4.5 }),
			],
			truth: {
				causes: [{ anyOf: ['icmp-unrelated'] }],
				may: ['notrack-one-way'],
				lookAlikes: [],
				suffers: ['uploads'],
				fine: [],
			},
			proof: { invalid: 1, silent: true },
		},
	]
}
