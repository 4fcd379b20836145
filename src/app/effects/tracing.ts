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
	let cancel = (): void => {}

	const end = async (): Promise<void> => {
		cancel()
		seq = undefined
		const last = follower
		follower = undefined
		await (await last)?.stop()
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
		const look = (): void => {
			if (seq !== mine) return
			const packets = reader.packets()
			const steps = packets.reduce((sum, one) => sum + one.steps.length + 1, 0)
			// A packet that was told a moment ago may have more to tell: only what stands still is enough.
			const isStill = steps === seen
			if (!isStill) dispatch({ type: 'traced', packets: packets.slice(0, ENOUGH) })
			seen = steps
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
			void end()
			if (wanted !== undefined) begin(wanted)
		},
		stop: end,
	}
}
