import { againstBound, direction, grouped, tcpPacket } from './decode.ts'
import type { KernelText } from './reason.ts'

/** net/netfilter/nf_conntrack_proto_tcp.c from 4.18 on. Texts with a number for the bound are those of 6.1 and later. */
export const TCP_TEXTS: readonly KernelText[] = [
	{ id: 'tcp-flags', text: 'invalid tcp flag combination', verdict: 'invalid' },
	{ id: 'tcp-csum', text: 'bad checksum', verdict: 'invalid' },
	{ id: 'tcp-trunc', text: 'truncated packet', verdict: 'invalid' },
	{ id: 'tcp-short', text: 'short packet', verdict: 'invalid' },
	{ id: 'tcp-new', text: 'invalid new', verdict: 'invalid' },
	{ id: 'tcp-rst', text: 'invalid rst', verdict: 'invalid' },
	{ id: 'tcp-challenge', text: 'challenge-ack ignored', verdict: 'accepted' },

	{
		id: 'tcp-state',
		text: /^packet \(index (-?\d{1,10})\) in dir (-?\d{1,10}) invalid, state (\S{1,40})$/,
		title: 'packet invalid in this state',
		verdict: 'invalid',
		detail: ([index, dir, state]) => `${tcpPacket(index)} ${direction(dir)} in state ${state}`,
	},
	{ id: 'tcp-state-old', text: 'invalid state', verdict: 'invalid', like: 'tcp-state' },
	{
		id: 'tcp-ign',
		text: /^packet \(index (-?\d{1,10})\) in dir (-?\d{1,10}) ignored, state (\S{1,40})$/,
		title: 'packet ignored in this state',
		verdict: 'accepted',
		detail: ([index, dir, state]) => `${tcpPacket(index)} ${direction(dir)} in state ${state}`,
	},
	{
		id: 'tcp-ign-old',
		text: /^invalid packet ignored in state (\S{1,40})$/,
		title: 'invalid packet ignored in state',
		verdict: 'accepted',
		like: 'tcp-ign',
		detail: ([state]) => `in state ${state}`,
	},

	{
		id: 'tcp-win-seq-over',
		text: /^SEQ is over upper bound (\d{1,10}) \(over the window of the receiver\)$/,
		title: 'SEQ is over upper bound',
		verdict: 'invalid',
		detail: ([bound], line) => againstBound('SEQ', line.packet.seq, bound),
	},
	{
		id: 'tcp-win-ack-over',
		text: /^ACK is over upper bound (\d{1,10}) \(ACKed data not seen yet\)$/,
		title: 'ACK is over upper bound',
		verdict: 'invalid',
		detail: ([bound], line) => againstBound('ACK', line.packet.ack, bound),
	},
	{
		id: 'tcp-win-seq-under',
		text: /^SEQ is under lower bound (\d{1,10}) \(already ACKed data retransmitted\)$/,
		title: 'SEQ is under lower bound',
		verdict: 'accepted',
		detail: ([bound], line) => againstBound('SEQ', line.packet.seq, bound),
	},
	{
		id: 'tcp-win-ack-under',
		text: /^ignored ACK under lower bound (\d{1,10}) \(possible overly delayed\)$/,
		title: 'ignored ACK under lower bound',
		verdict: 'accepted',
		detail: ([bound], line) => againstBound('ACK', line.packet.ack, bound),
	},
	{
		// The text is the same in 5.15 LTS and 6.0, where the packet was INVALID: the explanation says so.
		id: 'tcp-overshot',
		text: /^(\d{1,10}) bytes more than expected$/,
		title: 'bytes more than expected',
		verdict: 'accepted',
		detail: ([bytes]) => `${grouped(Number(bytes))} bytes beyond the window`,
	},

	{
		id: 'tcp-win-seq-over-old',
		text: 'SEQ is over the upper bound (over the window of the receiver)',
		title: 'SEQ is over the upper bound',
		verdict: 'invalid',
		like: 'tcp-win-seq-over',
	},
	{
		id: 'tcp-win-ack-over-old',
		text: 'ACK is over the upper bound (ACKed data not seen yet)',
		title: 'ACK is over the upper bound',
		verdict: 'invalid',
		like: 'tcp-win-ack-over',
	},
	{
		id: 'tcp-win-seq-under-old',
		text: 'SEQ is under the lower bound (already ACKed data retransmitted)',
		title: 'SEQ is under the lower bound',
		verdict: 'invalid',
	},
	{
		id: 'tcp-win-ack-under-old',
		text: 'ACK is under the lower bound (possible overly delayed ACK)',
		title: 'ACK is under the lower bound',
		verdict: 'invalid',
	},
	{ id: 'tcp-win-bug', text: 'BUG', verdict: 'invalid' },

	{
		id: 'tcp-lower-timeout-old',
		text: /^packet \(index (-?\d{1,10}), dir (-?\d{1,10})\) response for index (-?\d{1,10}) lower timeout to (\d{1,20})$/,
		title: 'response, lower timeout',
		verdict: 'second-line',
		like: 'tcp-lower-timeout',
		detail: ([index, dir, earlier, jiffies]) =>
			`${tcpPacket(index)} ${direction(dir)} after ${tcpPacket(earlier)}: timeout now ${jiffies} jiffies`,
	},
	{ id: 'tcp-lower-timeout', text: 'lowered timeout to UNACK', verdict: 'second-line' },
]
