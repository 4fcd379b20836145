import { visible } from '../../words/visible.ts'
import { endKind } from '../conntrack/end-kind.ts'
import { type EndedEntry, isClosedState } from '../conntrack/ended-entry.ts'
import { protocolName } from '../packet/protocol.ts'
import type { TraceEvent } from '../trace/trace-line.ts'
import { type EntryTuple, entryTuple, tcpState } from './entry-values.ts'
import { lowAt, u32At } from './memory.ts'
import type { Probe } from './probes.ts'

/** Who has ended an entry, and how (net/netfilter/nf_conntrack_core.c, nf_ct_delete). */
export type EndedByProbe = {
	readonly micros: number | null
	/** Inode number of the network namespace; null where it is not known. */
	readonly netns: number | null
	readonly tuple: EntryTuple
	/** Of TCP: the state it was in. */
	readonly state: string | null
	/** Netlink port of who has asked for it; 0: the kernel itself. */
	readonly portId: number | null
	/** The task that was running: who has asked for it, where somebody has; else anybody. */
	readonly task: string
	readonly pid: number
	/** The function that has ended it: `gc_worker`, `early_drop`, `ctnetlink_del_conntrack`; '' where it is not known. */
	readonly caller: string
	/** An answer had been seen (IPS_SEEN_REPLY), and enough of it (IPS_ASSURED). */
	readonly hadReply: boolean
	readonly isAssured: boolean
}

const SEEN_REPLY = 1 << 1
const ASSURED = 1 << 2
const TCP = 6

/** Reads events of `endProbes`. */
export function endedReader({
	layout,
	shape,
	littleEndian,
}: Probe): (event: TraceEvent, bytes: Uint8Array) => EndedByProbe | undefined {
	const [at, tcp, status, net, port] = ['tuple', 'tcp', 'status', 'net', 'portid'].map((name) =>
		layout.offsetOf(name),
	)
	const state = shape?.tcp?.state
	return (event, bytes) => {
		const values = layout.read(bytes, event.at)
		if (values === undefined || shape === null || at === undefined) return undefined
		const { memory } = values
		const tuple = entryTuple(memory, at, shape, littleEndian)
		if (tuple === undefined) return undefined
		const u32 = (place: number | undefined) =>
			place === undefined ? null : u32At(memory, place, littleEndian)
		const bits = status === undefined ? 0 : lowAt(memory, status, littleEndian)
		const isTcp = tuple.protocol === TCP && tcp !== undefined && state !== undefined
		return {
			micros: event.micros,
			netns: u32(net),
			tuple,
			state: isTcp ? tcpState(memory[tcp + state] ?? 0) : null,
			portId: u32(port),
			task: visible(event.task),
			pid: event.pid,
			caller: callerIn(layout.textOf(values, 'from')),
			hadReply: (bits & SEEN_REPLY) !== 0,
			isAssured: (bits & ASSURED) !== 0,
		}
	}
}

/** Parts that a compiler has made of a function are the function. */
const callerIn = (symbol: string | null | undefined): string =>
	/^(\w+?)(?:\.[\w.]+)?\+0x/.exec(symbol ?? '')?.[1] ?? ''

/** The same as conntrack(8) would tell it, and more; undefined where the time is not known. */
export function endedEntryOf(ended: EndedByProbe): EndedEntry | undefined {
	const { micros, tuple, state, task, pid, portId, caller } = ended
	if (micros === null) return undefined
	const how = endKind(ended)
	const ports = WITHOUT_PORTS.has(tuple.protocol)
		? { sport: null, dport: null }
		: { sport: tuple.sourcePort, dport: tuple.destinationPort }
	return {
		at: micros / 1000,
		protocol: protocolName(tuple.protocol).toLowerCase(),
		original: { src: tuple.source, dst: tuple.destination, ...ports },
		reply: null,
		portId: portId === 0 ? null : portId,
		program: how === 'deleted' ? task : '',
		pid: how === 'deleted' ? pid : null,
		how,
		caller,
		state,
		isClosed: isClosedState(state),
	}
}

/** Of these the tuple has an id, type and code in the place of ports. */
const WITHOUT_PORTS: ReadonlySet<number> = new Set([1, 58])
