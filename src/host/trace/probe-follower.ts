import type { Btf } from '../../kernel/btf/btf.ts'
import { silentMessage, toldMessage } from '../../kernel/probes/probe-message.ts'
import type { FollowedProbes } from '../../kernel/probes/probe-sets.ts'
import { createProbeStream } from '../../kernel/probes/probe-stream.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower } from '../../ports/observer.ts'
import * as english from '../../words/english/host/trace.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { exists } from '../tools/proc-fs.ts'
import { kernelBtf } from './kernel-btf.ts'
import { followPipe } from './trace-pipe.ts'
import { tracefsFolder } from './tracefs.ts'

/** Hands over what probes of ours tell, in order, and how many events were lost. */
export function followProbes(
	{ group, ...asked }: FollowedProbes,
	clock: Clock,
	onEvents: (events: readonly LogEvent[]) => void,
	{
		folder,
		btf = kernelBtf,
	}: { readonly folder: string | undefined; readonly btf?: () => Btf | undefined } = {
		folder: tracefsFolder(),
	},
): Result<LogFollower> {
	if (folder === undefined)
		return fail({ kind: 'unsupported', what: english.kernelProbes, why: english.tracefsIsNotSeenHere })
	const instance = `${folder}/instances/${group}`
	if (!exists(instance)) return fail(switchedOff)
	let events: LogEvent[] = []
	let number = 0
	let delivered = 0
	let lost = 0

	const when = () => {
		const at = clock.monotonic()
		number += 1
		return { number, at, bootMicros: (clock.wall() - at) * 1000 }
	}
	const lose = (count: number): void => {
		if (count <= 0) return
		lost += count
		events.push({ kind: 'probe-lost', lost: count, at: clock.monotonic() })
	}
	const stream = createProbeStream(
		asked,
		{ btf: btf(), architecture: process.arch },
		{
			onTold: (told) => events.push({ kind: 'probe', message: toldMessage(told, when()) }),
			onInvalid(packet) {
				if (!packet.isTold) events.push({ kind: 'silent', message: silentMessage(packet, when()) })
			},
			onEnded: (ended) => {
				number += 1
				events.push({ kind: 'probe-end', ended })
			},
			onLost: (count) => lose(count ?? 0),
		},
	)

	return ok(
		followPipe({ instance, group }, clock, stream, {
			deliver() {
				const batch = events
				events = []
				if (batch.length > 0) onEvents(batch)
				const came = number > delivered
				delivered = number
				return came
			},
			lost: (total) => lose(total - lost),
			switchedOff: () => events.push({ kind: 'ended', failure: switchedOff }),
		}),
	)
}

export const switchedOff: Failure = {
	kind: 'unsupported',
	what: english.kernelProbes,
	why: english.somebodyHasSwitchedThemOff,
}
