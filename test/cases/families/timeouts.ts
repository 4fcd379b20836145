import type { Case } from '../case.ts'
import { dropInvalid } from '../topologies/rules.ts'
import { addressesOf, outward, routed } from '../topologies/topologies.ts'
import { chats, clients, endsAfter, halfClosed, restsFor, server, WEB } from './players.ts'

const SETTINGS = '/proc/sys/net/netfilter/nf_conntrack_'
const set = (name: string, value: number) => `echo ${value} > ${SETTINGS}${name}`

/** Connections that rest longer than their entries do. */
export function timeouts(family: 4 | 6): readonly Case[] {
	const a = addressesOf(family)
	const name = (text: string) => (family === 6 ? `${text}-v6` : text)
	return [
		{
			name: name('small-established-loose0'),
			title: 'the timeout of established connections is 1 s, and tcp_loose is 0',
			story: 'Connections that rest for some seconds are dead afterwards. Busy ones work.',
			topology: routed,
			setUp: {
				here: [...dropInvalid('forward'), set('tcp_timeout_established', 1), set('tcp_loose', 0)],
			},
			players: [
				server('web', 'right', WEB),
				clients('resting', 'left', a.right, WEB, restsFor(2.5)),
				chats('busy', 'left', a.right, WEB),
			],
			truth: {
				causes: [{ anyOf: ['small-timeout'], less: ['entry-timed-out', 'entry-gone'] }],
				may: ['not-picked-up', 'entry-timed-out'],
				lookAlikes: ['entry-deleted', 'one-direction'],
				suffers: ['resting'],
				fine: ['busy'],
			},
			proof: { invalid: 10, silent: true },
			remedy: {
				place: 'here',
				line: set('tcp_timeout_established', 432_000),
				says: /tcp_timeout_established/,
			},
			neverOffered: [/be_liberal/],
		},
	]
}

