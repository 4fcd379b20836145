import { ip, PROTOCOL, tcp } from './crafted-packets.ts'
import { C, established, type Recipe, S, type TcpState, talk, toState, WINDOW } from './crafted-recipe.ts'

/** Highest sequence number that the other side allowed, plus one: the bound that the kernel prints. */
const SEQ_UPPER = C + 1 + WINDOW + 1
const ACK_UPPER = S + 1 + 1
const SEQ_LOWER = C + 1 - WINDOW - 1
/** MAXACKWINDOW of nf_conntrack_proto_tcp.c is 66 000 for small windows. */
const ACK_LOWER = S + 1 - 66_000 - 1

/** Number and name of kinds of packets, as the kernel prints and as we say them. */
const INDEX = { S: [0, 'SYN'], SA: [1, 'SYN/ACK'], FA: [2, 'FIN'], A: [3, 'ACK'] } as const

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

/** TCP packets that are INVALID without a line. */
export const TCP_SILENT: readonly Recipe[] = [
	{
		name: 'tcp header cut short',
		kind: 'silent',
		path: 'silent-tcp-short',
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
		packets: ({ client, server }) => [ip(client, server, PROTOCOL.tcp, Buffer.from([1, 2, 3]))],
		lines: [],
		moves: { invalid: 1 },
	},
	{
		name: 'tcp ACK without an entry with tcp_loose off',
		kind: 'silent',
		path: 'silent-tcp-loose',
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

/** `packet (index I) in dir D invalid, state NAME`, or `ignored` for those that are accepted. */
function inState(
	kind: 'invalid' | 'accepted',
	dir: 'orig' | 'reply',
	flags: keyof typeof INDEX,
	states: readonly TcpState[],
): readonly Recipe[] {
	const [index, packet] = INDEX[flags]
	const where = `packet (index ${index}) in dir ${dir === 'orig' ? 0 : 1}`
	const said = kind === 'invalid' ? 'invalid' : 'ignored'
	return states.map((state) => ({
		name: `tcp ${flags} ${dir} in ${state}`,
		kind,
		packets: (place) => {
			const one = talk(place)
			return [...toState(state, one), one[dir](flags, { seq: C + 300_000, ack: S + 300_000 })]
		},
		lines: [
			{
				id: kind === 'invalid' ? 'tcp-state' : 'tcp-ign',
				body: `${where} ${said}, state ${state}`,
				params: { index, packet, state, direction: dir === 'orig' ? 'original' : 'reply' },
			},
		],
		moves: kind === 'invalid' ? { invalid: 1 } : {},
	}))
}

function talkBytes(client: string, server: string): Buffer {
	return tcp(client, server, 40_000, 80, { flags: 'S', seq: C })
}
