import type { Clock } from '../../model/clock.ts'
import type { Observer } from '../../ports/observer.ts'
import { keyOfFlow } from '../screens/parts/join-lines.ts'
import { openScreen } from '../screens/screens.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'

/** A connection that hangs changes slowly, and each look costs some children. */
const AGAIN_MS = 5_000
/** Of a scan the most frequent flow is another one at every moment. */
const LEAST_MS = 1_000

export type Joining = {
	/** Called after each action: looks at the flow whose details are open. */
	heard(state: State): void
	stop(): void
}

/** Looks for entry and socket of the flow that is being looked at, and for no other. */
export function createJoining(
	observer: Pick<Observer, 'flow'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): Joining {
	let key: string | undefined
	let cancel = (): void => {}
	let lookedAt = Number.NEGATIVE_INFINITY

	const look = async (mine: string, state: State): Promise<void> => {
		const wanted = openFlow(state)
		if (wanted === undefined) return
		lookedAt = clock.monotonic()
		const facts = await observer.flow(wanted)
		if (key !== mine) return
		dispatch({ type: 'joined', key: mine, facts })
		cancel = clock.after(AGAIN_MS, () => void look(mine, state))
	}

	return {
		heard(state) {
			const flow = openFlow(state)
			const wanted = flow === undefined ? undefined : keyOfFlow(flow)
			if (wanted === key) return
			cancel()
			key = wanted
			if (wanted === undefined) return
			const rest = Math.max(0, lookedAt + LEAST_MS - clock.monotonic())
			if (rest === 0) void look(wanted, state)
			else cancel = clock.after(rest, () => void look(wanted, state))
		},
		stop() {
			cancel()
			key = undefined
		},
	}
}

const openFlow = (state: State) => openScreen(state).openFlow?.(state)
