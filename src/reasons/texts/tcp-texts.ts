import {
	acknowledged,
	againstBound,
	direction,
	directionName,
	grouped,
	inState,
	tcpPacket,
	word,
} from '../shape/decode.ts'
import { BEFORE_6_1, EVERY, FROM_6_1, type KernelText } from '../shape/reason.ts'

/** net/netfilter/nf_conntrack_proto_tcp.c from 4.18 on: what is wrong with the packet itself, or with its place in the connection. */
const PACKET_TEXTS: readonly KernelText[] = [
	{ id: 'tcp-flags', format: 'invalid tcp flag combination', verdict: 'invalid', kernels: EVERY },
	{ id: 'tcp-csum', format: 'bad checksum', verdict: 'invalid', kernels: EVERY },
	{ id: 'tcp-trunc', format: 'truncated packet', verdict: 'invalid', kernels: EVERY },
	{ id: 'tcp-short', format: 'short packet', verdict: 'invalid', kernels: '4.19 only; others say nothing' },
	{ id: 'tcp-new', format: 'invalid new', verdict: 'invalid', kernels: '6.8 and later; silent before' },
	{ id: 'tcp-rst', format: 'invalid rst', verdict: 'invalid', kernels: EVERY },
	{ id: 'tcp-challenge', format: 'challenge-ack ignored', verdict: 'accepted', kernels: EVERY },
	{
		id: 'tcp-state',
		format: 'packet (index %d) in dir %d invalid, state %s',
		title: 'packet invalid in this state',
		verdict: 'invalid',
		kernels: '5.19 and later',
		decode: inState,
	},
	{
		id: 'tcp-state-old',
		format: 'invalid state',
		verdict: 'invalid',
		like: 'tcp-state',
		kernels: 'up to 5.18, and 5.15, 5.10, 5.4, 4.19 LTS',
	},
	{
		id: 'tcp-ign',
		format: 'packet (index %d) in dir %d ignored, state %s',
		title: 'packet ignored in this state',
		verdict: 'accepted',
		kernels: '5.12 and later',
		decode: inState,
	},
	{
		id: 'tcp-ign-old',
		format: 'invalid packet ignored in state %s',
		title: 'invalid packet ignored in state',
		verdict: 'accepted',
		like: 'tcp-ign',
		kernels: 'up to 5.11, and 5.10, 5.4, 4.19 LTS',
		decode: inStateOnly,
	},
]

/** The same file, tcp_in_window and nf_tcp_log_invalid. Texts with a number for the bound are those of 6.1 and later. */
const WINDOW_TEXTS: readonly KernelText[] = [
	{
		id: 'tcp-win-seq-over',
		format: 'SEQ is over upper bound %u (over the window of the receiver)',
		title: 'SEQ is over upper bound',
		verdict: 'invalid',
		kernels: FROM_6_1,
		decode: ([bound], { packet }) => againstBound('SEQ', packet.seq, bound),
	},
	{
		id: 'tcp-win-ack-over',
		format: 'ACK is over upper bound %u (ACKed data not seen yet)',
		title: 'ACK is over upper bound',
		verdict: 'invalid',
		kernels: FROM_6_1,
		decode: ([bound], { packet }) => acknowledged(packet, bound),
	},
	{
		id: 'tcp-win-seq-under',
		format: 'SEQ is under lower bound %u (already ACKed data retransmitted)',
		title: 'SEQ is under lower bound',
		verdict: 'accepted',
		kernels: FROM_6_1,
		decode: ([bound], { packet }) => againstBound('SEQ', packet.seq, bound),
	},
	{
		id: 'tcp-win-ack-under',
		format: 'ignored ACK under lower bound %u (possible overly delayed)',
		title: 'ignored ACK under lower bound',
		verdict: 'accepted',
		kernels: FROM_6_1,
		decode: ([bound], { packet }) => againstBound('ACK', packet.ack, bound),
	},
	{
		// The one text that two generations share while they differ in the verdict.
		id: 'tcp-overshot',
		format: '%u bytes more than expected',
		title: 'bytes more than expected',
		verdict: 'depends',
		kernels: '6.0 and later, and 5.15 LTS',
		decode: ([bytes]) => ({
			detail: `${grouped(Number(bytes))} bytes beyond the window`,
			params: { bytes: Number(bytes) },
		}),
	},
	{
		id: 'tcp-win-seq-over-old',
		format: 'SEQ is over the upper bound (over the window of the receiver)',
		title: 'SEQ is over the upper bound',
		verdict: 'invalid',
		like: 'tcp-win-seq-over',
		kernels: BEFORE_6_1,
	},
	{
		id: 'tcp-win-ack-over-old',
		format: 'ACK is over the upper bound (ACKed data not seen yet)',
		title: 'ACK is over the upper bound',
		verdict: 'invalid',
		like: 'tcp-win-ack-over',
		kernels: BEFORE_6_1,
	},
	{
		id: 'tcp-win-seq-under-old',
		format: 'SEQ is under the lower bound (already ACKed data retransmitted)',
		title: 'SEQ is under the lower bound',
		verdict: 'invalid',
		kernels: BEFORE_6_1,
	},
	{
		id: 'tcp-win-ack-under-old',
		format: 'ACK is under the lower bound (possible overly delayed ACK)',
		title: 'ACK is under the lower bound',
		verdict: 'invalid',
		kernels: BEFORE_6_1,
	},
	{ id: 'tcp-win-bug', format: 'BUG', verdict: 'invalid', kernels: BEFORE_6_1 },
	{
		id: 'tcp-lower-timeout-old',
		format: 'packet (index %d, dir %d) response for index %d lower timeout to %u',
		title: 'response, lower timeout',
		verdict: 'second-line',
		like: 'tcp-lower-timeout',
		kernels: '6.1 to 6.18',
		decode: ([index, dir, earlier, jiffies]) => ({
			detail: `${tcpPacket(index)} ${direction(dir)} after ${tcpPacket(earlier)}: timeout now ${jiffies} jiffies`,
			params: {
				packet: tcpPacket(index),
				index: Number(index),
				direction: directionName(dir),
				earlier: tcpPacket(earlier),
				jiffies: Number(jiffies),
			},
		}),
	},
	{
		id: 'tcp-lower-timeout',
		format: 'lowered timeout to UNACK',
		verdict: 'second-line',
		kernels: '7.2 and later, and late 6.12 and 6.1 LTS',
	},
]

export const TCP_TEXTS: readonly KernelText[] = [...PACKET_TEXTS, ...WINDOW_TEXTS]

export function inStateOnly([state]: readonly string[]) {
	return { detail: `in state ${word(state)}`, params: { state: word(state) } }
}
