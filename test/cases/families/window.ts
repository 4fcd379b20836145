import type { Case, Player } from '../case.ts'
import { countInvalid, dropInvalid } from '../topologies/rules.ts'
import { addressesOf, boxedRoute, doublyBoxedRoute, routed } from '../topologies/topologies.ts'
import { ASKS, chats, clients, downloads, IMPATIENT, MAIL, server, uploads, WEB } from './players.ts'

const LIBERAL = 'echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal'
const SHIFT = 90_000_000

/** Scales of windows must be the same wherever the case runs. */
const SCALE_10 = 'echo "4096 16384 33554432" > /proc/sys/net/ipv4/tcp_rmem'

const box = (name: string, place: string, first: string, second: string, options: object): Player => ({
	name,
	place,
	program: 'box',
	options: { first, second, ...options },
})

/** Scales in SYNs: what `here` sees on one side, and the true ones on their way out again. */
const scales = (seen: 'out' | 'back') => ({
	rules: [
		{ way: seen, flags: 'S', do: 'scale', to: 0 },
		{ way: seen === 'out' ? 'back' : 'out', flags: 'S', do: 'scale', to: 10 },
		// Without any delay a window is never full.
		{ way: seen, without: 'S', do: 'delay', s: 0.01 },
	],
})

/** The numbers of a connection are not what conntrack takes them for. */
export function windows(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'sequence-shifted-dropped',
			title: 'a pair of boxes begins to shift sequence numbers around this router, which drops INVALID',
			story: 'All connections through one line froze a minute ago. New ones work.',
			topology: doublyBoxedRoute,
			setUp: { left: [IMPATIENT], here: dropInvalid('forward'), right: [IMPATIENT] },
			players: [
				box('box', 'box', 'left', 'here', { shift: SHIFT, shift_after: 2.5 }),
				box('box2', 'box2', 'here', 'right', { shift: -SHIFT, shift_after: 2.5 }),
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				chats('old', 'left', a.right, WEB),
				{ ...clients('new', 'left', a.right, MAIL, ASKS), after: 4 },
			],
			truth: {
				causes: [{ anyOf: ['sequence-rewritten'], flows: /:8080\b/ }],
				lookAlikes: ['one-direction', 'window-scale-unknown', 'entry-gone', 'not-picked-up'],
				suffers: ['old'],
				fine: ['new'],
			},
			proof: { invalid: 5, reasons: [/is over upper bound/] },
			remedy: { place: 'here', line: LIBERAL, says: /be_liberal/, settles: 2 },
			neverOffered: [/tcp_loose/],
		},
		{
			name: 'sequence-shifted-counted',
			title: 'sequence numbers are shifted after the handshake; INVALID packets pass',
			story: 'Nobody complains. Most of what this router sees is INVALID.',
			topology: doublyBoxedRoute,
			setUp: { here: countInvalid('forward') },
			players: [
				box('box', 'box', 'left', 'here', { shift: SHIFT, shift_after: 2.5 }),
				box('box2', 'box2', 'here', 'right', { shift: -SHIFT, shift_after: 2.5 }),
				server('web', 'right', WEB),
				chats('old', 'left', a.right, WEB, { every: 0.2 }),
			],
			truth: {
				causes: [{ anyOf: ['sequence-rewritten'] }],
				lookAlikes: ['one-direction', 'window-scale-unknown', 'late'],
				suffers: [],
				fine: ['old'],
			},
			proof: { invalid: 30, reasons: [/is over upper bound/] },
			neverOffered: [/tcp_loose/, /rout(?:e|ing) both/i],
		},
		{
			name: 'sack-not-rewritten',
			title: 'a box shifts the numbers of the server, and forgets those in SACK blocks',
			story: 'Downloads are slow as soon as a packet gets lost.',
			topology: boxedRoute,
			setUp: { here: dropInvalid('forward') },
			players: [
				box('box', 'box', 'here', 'left', {
					shift: SHIFT,
					sack: false,
					rules: [{ way: 'out', data: true, port: WEB, nth: 25, do: 'drop' }],
				}),
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('downloads', 'left', a.right, WEB, downloads(300_000), { every: 0.7, limit: 6, slow: 0.6 }),
				clients('post', 'left', a.right, MAIL, ASKS),
			],
			truth: {
				causes: [{ anyOf: ['sequence-rewritten'], flows: /:8080\b/ }],
				lookAlikes: ['one-direction', 'window-scale-unknown', 'checksum'],
				suffers: ['downloads'],
				fine: ['post'],
			},
			proof: { invalid: 5, reasons: [/ACK is over upper bound/] },
			remedy: {
				place: 'left',
				line: 'echo 0 > /proc/sys/net/ipv4/tcp_sack',
				says: /sequence|SACK/i,
				settles: 2,
			},
			neverOffered: [/tcp_loose/],
		},
		{
			name: 'window-scale-hidden',
			title: 'boxes around this router hide the window scale of the ends from it',
			story: 'Small requests work; whatever is longer than some kilobytes crawls.',
			topology: doublyBoxedRoute,
			setUp: { left: [SCALE_10], here: dropInvalid('forward'), right: [SCALE_10] },
			players: [
				box('box', 'box', 'left', 'here', scales('out')),
				box('box2', 'box2', 'here', 'right', scales('back')),
				server('web', 'right', WEB),
				clients('uploads', 'left', a.right, WEB, uploads(1_000_000), { every: 1, limit: 5, slow: 0.75 }),
			],
			truth: {
				causes: [{ anyOf: ['window-scale-unknown'] }],
				lookAlikes: ['sequence-rewritten', 'one-direction'],
				suffers: ['uploads'],
				fine: [],
			},
			proof: { invalid: 10, reasons: [/SEQ is over upper bound/] },
			remedy: { place: 'here', line: LIBERAL, says: /be_liberal/, settles: 2 },
			neverOffered: [/tcp_loose/, /rout(?:e|ing) both/i],
		},
		{
			name: 'entries-restored-without-scale',
			title: 'a failover restored entries without their window scales',
			story: 'Since the failover transfers that were running hang. New ones work.',
			topology: routed,
			setUp: {
				left: [SCALE_10, IMPATIENT],
				here: dropInvalid('forward'),
				right: [SCALE_10, IMPATIENT],
			},
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				chats('old', 'left', a.right, WEB, { size: 30_000 }),
				{ name: 'failover', place: 'here', after: 1.5, program: 'restore', options: { port: WEB } },
				clients('new', 'left', a.right, MAIL, downloads(100_000)),
			],
			truth: {
				causes: [{ anyOf: ['window-scale-unknown'], flows: /:8080\b/ }],
				lookAlikes: ['sequence-rewritten', 'one-direction', 'not-picked-up'],
				suffers: ['old'],
				fine: ['new'],
			},
			proof: { invalid: 5, reasons: [/is over upper bound/] },
			remedy: { place: 'here', line: LIBERAL, says: /be_liberal/, settles: 2 },
			neverOffered: [/tcp_loose/],
		},
	]
}
