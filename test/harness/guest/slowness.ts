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

/** The same in time of a processor: here others may be at work now, which were not when the guest was measured. */
function processorMsOfWork(): number {
	const script = 'TIMEFORMAT="%U %S"; time "$0" -e "$1"'
	const times = Array.from({ length: TIMES }, () => {
		const { stderr } = spawnSync('bash', ['-c', script, process.execPath, WORK], {
			encoding: 'utf8',
			env: { ...process.env, LC_ALL: 'C' },
		})
		const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
		return (user + system) * 1000
	})
	return Math.max(1, Math.min(...times))
}

/** An undo starts no Node, and takes 1 to 5 s in a guest while others are at work here: 20 s are enough for 2 s. */
const MOST_SLOW = 10

/** How many times as slow as this machine a guest is that took so long for the same; from 1 to 10. */
export function slownessOf(guest: string, msInGuest: number): number {
	const here = processorMsOfWork()
	const slow = Math.min(MOST_SLOW, Math.max(1, msInGuest / here))
	console.log(
		`${guest}: ${Math.round(msInGuest)} ms for what takes ${Math.round(here)} ms here, ${(msInGuest / here).toFixed(1)} times as slow: ${(2 * slow).toFixed(1)} s are allowed there for 2 s`,
	)
	return slow
}
