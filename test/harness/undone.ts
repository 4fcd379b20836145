import { AsyncLocalStorage } from 'node:async_hooks'
import { aroundEach } from 'vitest'

declare module 'vitest' {
	interface TaskMeta {
		/** The slowest undo that the test has timed, ms. */
		undoneMs?: number
	}
}

/** Tests of a file run at the same time: the runner's own word for the current one is that of the last one begun. */
const running = new AsyncLocalStorage<{ meta: { undoneMs?: number } }>()
aroundEach((run, { task }) => running.run(task, run))

/** Tells how long an undo took, ms, to the table of promises that ends a test run; of several the slowest counts. */
export function undone(ms: number): void {
	const task = running.getStore()
	if (task === undefined) throw new Error('an undo was timed outside of a test')
	task.meta.undoneMs = Math.max(task.meta.undoneMs ?? 0, ms)
}
