import type { Changer } from '../../host/ports.ts'
import type { LeaseView } from '../../model/change.ts'

/**
 * A changer whose code is loaded when it is first asked for something: the decoder that comes
 * with it takes 30 ms, and a program that only looks never needs it.
 */
export function createLateChanger(load: () => Promise<Changer>): Changer {
	const listeners = new Set<(view: LeaseView) => void>()
	let changer: Changer | undefined
	let loading: Promise<Changer> | undefined

	const get = (): Promise<Changer> => {
		loading ??= load().then((loaded) => {
			loaded.subscribe((view) => {
				for (const listener of listeners) listener(view)
			})
			changer = loaded
			return loaded
		})
		return loading
	}

	return {
		view: () => changer?.view(),
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		apply: async (plan) => (await get()).apply(plan),
		undo: async (which) => (await get()).undo(which),
		extend: async () => (await get()).extend(),
		confirm: async (seq) => (await get()).confirm(seq),
		persist: async () => (await get()).persist(),
		revertFound: async (leaseId) => (await get()).revertFound(leaseId),
		// Nothing was ever asked for: nothing can be in force.
		close: async () => (loading === undefined ? undefined : (await loading).close()),
	}
}
