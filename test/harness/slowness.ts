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

/** How many times as slow as this machine a guest is that took so long for the same; never less than once. */
export function slownessOf(guest: string, msInGuest: number): number {
	const here = msOfWork()
	const slow = Math.max(1, msInGuest / here)
	console.log(
		`${guest}: ${Math.round(msInGuest)} ms for what takes ${Math.round(here)} ms here, ${slow.toFixed(1)} times as slow: 2 s are ${(2 * slow).toFixed(1)} s there`,
	)
	return slow
}
