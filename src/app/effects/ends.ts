import { ENDED_LIMIT } from '../../investigation/evidence.ts'
import { type EndedEntry, parseEndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import type { Clock } from '../../model/clock.ts'
import type { EndsFollower, LogFollower, Observer } from '../../ports/observer.ts'
import { ok, type Result } from '../../words/failure.ts'
import { probesInForce } from '../changing/probing.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'

/** Entries that end are told of in such batches. */
const BATCH_MS = 500
const LONGEST_LINE = 4_000

/** Watches entries end by conntrack -E, until it is stopped. What it tells is by this host's CLOCK_MONOTONIC. */
export async function followEnds(
	observer: Pick<Observer, 'followEnds'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): Promise<Result<EndsFollower>> {
	const batch: EndedEntry[] = []
	let missed = false
	let rest = ''
	let cancel: (() => void) | undefined

	const tell = (): void => {
		cancel?.()
		cancel = undefined
		dispatch({ type: 'ended', entries: batch.splice(0), ...(missed ? { missed } : {}) })
		missed = false
	}
	const soon = (): void => {
		cancel ??= clock.after(BATCH_MS, tell)
	}
	const take = (text: string): void => {
		const lines = (rest + text).split('\n')
		rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
		const ahead = clock.wall() - clock.monotonic()
		for (const line of lines) {
			const entry = parseEndedEntry(line)
			if (entry === undefined) continue
			if (batch.length < ENDED_LIMIT) batch.push({ ...entry, at: entry.at - ahead })
			else missed = true
		}
		soon()
	}
	const followed = await observer.followEnds(take, () => {
		missed = true
		soon()
	})
	if (!followed.ok) return followed
	const { olderToo } = followed.value
	dispatch({ type: 'ended', entries: [], ...(olderToo ? {} : { olderUntold: true }) })
	return ok({
		olderToo,
		async stop() {
			await followed.value.stop()
			// What came last.
			if (batch.length > 0 || missed) tell()
		},
	})
}

export type Ends = {
	/** Called after each action: watches entries end while an investigation has reasons logged. */
	heard(state: State): void
	stop(): Promise<void>
}

/**
 * Who ends entries. It is watched only while somebody investigates and reasons are logged: with a listener the kernel makes a
 * message of each entry that ends. It ends by itself where there are more than can be kept, and is not begun where kernel
 * probes tell the same.
 */
export function createEnds(
	observer: Pick<Observer, 'followEnds'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): Ends {
	let follower: Promise<LogFollower | undefined> | undefined

	const stop = async (): Promise<void> => {
		const last = follower
		follower = undefined
		await (await last)?.stop()
	}

	return {
		heard(state) {
			const { ended } = state.steps
			const isWanted =
				state.way !== undefined &&
				state.screen === 'steps' &&
				(ended?.length ?? 0) < ENDED_LIMIT &&
				!probesInForce(state).some(({ probes: { set } }) => set === 'ends')
			if (isWanted && follower === undefined)
				follower = followEnds(observer, clock, dispatch).then((followed) =>
					followed.ok ? followed.value : undefined,
				)
			else if (!isWanted && follower !== undefined) void stop()
		},
		stop,
	}
}
