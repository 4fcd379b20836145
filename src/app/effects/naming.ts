import type { Observer } from '../../ports/observer.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'

/** Asks for the names that somebody asked for. Nobody waits for it: what is not answered at the end is dropped. */
export function createNaming(observer: Pick<Observer, 'nameOf'>, dispatch: (body: ActionBody) => void) {
	const ended = new AbortController()

	const ask = async (address: string): Promise<void> => {
		const answer = await observer.nameOf(address, ended.signal)
		if (!ended.signal.aborted) dispatch({ type: 'named', address, answer })
	}

	return {
		heard(before: State, after: State): void {
			if (before.names === after.names) return
			for (const [address, { kind }] of after.names)
				if (kind === 'asked' && before.names.get(address)?.kind !== 'asked') void ask(address)
		},
		stop(): void {
			ended.abort()
		},
	}
}
