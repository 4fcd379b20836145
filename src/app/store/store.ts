import type { MonotonicMs } from '../../model/clock.ts'
import type { Request } from '../commands/requests.ts'
import type { Action, ActionBody } from '../state/actions.ts'
import type { AnswerId, CommandId } from '../state/bindings.ts'
import type { State } from '../state/state.ts'
import { askedFor, pressed } from './keys.ts'
import { reducedWithRequest } from './reducer.ts'

export type Store = {
	getState(): State
	/** Calls back after each change of the state; the answer ends it. */
	subscribe(listener: () => void): () => void
	/** Stamps the action with the clock of the effects, reduces it, then lets the effects carry it out. */
	dispatch(body: ActionBody): void
	/** A key, by the names of keys.ts. */
	press(key: string): void
	/** A command of the present screen, or an answer of the open dialog, without its key. One that cannot run now says why. */
	run(id: CommandId | AnswerId): void
	/** Begins to look. */
	start(): void
	/** Ends every timer and follower. Does not touch the changes: that is the action `leave`. */
	stop(): Promise<void>
}

export type Effects = {
	now(): MonotonicMs
	start(store: Store): void
	/** Called after each action, with the states around it, and what it asks of the guard. */
	perform(action: Action, before: State, after: State, request: Request | undefined): void
	/** Who undoes without asking the store waits for this first: nothing that binds a logger is being started then. */
	beforeUndo(): Promise<void>
	stop(): Promise<void>
}

export function createStore(initial: State, effects: Effects): Store {
	let state = initial
	const listeners = new Set<() => void>()
	const queue: ActionBody[] = []
	let running = false

	const perform = (body: ActionBody): void => {
		const action: Action = { ...body, at: effects.now() }
		const before = state
		const reduced = reducedWithRequest(before, action)
		state = reduced.state
		if (state !== before) for (const listener of [...listeners]) listener()
		effects.perform(action, before, state, reduced.request)
	}

	const store: Store = {
		getState: () => state,
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		/** An action that is dispatched by a listener or an effect waits for its turn, so none is reduced inside another. */
		dispatch(body) {
			queue.push(body)
			if (running) return
			running = true
			try {
				for (let next = queue.shift(); next !== undefined; next = queue.shift()) perform(next)
			} finally {
				running = false
			}
		},
		press(key) {
			for (const body of pressed(state, key, effects.now())) store.dispatch(body)
		},
		run(id) {
			for (const body of askedFor(state, id)) store.dispatch(body)
		},
		start: () => effects.start(store),
		stop: () => effects.stop(),
	}
	return store
}
