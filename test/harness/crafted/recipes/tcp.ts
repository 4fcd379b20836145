import { tcp } from '../packets.ts'
import { C, established, type Recipe, S, talk, WINDOW } from '../recipe.ts'
import { ACK_UPPER, inState, SEQ_UPPER } from './tcp-bounds.ts'

/** TCP packets that are INVALID with a line. */
export const TCP_INVALID: readonly Recipe[] = [
	...(['', 'SF', 'SR', 'F', 'FPU'] as const).map(
		(flags): Recipe => ({
			name: `tcp flags ${flags === '' ? 'none' : flags}`,
			kind: 'invalid',
			packets: (place) => [talk(place).orig(flags, { seq: C })],
			lines: [{ id: 'tcp-flags', body: 'invalid tcp flag combination' }],
			moves: { invalid: 1 },
		}),
	),
	{
		name: 'tcp flags over IPv6',
		kind: 'invalid',
		packets: (place) => [talk(place, { six: true }).orig('SF', { seq: C })],
		lines: [{ id: 'tcp-flags' }],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp checksum',
		kind: 'invalid',
		packets: (place) => [talk(place).orig('S', { seq: C, badChecksum: true })],
		lines: [{ id: 'tcp-csum', body: 'bad checksum' }],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp checksum over IPv6',
		kind: 'invalid',
		packets: (place) => [talk(place, { six: true }).orig('S', { seq: C, badChecksum: true })],
		lines: [{ id: 'tcp-csum' }],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp header said too long',
		kind: 'invalid',
		packets: (place) => [talk(place).orig('S', { seq: C, offset: 15 })],
		lines: [{ id: 'tcp-trunc', body: 'truncated packet' }],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp header said too short',
		kind: 'invalid',
		packets: (place) => [talk(place).orig('S', { seq: C, offset: 4 })],
		lines: [{ id: 'tcp-trunc' }],
		moves: { invalid: 1 },
	},
	...(['R', 'RA', 'SA', 'FA'] as const).map(
		(flags): Recipe => ({
			name: `tcp ${flags} without an entry`,
			kind: 'invalid',
			packets: (place) => [talk(place).orig(flags, { seq: C, ack: S })],
			lines: [{ id: 'tcp-new', body: 'invalid new' }],
			moves: { invalid: 1 },
		}),
	),
	{
		name: 'tcp FA without an entry, answered by the host',
		kind: 'invalid',
		packets: (place) => [tcp(place.client, place.local, 40_000, 81, { flags: 'FA', seq: C, ack: S })],
		lines: [{ id: 'tcp-new' }, { id: 'tcp-new', own: true }],
		moves: { invalid: 2 },
	},
	{
		name: 'tcp flags, answered by the host',
		kind: 'invalid',
		packets: (place) => [tcp(place.client, place.local, 40_000, 82, { flags: 'SF', seq: C })],
		lines: [{ id: 'tcp-flags' }, { id: 'tcp-new', own: true }],
		moves: { invalid: 2 },
	},
	{
		name: 'tcp RST below the last ACK',
		kind: 'invalid',
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.reply('R', { seq: S + 1 - 200 })]
		},
		lines: [{ id: 'tcp-rst', body: 'invalid rst' }],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp SEQ over the upper bound',
		kind: 'invalid',
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.orig('A', { seq: SEQ_UPPER + 50_000, ack: S + 1, text: 'x' })]
		},
		lines: [
			{
				id: 'tcp-win-seq-over',
				body: `SEQ is over upper bound ${SEQ_UPPER} (over the window of the receiver)`,
				params: { bound: SEQ_UPPER, seq: SEQ_UPPER + 50_000, distance: 50_000 },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp SEQ over the upper bound, and the numbers wrap',
		kind: 'invalid',
		packets: (place) => {
			const { orig, reply } = talk(place)
			return [
				orig('S', { seq: 0xffff_fff0 }),
				reply('SA', { seq: S, ack: 0xffff_fff1 }),
				orig('A', { seq: 0xffff_fff1, ack: S + 1 }),
				// Bound: 0xfffffff1 + 1000 + 1, which is 986.
				orig('A', { seq: 986 + 20_000, ack: S + 1, text: 'x' }),
			]
		},
		lines: [
			{
				id: 'tcp-win-seq-over',
				body: 'SEQ is over upper bound 986 (',
				params: { bound: 986, distance: 20_000 },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp ACK over the upper bound',
		kind: 'invalid',
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.orig('A', { seq: C + 1, ack: ACK_UPPER + 777 })]
		},
		lines: [
			{
				id: 'tcp-win-ack-over',
				body: `ACK is over upper bound ${ACK_UPPER} (ACKed data not seen yet)`,
				params: { bound: ACK_UPPER, ack: ACK_UPPER + 777, distance: 777 },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp FIN of both sides out of the window',
		kind: 'invalid',
		packets: (place) => {
			const one = talk(place)
			return [
				...established(one),
				one.orig('FA', { seq: SEQ_UPPER + 9_000, ack: S + 1 }),
				one.reply('FA', { seq: S + 90_000, ack: C + 1 }),
			]
		},
		lines: [
			{ id: 'tcp-win-seq-over', params: { distance: 9_000 } },
			// What the client allowed: its last ACK, and its window.
			{ id: 'tcp-win-seq-over', params: { bound: S + 1 + WINDOW + 1, distance: 90_000 - WINDOW - 2 } },
			{
				id: 'tcp-lower-timeout-old',
				body: 'packet (index 2, dir 1) response for index 2 lower timeout to ',
				params: { packet: 'FIN', direction: 'reply', earlier: 'FIN' },
			},
		],
		moves: { invalid: 2 },
	},
	...inState('invalid', 'orig', 'SA', [
		'SYN_SENT',
		'ESTABLISHED',
		'FIN_WAIT',
		'CLOSE_WAIT',
		'LAST_ACK',
		'TIME_WAIT',
		'CLOSE',
	]),
	...inState('invalid', 'orig', 'FA', ['SYN_SENT', 'SYN_SENT2']),
	...inState('invalid', 'orig', 'A', ['SYN_SENT', 'SYN_SENT2']),
	...inState('invalid', 'reply', 'S', [
		'SYN_RECV',
		'ESTABLISHED',
		'FIN_WAIT',
		'CLOSE_WAIT',
		'LAST_ACK',
		'CLOSE',
	]),
	...inState('invalid', 'reply', 'FA', ['SYN_SENT', 'SYN_SENT2']),
]
