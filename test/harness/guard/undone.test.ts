import { expect, test } from 'vitest'
import { pause } from '../until.ts'
import { tooLate, undone } from './undone.ts'

test.concurrent.for([1, 2, 3])(
	'tests that run at once tell their own time, and the slowest: %i',
	async (ms, { task }) => {
		await pause(20 * ms)
		undone(ms)
		undone(ms / 2)
		expect(task.meta.undoneMs).toBe(ms)
	},
)

test.each<[readonly string[], number, number, string | undefined]>([
	[['P4 the program is killed'], 1_999, 1, undefined],
	[['P4 the program is killed'], 2_000, 1, 'undone after 2000 ms; P4 promises 2000 ms'],
	[['P4 it ends', 'SIGKILL'], 2_600, 1.3, 'undone after 2600 ms; P4 promises 2600 ms'],
	[['P4 it ends', 'SIGKILL'], 2_500, 1.3, undefined],
	[['P4 it ends', 'P5 the guard ends'], 9_000, 1, undefined],
])('what P4 promises is measured where it is shown: %j, %i ms, %d times as slow', (names, ms, slow, late) => {
	expect(tooLate(names, ms, slow)).toBe(late)
})
