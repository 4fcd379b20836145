import { ENDED_LIMIT } from '../../investigation/evidence.ts'
import { type EndedEntry, parseEndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'

/** Entries that end are told of in such batches. */
const BATCH_MS = 500
const LONGEST_LINE = 4_000

export type Ends = {
	/** Called after each action: watches entries end while an investigation has reasons logged. */
	heard(state: State): void
	stop(): Promise<void>
}

/**
 * Who ends entries. It is watched only while somebody investigates and reasons are logged: with a listener the kernel makes a
 * message of each entry that ends. It ends by itself where there are more than can be kept.
 */
export function createEnds(
	observer: Pick<Observer, 'followEnds'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): Ends {
	let follower: Promise<LogFollower | undefined> | undefined
	const batch: EndedEntry[] = []
	let rest = ''
	let cancel: (() => void) | undefined

	const tell = (): void => {
		cancel = undefined
		dispatch({ type: 'ended', entries: batch.splice(0) })
	}
	const take = (text: string): void => {
		const lines = (rest + text).split('\n')
		rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
		for (const line of lines) {
			const entry = batch.length < ENDED_LIMIT ? parseEndedEntry(line) : undefined
			if (entry !== undefined) batch.push(entry)
		}
		cancel ??= clock.after(BATCH_MS, tell)
	}
	const stop = async (): Promise<void> => {
		cancel?.()
		const last = follower
		follower = undefined
		await (await last)?.stop()
	}

	return {
		heard(state) {
			const { ended } = state.steps
			const isWanted =
				state.way !== undefined && state.screen === 'steps' && (ended?.length ?? 0) < ENDED_LIMIT
			if (isWanted && follower === undefined)
				follower = observer.followEnds(take).then((followed) => {
					if (!followed.ok) return undefined
					dispatch({ type: 'ended', entries: [] })
					return followed.value
				})
			else if (!isWanted && follower !== undefined) void stop()
		},
		stop,
	}
}
