import { closeSync, constants, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import type { Btf } from '../../kernel/btf/btf.ts'
import { silentMessage, toldMessage } from '../../kernel/probes/probe-message.ts'
import type { FollowedProbes } from '../../kernel/probes/probe-sets.ts'
import { createProbeStream } from '../../kernel/probes/probe-stream.ts'
import { parseBufferStats } from '../../kernel/trace/tracefs-files.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower } from '../../ports/observer.ts'
import * as english from '../../words/english/host/trace.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { errorCode, exists, textOf } from '../tools/proc-fs.ts'
import { kernelBtf } from './kernel-btf.ts'
import { tracefsFolder } from './tracefs.ts'

/** How long to wait for the next look, ms: what comes meanwhile waits in a buffer of some MB. */
const BUSY_MS = 10
const AWAKE_MS = 50
const QUIET_MS = 100
const AWAKE_FOR_MS = 10_000
/** Work at one time, so that keys and timers get their turn in a flood. */
const WORK_MS = 10
/** At the end: whoever sends packets does not decide how long it takes. */
const DRAIN_MS = 500
/** trace_pipe gives whole events, at most a page of them (kernel/trace/trace.c, tracing_read_pipe). */
const PIECE = 65_536

/**
 * Hands over what probes of ours tell, in order, and how many events were lost. The pipe is opened for each look and closed
 * again, so that a program that stands still holds nothing that the undo would have to wait for.
 */
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
	const piece = Buffer.alloc(PIECE)
	let events: LogEvent[] = []
	let number = 0
	let lost = 0
	let lastEvent = clock.monotonic() - AWAKE_FOR_MS
	let isOver = false
	let cancel: (() => void) | undefined

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

	const deliver = (): void => {
		const batch = events
		events = []
		if (batch.length > 0) onEvents(batch)
	}

	/** Whether there is more; undefined once the instance is gone. */
	const readFor = (ms: number): boolean | undefined => {
		let pipe: number
		try {
			pipe = openSync(`${instance}/trace_pipe`, constants.O_RDONLY | constants.O_NONBLOCK)
		} catch (error) {
			// Somebody else reads it just now.
			return errorCode(error) === 'EBUSY' ? false : undefined
		}
		const from = clock.monotonic()
		try {
			while (clock.monotonic() - from < ms) {
				const count = readSync(pipe, piece, 0, PIECE, null)
				if (count === 0) return false
				stream.feed(piece.subarray(0, count))
			}
			return true
		} catch {
			// EAGAIN: nothing is left.
			return false
		} finally {
			closeSync(pipe)
		}
	}

	const turn = (): void => {
		const before = number
		const more = readFor(WORK_MS)
		if (more === undefined) {
			over()
			return
		}
		const now = clock.monotonic()
		if (number > before) lastEvent = now
		deliver()
		const wait = more ? 0 : number > before ? BUSY_MS : now - lastEvent < AWAKE_FOR_MS ? AWAKE_MS : QUIET_MS
		cancel = clock.after(wait, turn)
	}

	const over = (): void => {
		cancel?.()
		if (!isOver) stream.end()
		isOver = true
		deliver()
	}

	const end = async (): Promise<void> => {
		cancel?.()
		// What somebody has switched off has told nothing since then.
		if (!isOn(instance, group)) events.push({ kind: 'ended', failure: switchedOff })
		const from = clock.monotonic()
		while (!isOver && clock.monotonic() - from < DRAIN_MS && readFor(WORK_MS) === true)
			await new Promise<void>((resolve) => clock.after(0, resolve))
		lose(lossesIn(instance) - lost)
		over()
	}
	let ending: Promise<void> | undefined

	turn()
	return ok({
		stop() {
			ending ??= end()
			return ending
		},
	})
}

/** Its events are switched on, and it records. */
function isOn(instance: string, group: string): boolean {
	const says = (file: string) => textOf(`${instance}/${file}`).trim()
	return says(`events/${group}/enable`) === '1' && says('tracing_on') === '1'
}

const switchedOff: Failure = {
	kind: 'unsupported',
	what: english.kernelProbes,
	why: english.somebodyHasSwitchedThemOff,
}

/** Events that never came, and those that nobody reads any more, of all CPUs. */
function lossesIn(instance: string): number {
	try {
		return readdirSync(`${instance}/per_cpu`)
			.map((cpu) => parseBufferStats(readFileSync(`${instance}/per_cpu/${cpu}/stats`, 'latin1')))
			.reduce(
				(sum, stats) => sum + (stats === undefined ? 0 : stats.overrun + stats.dropped + stats.entries),
				0,
			)
	} catch {
		return 0
	}
}
