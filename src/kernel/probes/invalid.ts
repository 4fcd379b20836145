import type { TraceEvent } from '../trace/trace-line.ts'
import { type ProbedPacket, packetReader } from './probed-packet.ts'
import type { Probe, ProbeName } from './probes.ts'

/** A packet that conntrack called INVALID. */
export type InvalidPacket = {
	readonly micros: number | null
	readonly cpu: number
	readonly packet: ProbedPacket
	/** A reason for it came just before, on the same CPU. */
	readonly isTold: boolean
}

export type InvalidReader = {
	/** Any event of the instance, in order: also those of the reasons, which say that a packet is told. */
	read(event: TraceEvent, bytes: Uint8Array): InvalidPacket | undefined
	/** Events of this CPU are missing: nothing before is paired with what comes. */
	lost(cpu: number): void
}

/** What one CPU is about. Interrupts come in between, so each kind of context stands for itself. */
type Seen = {
	/** Where a function of conntrack was called with it; null: a reason was given for it. */
	readonly name: ProbeName | null
	readonly micros: number | null
	readonly packet: ProbedPacket
}

/** From the call of a function of conntrack, or from a reason, until the verdict. */
const LONGEST_CALL_US = 10_000
/** CPUs, times their contexts and what runs on them; a bound, not a number that is reached. */
const MOST_SEEN = 4_096

const ENDS: Readonly<Partial<Record<string, ProbeName>>> = {
	tcp_ret: 'tcp',
	icmp_ret: 'icmp',
	icmp6_ret: 'icmp6',
	err4_ret: 'err4',
	err6_ret: 'err6',
}
const REASONS: ReadonlySet<string> = new Set(['ct', 'ct_inner', 'l4'])

/**
 * INVALID packets from one set of `invalidProbes`; `reasons` are those of `reasonProbes`. The end of a function says
 * nothing of a packet before 6.9, so it is put together with its beginning: both run on one CPU, in one context, and
 * soft interrupts do not interrupt each other.
 */
export function createInvalidReader(probes: readonly Probe[], reasons: readonly Probe[]): InvalidReader {
	const packets = new Map(
		[...reasons, ...probes].map(({ name, layout, littleEndian }) => {
			const packetOf = packetReader(layout, littleEndian)
			const read = (event: TraceEvent, bytes: Uint8Array): ProbedPacket | undefined => {
				const values = layout.read(bytes, event.at)
				return values === undefined ? undefined : packetOf(values)
			}
			return [name as string, read]
		}),
	)
	const seen = new Map<string, Seen>()
	/** What was last in this context, unless that is long ago; it is forgotten. */
	const taken = (key: string, { micros }: TraceEvent): Seen | undefined => {
		const last = seen.get(key)
		seen.delete(key)
		return last !== undefined && isNear(last.micros, micros) ? last : undefined
	}
	return {
		read(event, bytes) {
			const key = contextOf(event)
			const { micros, cpu } = event
			const begun = ENDS[event.name]
			if (begun !== undefined) {
				const last = taken(key, event)
				if (last === undefined || (last.name !== null && last.name !== begun)) return undefined
				return { micros, cpu, packet: last.packet, isTold: last.name === null }
			}
			const packet = packets.get(event.name)?.(event, bytes)
			if (packet === undefined) return undefined
			if (event.name === 'in') {
				const last = taken(key, event)
				return { micros, cpu, packet, isTold: last !== undefined && isSame(last.packet, packet) }
			}
			if (seen.size >= MOST_SEEN) seen.clear()
			seen.set(key, { name: REASONS.has(event.name) ? null : (event.name as ProbeName), micros, packet })
			return undefined
		},
		lost(cpu) {
			for (const key of seen.keys()) if (key.startsWith(`${cpu} `)) seen.delete(key)
		},
	}
}

const isSame = (one: ProbedPacket, other: ProbedPacket): boolean =>
	one.length === other.length && one.netns === other.netns && Buffer.compare(one.bytes, other.bytes) === 0

/** Hard and soft interrupt as `..s1.` shows them; outside of them a CPU may change between tasks. */
function contextOf({ cpu, flags, pid }: TraceEvent): string {
	const context = flags[2] ?? '.'
	return context === '.' ? `${cpu} . ${pid}` : `${cpu} ${context}`
}

const isNear = (from: number | null, to: number | null): boolean =>
	from === null || to === null || (to >= from && to - from <= LONGEST_CALL_US)
