import { isZoned, parseConntrackEntry } from './conntrack-entry.ts'
import type { EndKind } from './end-kind.ts'

type EndTuple = {
	readonly src: string | null
	readonly dst: string | null
	readonly sport: number | null
	readonly dport: number | null
}

/** How one entry ended. Untrusted text. */
export type EndedEntry = {
	/** Milliseconds, by the clock of who tells it: conntrack(8) since 1970, kernel probes CLOCK_MONOTONIC. */
	readonly at: number
	/** Lower case: tcp, udp. */
	readonly protocol: string
	readonly original: EndTuple
	readonly reply: EndTuple | null
	/** Of the netlink socket through which it was deleted; null: the kernel itself has ended it. */
	readonly portId: number | null
	/** Name of the process that has this socket, where it lived long enough to be asked. */
	readonly program: string
	/** Its number; null where only the socket is known. */
	readonly pid: number | null
	/** null: it ended without being asked for, and who tells it does not say how. */
	readonly how: EndKind | null
	/** The function that has ended it; '' where it is not known. */
	readonly caller: string
	/** One of its directions was in a zone other than 0; undefined where who tells it does not say. */
	readonly isZoned?: boolean
	/** Of TCP: ESTABLISHED, CLOSE_WAIT; null where the protocol has none. */
	readonly state: string | null
	/** The connection was over: both ends have sent their FIN, or one an RST. Half-closed ones still carry data. */
	readonly isClosed: boolean
}

/** Behind the second FIN, or an RST (include/uapi/linux/netfilter/nf_conntrack_tcp.h). */
const CLOSED = new Set(['LAST_ACK', 'TIME_WAIT', 'CLOSE'])

/** The state says that both ends have ended the connection. */
export const isClosedState = (state: string | null): boolean => state !== null && CLOSED.has(state)

const HEAD = /^\[(\d{1,12})(?:\.(\d{1,9}))?\]\s+\[DESTROY\] (.*)$/
const BY = /\s\[USERSPACE\] portid=(\d{1,10})(?: progname=(.*))?$/

/**
 * A line of `conntrack -E -e DESTROY -o timestamp,userspace` (net/netfilter/nf_conntrack_netlink.c,
 * ctnetlink_conntrack_event); undefined for what is none.
 */
export function parseEndedEntry(line: string): EndedEntry | undefined {
	const [, seconds, fraction = '', text] = HEAD.exec(line) ?? []
	if (seconds === undefined || text === undefined) return undefined
	const by = BY.exec(text)
	const entry = parseConntrackEntry(by === null ? text : text.slice(0, by.index))
	if (entry === undefined) return undefined
	const ends = ({ src, dst, sport, dport }: EndTuple): EndTuple => ({ src, dst, sport, dport })
	return {
		at: Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3)),
		protocol: entry.protocol,
		original: ends(entry.original),
		reply: entry.reply === null ? null : ends(entry.reply),
		portId: by === null ? null : Number(by[1]),
		program: by?.[2]?.trim() ?? '',
		pid: null,
		how: by === null ? null : 'deleted',
		caller: '',
		state: entry.state,
		isClosed: isClosedState(entry.state),
		isZoned: isZoned(entry),
	}
}
