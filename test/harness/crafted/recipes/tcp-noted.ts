import { ip, PROTOCOL, tcp } from '../packets.ts'
import { C, established, type Recipe, S, talk, toState } from '../recipe.ts'
import { ACK_LOWER, inState, SEQ_LOWER, SEQ_UPPER } from './tcp-bounds.ts'

/** TCP packets that get a line and keep their entry. */
export const TCP_ACCEPTED: readonly Recipe[] = [
	{
		name: 'tcp retransmitted SYN',
		kind: 'accepted',
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.orig('S', { seq: C })]
		},
		lines: [{ id: 'tcp-ign', body: 'packet (index 0) in dir 0 ignored, state ESTABLISHED' }],
		moves: {},
	},
	{
		name: 'tcp challenge ACK',
		kind: 'accepted',
		packets: (place) => {
			const one = talk(place)
			return [
				...toState('LAST_ACK', one),
				one.orig('S', { seq: C + 500_000 }),
				one.reply('A', { seq: S + 2, ack: C + 2 }),
			]
		},
		lines: [
			{ id: 'tcp-ign', body: 'packet (index 0) in dir 0 ignored, state LAST_ACK' },
			{ id: 'tcp-challenge', body: 'challenge-ack ignored' },
		],
		moves: {},
	},
	{
		name: 'tcp some bytes more than the window',
		kind: 'accepted',
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.orig('A', { seq: SEQ_UPPER + 100, ack: S + 1, text: '0123456789' })]
		},
		lines: [{ id: 'tcp-overshot', body: '112 bytes more than expected', params: { bytes: 112 } }],
		moves: {},
	},
	{
		name: 'tcp SEQ under the lower bound',
		kind: 'accepted',
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.orig('A', { seq: SEQ_LOWER - 500, ack: S + 1 })]
		},
		lines: [
			{
				id: 'tcp-win-seq-under',
				body: `SEQ is under lower bound ${SEQ_LOWER} (already ACKed data retransmitted)`,
				params: { bound: SEQ_LOWER, distance: -500 },
			},
		],
		moves: {},
	},
	{
		name: 'tcp ACK under the lower bound',
		kind: 'accepted',
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.orig('A', { seq: C + 1, ack: ACK_LOWER - 300 })]
		},
		lines: [
			{
				id: 'tcp-win-ack-under',
				body: `ignored ACK under lower bound ${ACK_LOWER} (possible overly delayed)`,
				params: { bound: ACK_LOWER, distance: -300 },
			},
		],
		moves: {},
	},
	...inState('accepted', 'orig', 'S', ['SYN_RECV', 'ESTABLISHED', 'FIN_WAIT', 'CLOSE_WAIT', 'LAST_ACK']),
	...inState('accepted', 'reply', 'SA', [
		'SYN_RECV',
		'ESTABLISHED',
		'FIN_WAIT',
		'CLOSE_WAIT',
		'LAST_ACK',
		'TIME_WAIT',
		'CLOSE',
	]),
	...inState('accepted', 'reply', 'A', ['SYN_SENT', 'SYN_SENT2']),
]

/** TCP packets that would be INVALID if the kernel looked. */
export const TCP_HIDDEN: readonly Recipe[] = [
	{
		name: 'tcp SEQ over the bound with tcp_be_liberal',
		kind: 'hidden',
		settings: { nf_conntrack_tcp_be_liberal: '1' },
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.orig('A', { seq: SEQ_UPPER + 50_000, ack: S + 1, text: 'x' })]
		},
		lines: [],
		moves: {},
	},
	{
		name: 'tcp SEQ over the bound of an entry that was picked up',
		kind: 'hidden',
		packets: (place) => {
			const { orig, reply } = talk(place)
			return [
				orig('A', { seq: C, ack: S }),
				reply('A', { seq: S, ack: C }),
				orig('A', { seq: C + 900_000, ack: S, text: 'x' }),
			]
		},
		lines: [],
		moves: {},
	},
	{
		name: 'tcp checksum with nf_conntrack_checksum off',
		kind: 'hidden',
		settings: { nf_conntrack_checksum: '0' },
		packets: (place) => [talk(place).orig('S', { seq: C, badChecksum: true })],
		lines: [],
		moves: {},
	},
	{
		name: 'tcp RST below the last ACK with tcp_ignore_invalid_rst',
		kind: 'hidden',
		settings: { nf_conntrack_tcp_ignore_invalid_rst: '1' },
		packets: (place) => {
			const one = talk(place)
			return [...established(one), one.reply('R', { seq: S + 1 - 200 })]
		},
		lines: [],
		moves: {},
	},
]

/** TCP packets that are INVALID without a log line. */
export const TCP_SILENT: readonly Recipe[] = [
	{
		name: 'tcp header cut short',
		kind: 'silent',
		path: 'silent-tcp-short',
		named: 'silent-tcp-short',
		packets: ({ client, server }) => [
			ip(client, server, PROTOCOL.tcp, talkBytes(client, server).subarray(20, 32)),
		],
		lines: [],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp without ports',
		kind: 'silent',
		path: 'silent-header',
		named: 'silent-ports',
		packets: ({ client, server }) => [ip(client, server, PROTOCOL.tcp, Buffer.from([1, 2, 3]))],
		lines: [],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp ACK without an entry with tcp_loose off',
		kind: 'silent',
		path: 'silent-tcp-loose',
		named: 'silent-mid-stream',
		settings: { nf_conntrack_tcp_loose: '0' },
		packets: (place) => [talk(place).orig('A', { seq: C, ack: S })],
		lines: [],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp flags while only UDP is asked for',
		kind: 'silent',
		path: 'silent-not-asked',
		settings: { nf_conntrack_log_invalid: '17' },
		packets: (place) => [talk(place).orig('SF', { seq: C })],
		lines: [],
		moves: { invalid: 1 },
	},
]

function talkBytes(client: string, server: string): Buffer {
	return tcp(client, server, 40_000, 80, { flags: 'S', seq: C })
}
