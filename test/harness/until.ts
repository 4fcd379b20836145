import { setTimeout as pause } from 'node:timers/promises'

export { pause }

type Holds = () => boolean | Promise<boolean>

/** Looks until it holds, every so many ms. Answers how many ms that took; -1 when it did not hold within `ms`. */
export async function msUntil(holds: Holds, ms: number, every = 5): Promise<number> {
	const begun = performance.now()
	while (!(await holds())) {
		if (performance.now() - begun > ms) return -1
		await pause(every)
	}
	return Math.round(performance.now() - begun)
}

/** Whoever waits this long for a state waits in vain, however busy the machine is. */
export const IN_VAIN_MS = 120_000

/** The same for what has to come. Throws when it does not, and says `what` it waited for. */
export async function until(holds: Holds, what: string | (() => string), ms = IN_VAIN_MS): Promise<number> {
	const took = await msUntil(holds, ms)
	if (took < 0) throw new Error(`waited ${ms} ms for ${typeof what === 'string' ? what : what()}`)
	return took
}
