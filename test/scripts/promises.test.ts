import { describe, expect, test } from 'vitest'
import { namesIn, shortName } from '../../scripts/promised-cases.ts'
import { PROMISES, promisesOf } from '../../scripts/promises.ts'
import { type Case, listPromises } from '../../scripts/promises-reporter.ts'

describe('the promises that a name gives', () => {
	test.each<[string, readonly string[], readonly number[]]>([
		['one', ['SIGKILL', 'P4 the program is killed'], [4]],
		['those of its own name, not of the group', ['P2 P5 dies', 'P16 P15 is found'], [15, 16]],
		['those of the nearest group', ['P7 far', 'P2 P5 dies', 'is found'], [2, 5]],
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
	expect(lines[3]).toMatch(/2 passed, 1 FAILED, L1 L2, slowest undo 250 ms$/)
	expect(lines[4]).toMatch(/NO PASSING CASE, 1 skipped$/)
	expect(unshown).toEqual(PROMISES.map((_, index) => index + 1).filter((number) => number !== 4))
})

test('random kills are told with their spread, those of a test that failed too', () => {
	const killedMs = Array.from({ length: 40 }, (_, index) => (index + 1) * 10)
	const one = { names: ['P4 whoever is killed'], project: 'kernel', state: 'failed', killedMs } as const
	expect(listPromises([one]).lines[3]).toMatch(/40 random kills: p50 200 ms, p95 380 ms, worst 400 ms$/)
})

const FILE = `
describe.skipIf(skip())('P4 if it ends', () => {
	const of = (name: string) => name
	test.concurrent.for([
		['a row', () => of('not a name', () => {})],
	])('SIGKILL of %s', async ([, kill]) => {
		expect(await kill('nor this', async () => {})).toBe('x')
	})

	for (const kernel of KERNELS)
		describe(\`Debian \${kernel}: P5 and its guard\`, { timeout: 9 }, () => {
			test.each(ROWS)(
				'the guard dies %s, it\\'s undone',
				async (crash) => {
					await crash
				},
			)
		})
	test("by itself", () => expect(1).toBe(1))
})

test('P16 outside', async ({ task }) => {})
`

test('names are read from the text of a test file', () => {
	expect(namesIn(FILE).map(({ names }) => names)).toEqual([
		['P4 if it ends', 'SIGKILL of %s'],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file
		['P4 if it ends', 'Debian ${kernel}: P5 and its guard', "the guard dies %s, it\\'s undone"],
		['P4 if it ends', 'by itself'],
		['P16 outside'],
	])
})

test.each([
	['P1 to P8 any sequence', 'any sequence'],
	['P2 P5 the guard dies %s', 'the guard dies …'],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in a file
	['Debian ${kernel}: $name', 'Debian …: …'],
])('the name %s is shown as %s', (name, shown) => expect(shortName(name)).toBe(shown))
