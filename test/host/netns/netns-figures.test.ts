import { describe, expect, test } from 'vitest'
import { figuresInside } from '../../../src/host/netns/netns-figures.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import { unreadWords } from '../../../src/investigation/netns-words.ts'
import * as s from '../../ui/situations.ts'

const isRoot = process.getuid?.() === 0

const all = createToolPath()
const withoutPerl = { ...all, find: (tool: string) => (tool === 'perl' ? undefined : all.find(tool)) }

describe.skipIf(!isRoot).each([
	['by one process', all],
	['by two programs for each, where there is no perl', withoutPerl],
])('what is read inside of many network namespaces, %s', (_how, tools) => {
	test('each path has its own answer, and one that is none says why', async () => {
		const paths = Array.from({ length: 100 }, (_, index) =>
			index % 10 === 3 ? `/run/netns/no ' such $(true) ${index}` : '/proc/self/ns/net',
		)
		const answers = await figuresInside(tools, paths)
		expect(answers).toHaveLength(100)
		for (const [index, { figures, why }] of answers.entries()) {
			if (index % 10 === 3) {
				expect(figures.logger).toBeNull()
				expect(why).toContain(`no ' such $(true) ${index}`)
			} else {
				expect(why).toBe('')
				expect(figures.logger).not.toBeNull()
			}
		}
	})

	test('none at all', async () => expect(await figuresInside(tools, [])).toEqual([]))
})

test('those that could not be read are named', () => {
	const [one, two, ...rest] = s.namespaces('web').namespaces.value?.rows ?? []
	if (one === undefined || two === undefined) throw new Error('no rows')
	expect(unreadWords([one, { ...two, why: 'it was not reached in time' }, ...rest])).toEqual([
		'some of web could not be read: it was not reached in time',
	])
	expect(unreadWords([one, two])).toEqual([])
	expect(unreadWords([one, two].map((row) => ({ ...row, why: 'no root' })))).toEqual([
		'some of each could not be read: no root',
	])
})
