declare const __CTSCOPE_TEST__: boolean

/** Places in the order of operations where the tests let the guard die. */
export const CRASH_POINTS = [
	'after-claim',
	'after-intent',
	'after-write',
	'after-applied',
	'mid-undo',
	'after-undo-write',
	'before-close',
] as const
export type CrashPoint = (typeof CRASH_POINTS)[number]

/** Called at each passage of a point; does nothing in a release. */
export type Pass = (point: CrashPoint) => void

/**
 * In test builds, CTSCOPE_TEST_CRASH=after-write:2 makes the process kill itself at the second passage of that point.
 * In a release the bundler drops the code.
 */
export function createPass(env: NodeJS.ProcessEnv): Pass {
	if (typeof __CTSCOPE_TEST__ !== 'undefined' && __CTSCOPE_TEST__) {
		const [point, count] = (env.CTSCOPE_TEST_CRASH ?? '').split(':')
		let left = Number(count ?? 1)
		return (passed) => {
			if (passed !== point) return
			left -= 1
			if (left === 0) process.kill(process.pid, 'SIGKILL')
		}
	}
	return () => {}
}
