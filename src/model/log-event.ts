import type { KmsgRecord } from '../kernel/log/kmsg-record.ts'
import type { NflogMessage } from '../kernel/nflog/nflog-message.ts'
import type { EndedByProbe } from '../kernel/probes/ended.ts'
import type { ProbeMessage } from '../kernel/probes/probe-message.ts'
import type { Failure } from '../words/failure.ts'
import type { MonotonicMs } from './clock.ts'

export type LogEvent =
	| { readonly kind: 'record'; readonly record: KmsgRecord }
	/** Records that the ring buffer overwrote before they were read. */
	| { readonly kind: 'gap'; readonly lost: number; readonly at: MonotonicMs }
	/** A packet that conntrack handed to nfnetlink_log. */
	| { readonly kind: 'nflog'; readonly message: NflogMessage }
	/**
	 * Packets that did not fit into the reader's socket: one each, as /proc/net/netlink counts them. And at the end those
	 * that still lay in it, at the most.
	 */
	| { readonly kind: 'nflog-lost'; readonly lost: number; readonly at: MonotonicMs }
	/**
	 * Packets that wait to be read by us, at the most: their lines come later. 0 when we are on time again. `stalled`: they
	 * lie in the reader's socket, and it takes none of them: it was stopped or frozen by someone.
	 */
	| {
			readonly kind: 'nflog-unread'
			readonly unread: number
			readonly stalled?: boolean
			readonly at: MonotonicMs
	  }
	/** A packet that conntrack complains about, as a kernel probe has seen it: of any network namespace. */
	| { readonly kind: 'probe'; readonly message: ProbeMessage }
	/** A packet that conntrack has called INVALID without a complaint. */
	| { readonly kind: 'silent'; readonly message: ProbeMessage }
	/** An entry has ended, as a kernel probe has seen it. */
	| { readonly kind: 'probe-end'; readonly ended: EndedByProbe }
	/** Events of probes that were overwritten before they were read: one complaint, or one packet, each. */
	| { readonly kind: 'probe-lost'; readonly lost: number; readonly at: MonotonicMs }
	/** The log cannot be read any more; `failure` says why and what helps. */
	| { readonly kind: 'ended'; readonly failure: Failure }
