import { endOf, reasonProbes } from '../../../src/kernel/probes/probes.ts'
import { toldReader } from '../../../src/kernel/probes/told.ts'
import { readTraceLine, type TraceEvent } from '../../../src/kernel/trace/trace-line.ts'
import { createTraceReader } from '../../../src/kernel/trace/trace-reader.ts'
import { btfOf, eventText, materialOf, OPTIONS } from '../../../test/kernel/probes/material.ts'
import { atLeast, note } from '../figures.ts'

const TIMES = 400
const CHUNK = 65_536
const ROUNDS = 15

/** Events of a real kernel as a pipe gives them, read to their values, and to the line that log_invalid would print. */
export async function probeEvents() {
	const probes = reasonProbes(btfOf('6.12'), OPTIONS)
	const byName = new Map(probes.map((probe) => [probe.name as string, { ...probe, read: toldReader(probe) }]))
	const texts = materialOf('6.12').told.flatMap((one) => {
		const probe = byName.get(one.name)
		return probe === undefined ? [] : [eventText(one, probe.layout)]
	})
	const stream = Buffer.from(`${texts.join('\n')}\n`.repeat(TIMES), 'latin1')
	const count = texts.length * TIMES
	const perSecond = (work: Work) =>
		count / Math.min(...Array.from({ length: ROUNDS }, () => seconds(stream, count, work)))
	const values = perSecond((event, bytes) => byName.get(event.name)?.layout.read(bytes, event.at))
	atLeast('events with all their values', values, 'events/s', 200_000)
	const lines = perSecond((event, bytes) => byName.get(event.name)?.read(event, bytes))
	note(`their lines: ${lines.toFixed(0)} events/s; ${Math.round(stream.length / count)} bytes an event`)
}

type Work = (event: TraceEvent, bytes: Uint8Array) => unknown

function seconds(stream: Buffer, count: number, work: Work): number {
	let done = 0
	const reader = createTraceReader({
		end: endOf(OPTIONS),
		onEvent(bytes) {
			const event = readTraceLine(bytes)
			if (event.kind === 'event' && work(event, bytes) !== undefined) done++
		},
	})
	const start = process.threadCpuUsage()
	for (let at = 0; at < stream.length; at += CHUNK) reader.feed(stream.subarray(at, at + CHUNK))
	reader.end()
	// What else runs on the machine takes none of it.
	const { user, system } = process.threadCpuUsage(start)
	if (done !== count) throw new Error(`${done} of ${count} events were read`)
	return (user + system) / 1e6
}
