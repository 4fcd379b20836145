import type { State } from './state.ts'

/** What is made of a state, one answer for each, however many ask. */
export function onceAState<Made>(make: (state: State) => Made): (state: State) => Made {
	const remembered = new WeakMap<State, { readonly made: Made }>()
	return (state) => {
		const known = remembered.get(state) ?? { made: make(state) }
		remembered.set(state, known)
		return known.made
	}
}
