import { join } from 'node:path'
import { expect, test } from 'vitest'
// @ts-expect-error: plain JavaScript without types, because it must run before anything is installed
import { projectOf, vitestArguments } from '../../scripts/dev.js'
import config from '../../vitest.config.ts'

const root = join(import.meta.dirname, '../..')

test.each([
	['test/words/width.test.ts', 'pure'],
	['test/safety/ends/random-kills.test.ts', 'kernel'],
	['test/apart/led.test.ts', 'apart'],
	['test/lab/with-modules.test.ts', 'lab'],
	['test/lab/safety-ssh.test.ts', 'system'],
	['test/packages/packages.test.ts', 'packages'],
])('%s is of the project %s', (path, project) => {
	expect(projectOf(path)).toBe(project)
})

test('every project of the configuration can be reached', () => {
	const names = (config.test?.projects ?? []).map((project) =>
		typeof project === 'object' && 'test' in project ? String(project.test?.name) : '',
	)
	const reached = ['test/words', 'test/live', 'test/lab/x', 'test/cases', 'test/apart', 'test/packages']
	expect([...reached, 'test/lab/safety-x'].map(projectOf).toSorted()).toEqual(names.toSorted())
})

test('a test runs, a file of src stands for the test that mirrors it', () => {
	expect(vitestArguments(['width.test.ts', '-t', 'wide'], join(root, 'test/words'))).toEqual([
		...['run', 'test/words/width.test.ts', '--project', 'pure', '--reporter=default', '-t', 'wide'],
	])
	expect(vitestArguments(['src/words/width.ts'], root)).toEqual([
		...['run', 'test/words/width.test.ts', '--project', 'pure', '--reporter=default'],
	])
})

test.each([
	[[], /which file/],
	[['test/nowhere.test.ts'], /there is no test\/nowhere/],
	[['../elsewhere'], /there is no/],
	[['src/words'], /src\/words has no test of its own/],
	[['package.json'], /package.json has no test/],
])('%j is refused with a sentence', (given, sentence) => {
	expect(vitestArguments(given, root)).toMatch(sentence)
})
