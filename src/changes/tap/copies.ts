import type { Source } from '../log-source.ts'
import { type Tap, tapOf } from './tap.ts'

/** The name of the tap that copies INVALID packets to us, so that those without a line are seen. */
const NAME = 'unlined'
/** More a second and hook tells nothing new. */
const MOST = 100
/** Of the lines a second that are a flood, at each of two hooks: in the kernel log our lines are lines too. */
const SHARE = { nflog: 0.5, kmsg: 0.125 } as const
const USUAL_FLOOD = 200
/** Bytes: the headers, and what an ICMP error quotes. */
const HEADERS = 512

/**
 * Copies INVALID packets, each where conntrack has judged it: where packets come in and where this host sends them. They go
 * to where the lines are read, so that each comes behind the line of its packet.
 */
export function copiesTap(source: Source, of: string, maxRate: number): Tap {
	const packets = copiesASecond(source, maxRate)
	return tapOf({
		kind: 'tap',
		name: NAME,
		hooks: ['prerouting', 'output'],
		states: ['invalid'],
		rate: { packets, per: 'second', burst: packets },
		prefix: `ctscope ${of}: `,
		...(source === 'nflog'
			? { to: { kind: 'nflog', group: 0 }, snaplen: HEADERS }
			: { to: { kind: 'kmsg' }, level: 'debug', options: ['tcp-seq'] }),
	})
}

/** How many packets are copied at each hook at most. `maxRate`: lines a second that are a flood, 0: none is. */
export function copiesASecond(source: Source, maxRate: number): number {
	const flood = maxRate > 0 ? maxRate : USUAL_FLOOD
	return Math.min(MOST, Math.max(1, Math.floor(flood * SHARE[source])))
}

export const isCopies = ({ kind, name }: Pick<Tap, 'kind' | 'name'>): boolean =>
	kind === 'tap' && name === NAME
