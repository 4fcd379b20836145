import { closeSync, constants, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import type { TraceReader } from '../../kernel/trace/trace-reader.ts'
import { parseBufferStats } from '../../kernel/trace/tracefs-files.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogFollower } from '../../ports/observer.ts'
import { errorCode, textOf } from '../tools/proc-fs.ts'

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

export type PipeListener = {
	/** After each look, and at the end: hands on what came since the last one, and answers whether that was anything. */
	deliver(): boolean
	/** At the end: so many events were lost, those that nobody has read any more among them. */
	lost(total: number): void
	/** At the end: somebody has switched them off. */
	switchedOff(): void
}

/**
 * Reads `trace_pipe` of an instance of ours until it is told to stop, or the instance is gone. The pipe is opened for each
 * look and closed again, so that a program that stands still holds nothing that the undo would have to wait for.
 */
export function followPipe(
	{ instance, group }: { readonly instance: string; readonly group: string },
	clock: Clock,
	stream: TraceReader,
	listener: PipeListener,
): LogFollower {
	const piece = Buffer.alloc(PIECE)
	let lastEvent = clock.monotonic() - AWAKE_FOR_MS
	let isOver = false
	let cancel: (() => void) | undefined

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
		const more = readFor(WORK_MS)
		if (more === undefined) {
			over()
			return
		}
		const now = clock.monotonic()
		const came = listener.deliver()
		if (came) lastEvent = now
		const wait = more ? 0 : came ? BUSY_MS : now - lastEvent < AWAKE_FOR_MS ? AWAKE_MS : QUIET_MS
		cancel = clock.after(wait, turn)
	}

	const over = (): void => {
		cancel?.()
		if (!isOver) stream.end()
		isOver = true
		listener.deliver()
	}

	const end = async (): Promise<void> => {
		cancel?.()
		// What somebody has switched off has told nothing since then.
		if (!isOn(instance, group)) listener.switchedOff()
		const from = clock.monotonic()
		while (!isOver && clock.monotonic() - from < DRAIN_MS && readFor(WORK_MS) === true)
			await new Promise<void>((resolve) => clock.after(0, resolve))
		listener.lost(lossesIn(instance))
		over()
	}
	let ending: Promise<void> | undefined

	turn()
	return {
		stop() {
			ending ??= end()
			return ending
		},
	}
}

/** Its events are switched on, and it records. */
function isOn(instance: string, group: string): boolean {
	const says = (file: string) => textOf(`${instance}/${file}`).trim()
	return says(`events/${group}/enable`) === '1' && says('tracing_on') === '1'
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
