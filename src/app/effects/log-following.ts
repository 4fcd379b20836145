import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import type { ActionBody } from '../state/actions.ts'

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 10_000
/** Following that lasted this long was no failure from the start. */
const LASTED_MS = 10_000

export type LogFollowing = { start(): void; stop(): Promise<void> }

/** Follows the kernel log, hands on each batch of it, and begins anew when it ends. */
export function createLogFollowing(
	observer: Pick<Observer, 'followLog'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): LogFollowing {
	let generation = 0
	let follower: LogFollower | undefined
	let cancelRetry = (): void => {}
	let retryMs = FIRST_RETRY_MS
	let startedAt = 0

	const retryLater = (): void => {
		generation++
		void follower?.stop()
		follower = undefined
		cancelRetry = clock.after(retryMs, () => void begin())
		retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
	}

	const take = (events: readonly LogEvent[]): void => {
		const end = events.findIndex((event) => event.kind === 'ended')
		const read = end < 0 ? events : events.slice(0, end)
		if (read.length > 0) dispatch({ type: 'log', events: read })
		const ended = events[end]
		if (ended?.kind !== 'ended') return
		if (clock.monotonic() - startedAt >= LASTED_MS) retryMs = FIRST_RETRY_MS
		dispatch({ type: 'log-failed', failure: ended.failure })
		retryLater()
	}

	const begin = async (): Promise<void> => {
		const mine = ++generation
		startedAt = clock.monotonic()
		/** Records can come before the answer does: the start is told first. */
		let answered = false
		const early: LogEvent[] = []
		const result = await observer.followLog((events) => {
			if (mine !== generation) return
			if (answered) take(events)
			else for (const event of events) early.push(event)
		})
		if (mine !== generation) {
			if (result.ok) await result.value.stop()
			return
		}
		answered = true
		if (!result.ok) {
			dispatch({ type: 'log-failed', failure: result.failure })
			retryLater()
			return
		}
		follower = result.value
		dispatch({ type: 'log-started' })
		if (early.length > 0) take(early)
	}

	return {
		start: () => void begin(),
		async stop() {
			generation++
			cancelRetry()
			const last = follower
			follower = undefined
			await last?.stop()
		},
	}
}