export function timeoutsOnce(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'small-established-fin',
			title: 'the timeout of established connections is 2 s; what is dropped are FINs',
			story: 'Sessions that rest before their end hang at the end.',
			topology: routed,
			setUp: { here: [...dropInvalid('forward'), set('tcp_timeout_established', 2)] },
			players: [
				server('web', 'right', WEB),
				clients('resting', 'left', a.right, WEB, endsAfter(3.2), { limit: 5 }),
				clients('busy', 'left', a.right, WEB, endsAfter(0.5)),
			],
			truth: {
				causes: [{ anyOf: ['small-timeout'], less: ['entry-timed-out', 'entry-gone'] }],
				may: ['entry-timed-out'],
				lookAlikes: ['entry-deleted', 'late', 'not-picked-up', 'leak-without-nat'],
				suffers: ['resting'],
				fine: ['busy'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'here',
				line: set('tcp_timeout_established', 432_000),
				says: /tcp_timeout_established/,
				settles: 2,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'small-close-wait',
			title: 'the timeout of CLOSE_WAIT is 1 s, and servers work longer on a half-closed connection',
			story: 'Answers of long jobs never end: the client waits for the end of the connection for ever.',
			topology: routed,
			setUp: { here: [...dropInvalid('forward'), set('tcp_timeout_close_wait', 1)] },
			players: [
				server('web', 'right', WEB),
				clients('jobs', 'left', a.right, WEB, halfClosed(2.5), { limit: 4.5 }),
				clients('short', 'left', a.right, WEB, halfClosed(0.2)),
			],
			truth: {
				causes: [{ anyOf: ['small-timeout'], less: ['entry-timed-out', 'entry-gone'] }],
				may: ['entry-timed-out'],
				lookAlikes: ['entry-deleted', 'late'],
				suffers: ['jobs'],
				fine: ['short'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'here',
				line: set('tcp_timeout_close_wait', 60),
				says: /tcp_timeout_close_wait/,
				settles: 2,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'small-by-policy',
			title: 'a timeout policy of a rule gives these connections 2 s; the settings are the usual ones',
			story: 'Sessions with one service that rest before their end hang at the end.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'nft add table ip hasty',
					"nft 'add ct timeout ip hasty brief { protocol tcp; l3proto ip; policy = { established: 2 }; }'",
					"nft 'add chain ip hasty prerouting { type filter hook prerouting priority mangle; }'",
					`nft add rule ip hasty prerouting tcp dport ${WEB} ct timeout set brief`,
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('resting', 'left', a.right, WEB, endsAfter(3.2), { limit: 5 }),
				clients('busy', 'left', a.right, WEB, endsAfter(0.5)),
			],
			truth: {
				causes: [{ anyOf: ['entry-timed-out', 'small-timeout'], less: ['entry-gone'] }],
				may: ['entry-timed-out', 'small-timeout'],
				lookAlikes: ['entry-deleted', 'late'],
				suffers: ['resting'],
				fine: ['busy'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'here',
				line: 'nft flush chain ip hasty prerouting',
				says: /timeout/,
				settles: 3,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'timed-out-close-wait',
			title: 'servers work longer than the usual 60 s of CLOSE_WAIT on a half-closed connection',
			story: 'Jobs of more than a minute never end for the client. Shorter ones do.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				clients('jobs', 'left', a.right, WEB, halfClosed(64), { every: 0.7, limit: 68 }),
				clients('short', 'left', a.right, WEB, halfClosed(0.3)),
			],
			truth: {
				causes: [{ anyOf: ['entry-timed-out'], less: ['entry-gone'] }],
				may: ['small-timeout'],
				lookAlikes: ['entry-deleted', 'late'],
				suffers: ['jobs'],
				fine: ['short'],
			},
			proof: { invalid: 5, reasons: [/^nf_ct_proto_6: invalid new/] },
			patience: 80,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'small-udp-behind-nat',
			title: 'the timeout of UDP is 1 s, and answers that take longer find no entry to translate them',
			story: 'Quick questions to the outside are answered, slow ones are not.',
			topology: outward,
			setUp: {
				here: [
					...dropInvalid('forward'),
					'nft add table ip nat',
					"nft 'add chain ip nat postrouting { type nat hook postrouting priority srcnat; }'",
					'nft add rule ip nat postrouting oif right masquerade',
					set('udp_timeout', 1),
					set('udp_timeout_stream', 1),
				],
			},
			players: [
				{ name: 'slow', place: 'right', program: 'udp-serve', options: { port: 5000, delay: 2.2 } },
				{ name: 'quick', place: 'right', program: 'udp-serve', options: { port: 5001 } },
				{
					name: 'patient',
					place: 'left',
					program: 'udp-ask',
					options: { address: a.right, port: 5000, limit: 3.5 },
				},
				{ name: 'hasty', place: 'left', program: 'udp-ask', options: { address: a.right, port: 5001 } },
			],
			truth: {
				// No packet is INVALID: whoever looks for why has nothing to find, and may see the setting.
				causes: [],
				may: ['small-timeout', 'entry-timed-out'],
				lookAlikes: ['reply-not-translated', 'leak-without-nat', 'icmp-unrelated'],
				suffers: ['patient'],
				fine: ['hasty'],
			},
			proof: { invalid: 'none' },
			remedy: { place: 'here', line: set('udp_timeout', 30), says: /(?:)/ },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'healthy-small-timeout',
			title: 'a small timeout that no connection reaches',
			story:
				'Nobody complains. The timeout of established connections is 5 s, and each sends a word every 0.3 s.',
			topology: routed,
			setUp: {
				here: [...dropInvalid('forward'), set('tcp_timeout_established', 5), set('tcp_loose', 0)],
			},
			players: [server('web', 'right', WEB), chats('busy', 'left', a.right, WEB)],
			truth: {
				causes: [],
				lookAlikes: ['small-timeout', 'not-picked-up'],
				suffers: [],
				fine: ['busy'],
			},
			proof: { invalid: 'none' },
			neverOffered: [/timeout/],
		},
	]
}
