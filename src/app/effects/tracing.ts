import { createTraceReader } from '../../kernel/rules/trace.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import { ourTaps } from '../changing/our-taps.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'

/** So many packets are enough to see which rule decides. */
const ENOUGH = 10
/** A trace that nothing comes of ends by itself. */
const LONGEST_MS = 30_000
const LOOK_MS = 300

export type Tracing = {
	/** Called after each action: follows the trace while one of our tables marks packets. */
	heard(state: State): void
	stop(): Promise<void>
}

/** Reads what the kernel tells of traced packets, and takes the table away when it has told enough. */
export function createTracing(
	observer: Pick<Observer, 'followTrace'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): Tracing {
	/** Number of the change whose packets are followed; undefined: none. */
	let seq: number | undefined
	let follower: Promise<LogFollower | undefined> | undefined
	/** Says what was told since the last look. */
	let tell = (): void => {}
	let cancel = (): void => {}

	const end = async (): Promise<void> => {
		cancel()
		seq = undefined
		const last = follower
		follower = undefined
		await (await last)?.stop()
	}

	/** What the last packets met has been told by now, so it is known which rule decided. */
	const over = async (): Promise<void> => {
		const wasOn = seq !== undefined
		const last = tell
		await end()
		if (!wasOn) return
		last()
		dispatch({ type: 'trace-ended' })
	}

	const begin = (mine: number): void => {
		seq = mine
		const reader = createTraceReader()
		const startedAt = clock.monotonic()
		let seen = 0
		follower = observer.followTrace(reader.push).then((followed) => {
			if (followed.ok) return followed.value
			dispatch({ type: 'change-failed', failure: followed.failure })
			return undefined
		})
		/** Whether there was anything new to say. */
		const told = (): boolean => {
			const packets = reader.packets()
			const steps = packets.reduce((sum, one) => sum + one.steps.length + 1, reader.lost())
			const isNew = steps !== seen
			seen = steps
			if (isNew) dispatch({ type: 'traced', packets: packets.slice(0, ENOUGH), lost: reader.lost() })
			return isNew
		}
		tell = told
		const look = (): void => {
			if (seq !== mine) return
			// A packet that was told a moment ago may have more to tell: only what stands still is enough.
			const isStill = !told()
			const packets = reader.packets()
			const isOver = (isStill && packets.length >= ENOUGH) || clock.monotonic() - startedAt > LONGEST_MS
			if (isOver) dispatch({ type: 'trace-over', seq: mine })
			else cancel = clock.after(LOOK_MS, look)
		}
		cancel = clock.after(LOOK_MS, look)
	}

	return {
		heard(state) {
			const wanted = ourTaps(state).find(({ tap }) => tap.kind === 'trace')?.seq
			if (wanted === seq) return
			void over()
			if (wanted !== undefined) begin(wanted)
		},
		stop: end,
	}
}
