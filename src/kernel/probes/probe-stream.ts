import type { Btf } from '../btf/btf.ts'
import { readTraceLine } from '../trace/trace-line.ts'
import { createTraceReader, type TraceReader } from '../trace/trace-reader.ts'
import { type EndedByProbe, endedReader } from './ended.ts'
import { createInvalidReader, type InvalidPacket } from './invalid.ts'
import type { AskedProbes } from './probe-sets.ts'
import { type ProbeWay, probeWays } from './probe-ways.ts'
import { endOf, type Probe } from './probes.ts'
import { type ToldPacket, toldReader } from './told.ts'

export type ProbeListener = {
	readonly onTold: (packet: ToldPacket) => void
	/** Told or silent; of the set `invalid` only. */
	readonly onInvalid: (packet: InvalidPacket) => void
	/** Of the set `ends` only. */
	readonly onEnded: (ended: EndedByProbe) => void
	/** Events that were overwritten before they were read; null where the kernel does not say how many. */
	readonly onLost: (events: number | null) => void
}

type Options = { readonly btf: Btf | undefined; readonly architecture: string }

/**
 * Reads `trace_pipe` of an instance with these probes. Which of the ways the kernel has taken is not asked: an event that
 * one layout cannot read is one of another's.
 */
export function createProbeStream(
	{ set, secret }: AskedProbes,
	{ btf, architecture }: Options,
	{ onTold, onInvalid, onEnded, onLost }: ProbeListener,
): TraceReader {
	const options = { architecture, secret }
	const ways = probeWays(set, btf, options)
	const invalid = set === 'invalid' ? invalidReaderOf(ways) : undefined
	const enders = set === 'ends' ? ways.flatMap(({ probes }) => probes.map(endedReader)) : []
	const tellers = tellersOf(set === 'reasons' ? ways.flatMap(({ probes }) => probes) : [])
	return createTraceReader({
		end: endOf(options),
		onEvent(bytes, isWhole) {
			const line = readTraceLine(bytes)
			if (line.kind === 'lost') {
				invalid?.lost(line.cpu)
				onLost(line.events)
			}
			if (line.kind !== 'event' || !isWhole) return
			const packet = invalid?.read(line, bytes)
			if (packet !== undefined) onInvalid(packet)
			for (const end of line.name === 'end' ? enders : []) {
				const ended = end(line, bytes)
				if (ended !== undefined) onEnded(ended)
			}
			for (const tell of tellers.get(line.name) ?? []) {
				const told = tell(line, bytes)
				if (told === undefined) continue
				onTold(told)
				break
			}
		},
	})
}

function tellersOf(probes: readonly Probe[]): ReadonlyMap<string, readonly ReturnType<typeof toldReader>[]> {
	const names = new Set(probes.map(({ name }) => name))
	return new Map(
		[...names].map((name) => [name, probes.filter((probe) => probe.name === name).map(toldReader)]),
	)
}

/** Those of the same name in two ways have the same arguments. */
function invalidReaderOf(ways: readonly ProbeWay[]) {
	const byName = new Map(ways.flatMap(({ probes }) => probes.map((probe) => [probe.name, probe] as const)))
	return createInvalidReader([...byName.values()], ways[0]?.reasons ?? [])
}
