import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { undone } from './undone.ts'

test.concurrent.for([1, 2, 3])(
	'tests that run at once tell their own time, and the slowest: %i',
	async (ms, { task }) => {
		await setTimeout(20 * ms)
		undone(ms)
		undone(ms / 2)
		expect(task.meta.undoneMs).toBe(ms)
	},
)
