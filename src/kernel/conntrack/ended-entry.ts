import { parseConntrackEntry } from './conntrack-entry.ts'

type EndTuple = {
	readonly src: string | null
	readonly dst: string | null
	readonly sport: number | null
	readonly dport: number | null
}

/** How one entry ended (net/netfilter/nf_conntrack_netlink.c, ctnetlink_conntrack_event). Untrusted text. */
export type EndedEntry = {
	/** Milliseconds since 1970. */
	readonly at: number
	/** Lower case: tcp, udp. */
	readonly protocol: string
	readonly original: EndTuple
	readonly reply: EndTuple | null
	/** Of the netlink socket through which it was deleted; null: the kernel itself has ended it. */
	readonly portId: number | null
	/** Name of the process that has this socket, where it lived long enough to be asked. */
	readonly program: string
	/** Of TCP: ESTABLISHED, CLOSE_WAIT; null where the protocol has none. */
	readonly state: string | null
	/** The connection was over: both ends have sent their FIN, or one an RST. Half-closed ones still carry data. */
	readonly isClosed: boolean
}

/** Behind the second FIN, or an RST (include/uapi/linux/netfilter/nf_conntrack_tcp.h). */
const CLOSED = new Set(['LAST_ACK', 'TIME_WAIT', 'CLOSE'])

const HEAD = /^\[(\d{1,12})(?:\.(\d{1,9}))?\]\s+\[DESTROY\] (.*)$/
const BY = /\s\[USERSPACE\] portid=(\d{1,10})(?: progname=(.*))?$/

/** A line of `conntrack -E -e DESTROY -o timestamp,userspace`; undefined for what is none. */
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
		state: entry.state,
		isClosed: entry.state !== null && CLOSED.has(entry.state),
	}
}
