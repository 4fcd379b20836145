import { describe, expect, test } from 'vitest'
import { PROMISES, promisesOf } from '../../scripts/promises.ts'
import { type Case, listPromises } from '../../scripts/promises-reporter.ts'

describe('the promises that a name gives', () => {
	test.each<[string, readonly string[], readonly number[]]>([
		['one', ['SIGKILL', 'P4 the program is killed'], [4]],
		['several, of the group too', ['P2 P5 dies', 'P16 is found'], [2, 5, 16]],
		['a range', ['P1 to P8 any sequence'], [1, 2, 3, 4, 5, 6, 7, 8]],
		['behind the kernel', ['Debian kernel 6.1: P13 a flood stops itself'], [13]],
		['none of them', ['P17 no promise', 'prints P4', 'P0 nothing'], []],
	])('%s', (_, names, numbers) => expect(promisesOf(names)).toEqual(numbers))
})

test('each promise has a line; those without a passing case are named', () => {
	const one = (name: string, state: Case['state'], project: string, undoneMs?: number): Case => ({
		names: [name],
		state,
		project,
		undoneMs,
	})
	const { lines, unshown } = listPromises([
		one('P4 killed', 'passed', 'kernel', 12.4),
		one('P4 closed', 'passed', 'lab', 250),
		one('P4 in thought', 'failed', 'pure', 9_000),
		one('P5 never run', 'skipped', 'kernel'),
	])
	expect(lines).toHaveLength(PROMISES.length)
	expect(lines[3]).toMatch(/2 passed, 1 FAILED, L1 L2\/L3, slowest undo 250 ms$/)
	expect(lines[4]).toMatch(/NO PASSING CASE, 1 skipped$/)
	expect(unshown).toEqual(PROMISES.map((_, index) => index + 1).filter((number) => number !== 4))
})
