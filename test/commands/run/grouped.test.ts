import { describe, expect, test } from 'vitest'
import { withNames } from '../../../src/commands/who/names.ts'
import { groupsOfState } from '../../../src/commands/who/of-state.ts'
import { groupLines } from '../../../src/commands/who/text.ts'
import { GROUPINGS } from '../../../src/model/grouping.ts'
import type { NameAnswer } from '../../../src/model/names.ts'
import { packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const NETNS = { inode: 1, name: 'init' }
const NOTHING = { named: 0, silent: 0 }

const state = (sources: number) =>
	stepped(seenState(), 1_000, {
		type: 'log',
		events: Array.from({ length: sources }, (_, index) =>
			record(index + 1, packetText('bad checksum', `10.0.${index >> 8}.${index & 255}`)),
		),
	})

describe('run --by', () => {
	test.each(GROUPINGS)('%s: all packets of the account, whoever has seen them', (by) => {
		const { total, list, beyond, rest } = groupsOfState(state(300), by, { named: 3, silent: 4 }, NETNS, [])
		expect(total).toBe(307)
		expect(rest).toBe(7)
		expect(list.reduce((sum, { count }) => sum + count, beyond)).toBe(300)
	})

	test('the rows that have no room are counted, and that there are others is said', () => {
		const lines = groupLines(groupsOfState(state(300), 'source', { named: 0, silent: 4 }, NETNS, []), 200)
		expect(lines[0]).toBe('by source address, 304 packets:')
		expect(lines).toContainEqual(
			expect.stringMatching(/^ +100 +- +- +others: at most 200 groups are listed separately/),
		)
		expect(lines).toContainEqual(expect.stringMatching(/^ +4 +- +- +not known: no log line/))
		expect(lines.at(-1)).toMatch(/and 170 more with 170 packets/)
	})

	test('names of the first addresses, four at a time; each answer stands beside its address', async () => {
		let now = 0
		let most = 0
		const asked: string[] = []
		const answers: Readonly<Record<string, NameAnswer>> = {
			'10.0.0.1': { kind: 'named', name: 'a\u001bb' },
			'10.0.0.2': { kind: 'late', seconds: 3 },
		}
		const groups = await withNames(
			groupsOfState(state(60), 'source', NOTHING, NETNS, []),
			async (address) => {
				most = Math.max(most, ++now)
				asked.push(address)
				await new Promise((resolve) => setImmediate(resolve))
				now -= 1
				return answers[address] ?? { kind: 'none' }
			},
		)
		expect([asked.length, most]).toEqual([20, 4])
		const text = groupLines(groups, 200).join('\n')
		expect(text).toContain('10.0.0.1 (a\\x1bb)')
		expect(text).toContain('10.0.0.2 (name: no answer within 3 s)')
		expect(text).toContain('10.0.0.11 (no name)')
		const ports = groupsOfState(state(60), 'port', NOTHING, NETNS, [])
		expect(await withNames(ports, () => Promise.reject(new Error('asked')))).toBe(ports)
	})
})
