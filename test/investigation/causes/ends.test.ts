import { describe, expect, test } from 'vitest'
import { nobodyDeleted, notDeleted } from '../../../src/investigation/causes/ends.ts'
import type { Evidence } from '../../../src/investigation/evidence.ts'
import { flowFromText } from '../../../src/investigation/join/flow-words.ts'
import type { Seen } from '../../../src/investigation/proof/view.ts'
import type { EndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import { endedEntry } from '../../harness/samples/ended.ts'

const flow = (port: number) =>
	({
		flow: `10.0.9.21:${port} > 10.0.3.7:443`,
		query: flowFromText('tcp', `10.0.9.21:${port} > 10.0.3.7:443`),
	}) as Seen

const end = (port: number, rest: Partial<EndedEntry> = {}): EndedEntry => {
	const { original, ...one } = endedEntry(rest)
	return { ...one, original: { ...original, sport: port } }
}

const of = (entries: readonly EndedEntry[] | undefined, endsMissed = false) =>
	({ ended: entries, endsMissed }) as Evidence

const BY_PROGRAM = { portId: 178, how: 'deleted' } as const

describe('nobody has deleted entries meanwhile', () => {
	test.each<[string, readonly EndedEntry[] | undefined, boolean, boolean]>([
		['all that ended were told', [end(1), end(2)], false, true],
		['a program has deleted one', [end(1), end(2, BY_PROGRAM)], false, false],
		['some may not have been told', [end(1), end(2)], true, false],
		['nobody has watched', undefined, false, false],
	])('%s', (_, entries, missed, is) => {
		expect(nobodyDeleted(of(entries, missed)) !== undefined).toBe(is)
	})
})

describe('nobody has deleted the entries of these flows', () => {
	const flows = [flow(1), flow(2), flow(3)]
	test.each<[string, readonly EndedEntry[] | undefined, boolean]>([
		['how all of them ended was told', [end(1), end(2), end(3)], true],
		['of most of them', [end(1), end(3)], true],
		['of the fewest: the others ended before anybody watched', [end(1)], false],
		['of none', [], false],
		['only of others', [end(7), end(8), end(9)], false],
		['a program has deleted one of them', [end(1), end(2), end(3, BY_PROGRAM)], false],
		['a program has deleted others', [end(1), end(2), end(3), end(9, BY_PROGRAM)], true],
		['nobody has watched', undefined, false],
	])('%s', (_, entries, is) => {
		expect(notDeleted(flows, of(entries)) !== undefined).toBe(is)
	})
	test('that some others were not told changes nothing', () =>
		expect(notDeleted(flows, of([end(1), end(2)], true))).toBe(
			'the ends of 2 of 3 flows were reported, and no program caused them',
		))
	test('without flows nothing is known', () => expect(notDeleted([], of([end(1)]))).toBeUndefined())
})
