import type { Btf } from '../btf/btf.ts'
import type { AskedProbes } from '../probes/probe-sets.ts'
import { probeWays } from '../probes/probe-ways.ts'
import { endOf } from '../probes/probes.ts'
import { readTraceLine } from '../trace/trace-line.ts'
import { createTraceReader, type TraceReader } from '../trace/trace-reader.ts'
import { lifeReader } from './life-event.ts'
import type { Lives } from './lives.ts'

/** Reads `trace_pipe` of an instance with probes of the set `lists`, and hands each event over. */
export function createLivesStream(
	{ secret }: Pick<AskedProbes, 'secret'>,
	{ btf, architecture }: { readonly btf: Btf | undefined; readonly architecture: string },
	{ take, lose }: Pick<Lives, 'take' | 'lose'>,
): TraceReader {
	const options = { architecture, secret }
	const read = lifeReader(probeWays('lists', btf, options).flatMap(({ probes }) => probes))
	return createTraceReader({
		end: endOf(options),
		onEvent(bytes, isWhole) {
			const line = readTraceLine(bytes)
			// Where the kernel does not say how many it is one at least.
			if (line.kind === 'lost') lose(line.events ?? 1)
			const event = line.kind === 'event' && isWhole ? read(line, bytes) : undefined
			if (event !== undefined) take(event)
		},
	})
}
