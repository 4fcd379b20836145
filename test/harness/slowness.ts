import { spawnSync } from 'node:child_process'

/** Starts Node and turns a loop: what an undo mostly waits for. */
const WORK = 'let x = 1; for (let i = 0; i < 3e6; i++) x = (x * 31 + i) | 0; process.exit(x === 0.5 ? 1 : 0)'
const TIMES = 2

/** Ms of a fixed piece of work on this machine, the quickest of several times. */
export function msOfWork(): number {
	const times = Array.from({ length: TIMES }, () => {
		const begun = performance.now()
		spawnSync(process.execPath, ['-e', WORK])
		return performance.now() - begun
	})
	return Math.min(...times)
}

/** An undo starts no Node, and takes 1 to 5 s in a guest while others are at work here: 20 s are enough for 2 s. */
const MOST_SLOW = 10

/** How many times as slow as this machine a guest is that took so long for the same; from 1 to 10. */
export function slownessOf(guest: string, msInGuest: number): number {
	const here = msOfWork()
	const slow = Math.min(MOST_SLOW, Math.max(1, msInGuest / here))
	console.log(
		`${guest}: ${Math.round(msInGuest)} ms for what takes ${Math.round(here)} ms here, ${(msInGuest / here).toFixed(1)} times as slow: ${(2 * slow).toFixed(1)} s are allowed there for 2 s`,
	)
	return slow
}
