import { AsyncLocalStorage } from 'node:async_hooks'
import { aroundEach } from 'vitest'
import { promisesOf } from '../../../scripts/promises.ts'

declare module 'vitest' {
	interface TaskMeta {
		/** The slowest undo that the test has timed, ms. */
		undoneMs?: number
		/** From each of many random deaths until everything was back, ms. */
		killedMs?: readonly number[]
	}
}

type Suite = { readonly name: string; readonly suite?: Suite | undefined }
type Task = Suite & { meta: { undoneMs?: number; killedMs?: readonly number[] } }

/** Tests of a file run at the same time: the runner's own word for the current one is that of the last one begun. */
const running = new AsyncLocalStorage<Task>()
aroundEach((run, { task }) => running.run(task, run))

/** P4: from the end of the program until everything is undone. */
export const PROMISED_MS = 2_000
const PROMISE = 4

type Timed = {
	/** How many times as slow the machine is on which it was measured; see slowness.ts. */
	readonly slow?: number
	/** Who asks looks himself whether it was in time. */
	readonly isOver?: true
}

/**
 * Tells how long an undo took, ms, to the table of promises that ends a test run; of several the slowest counts. In a test
 * of P4 it fails when that is longer than promised.
 */
export function undone(ms: number, { slow = 1, isOver }: Timed = {}): void {
	const task = current()
	task.meta.undoneMs = Math.max(task.meta.undoneMs ?? 0, ms)
	const late = tooLate(namesOf(task), ms, slow)
	if (isOver !== true && late !== undefined) throw new Error(late)
}

/** Why that is not what P4 promises, or undefined: also when a test with these names shows another promise. */
export function tooLate(names: readonly string[], ms: number, slow = 1): string | undefined {
	const most = PROMISED_MS * slow
	if (ms < most || !promisesOf(names).includes(PROMISE)) return undefined
	return `undone after ${Math.round(ms)} ms; P4 promises ${Math.round(most)} ms`
}

/** The times of many random deaths, for the same table. */
export function kills(ms: readonly number[]): void {
	const { meta } = current()
	meta.killedMs = [...(meta.killedMs ?? []), ...ms]
}

function current(): Task {
	const task = running.getStore()
	if (task === undefined) throw new Error('an undo was timed outside of a test')
	return task
}

function namesOf(task: Suite): readonly string[] {
	return task.suite === undefined ? [task.name] : [...namesOf(task.suite), task.name]
}
