import { type DrawnProbes, planProbes } from '../../changes/kinds/probes.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/app/effects.ts'
import { type ProbesInForce, probesInForce } from '../changing/probing.ts'
import { FOLLOW_LISTS_MS } from '../screens/table/lives.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'

/** The dialog with the probes that are to be set: their names are drawn for it. */
export const proposeLives = (drawn: DrawnProbes): ActionBody => ({
	type: 'propose',
	plan: { purpose: english.followEntries, changes: planProbes('lists', drawn).changes },
	blockers: [],
	notes: [english.theyGoByThemselves(FOLLOW_LISTS_MS / 1000)],
})

export type LivesFollowing = {
	/** Called after each action: follows entries while probes of ours for it are in force. */
	heard(state: State): void
	stop(): Promise<void>
}

const wantedIn = (state: State): ProbesInForce | undefined =>
	probesInForce(state).find(({ probes }) => probes.set === 'lists')

/** Reads what such probes see, and takes them away when their time is over, or when they see too much. */
export function createLivesFollowing(
	observer: Pick<Observer, 'followLives'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): LivesFollowing {
	/** Number of the change whose probes are read; undefined: none. */
	let seq: number | undefined
	let follower: Promise<LogFollower | undefined> | undefined
	let cancel = (): void => {}

	const stop = async (): Promise<void> => {
		cancel()
		const last = follower
		follower = undefined
		await (await last)?.stop()
	}

	/** The reader ends first, with what it has seen last. */
	const over = async (mine: number): Promise<void> => {
		await stop()
		dispatch({ type: 'lives-over', seq: mine })
	}

	const begin = ({ seq: mine, probes }: ProbesInForce, netns: number): void => {
		seq = mine
		const fails = (failure: Parameters<Parameters<Observer['followLives']>[2]['onTrouble']>[0]): void => {
			if (seq !== mine) return
			dispatch({ type: 'lives-failed', failure })
			void over(mine)
		}
		follower = observer
			.followLives(probes, netns, {
				onReading: (lives) => dispatch({ type: 'lives', lives }),
				onTrouble: fails,
			})
			.then((followed) => {
				if (followed.ok) return followed.value
				fails(followed.failure)
				return undefined
			})
		cancel = clock.after(FOLLOW_LISTS_MS, () => void over(mine))
	}

	return {
		heard(state) {
			const wanted = state.leaving === undefined ? wantedIn(state) : undefined
			if (wanted?.seq === seq) return
			seq = undefined
			void stop()
			const netns = state.facts?.netns.inode
			if (wanted !== undefined && netns !== undefined) begin(wanted, netns)
		},
		stop,
	}
}
