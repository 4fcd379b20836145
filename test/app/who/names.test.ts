import { describe, expect, test } from 'vitest'
import { explanation } from '../../../src/app/screens/watch/explanation.ts'
import { watchGrid } from '../../../src/app/screens/watch/grid.ts'
import { MOST_ASKED, MOST_NAMES, nameWith, whyNotAsk } from '../../../src/app/who/names.ts'
import { GROUPINGS } from '../../../src/model/grouping.ts'
import type { NameAnswer, Names } from '../../../src/model/names.ts'
import { lineText } from '../../../src/words/line.ts'
import type { Bench } from '../../harness/fake/ports.ts'
import { begun, logOn, state } from '../../harness/samples/begun.ts'
import { packetText, record } from '../../harness/samples/states.ts'

/** Watch by source, with a packet of each of so many addresses; the first of them came last. */
async function bySource(sources = 1): Promise<Bench> {
	const bench = await begun()
	await logOn(bench)
	await bench.clock.advance(5_000)
	const events = Array.from({ length: sources }, (_, index) =>
		record(index + 1, packetText('bad checksum', `10.0.3.${sources - index}`)),
	)
	for (const event of events) bench.store.dispatch({ type: 'log', events: [event] })
	await bench.press('W')
	return bench
}

const cells = (bench: Bench) => watchGrid(state(bench), 99).rows.map(({ cells: { reason } }) => reason?.text)
const detail = (bench: Bench) => explanation(state(bench), 80, 40).map(lineText).join('\n')

describe('W on Watch', () => {
	test('turns through all groupings and comes back to the reasons, each in the head and below it', async () => {
		const bench = await begun()
		const seen: string[] = []
		const heads = new Set<string>()
		for (let turn = 0; turn <= GROUPINGS.length; turn++) {
			seen.push(state(bench).watchBy)
			heads.add(watchGrid(state(bench), 9).columns.find(({ id }) => id === 'reason')?.title ?? '')
			await bench.press('W')
		}
		expect(seen).toEqual(['reason', ...GROUPINGS])
		expect(heads.size).toBe(GROUPINGS.length + 1)
		expect(state(bench).watchBy).toBe('reason')
	})

	test('begins at the top with the list, and keeps the filter', async () => {
		const bench = await bySource(3)
		await bench.press('/', 'b', 'a', 'd', 'enter', 'G', 'enter')
		expect(state(bench).panes.watch).toMatchObject({ detail: true, filter: 'bad' })
		await bench.press('W')
		expect(state(bench).panes.watch).toMatchObject({
			detail: false,
			selectedKey: undefined,
			top: 0,
			filter: 'bad',
		})
	})

	test('enter opens the flows and reasons of a scan', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.clock.advance(5_000)
		const events = [1, 2, 3].map((port) => record(port, packetText('bad checksum', '10.0.3.7', port)))
		bench.store.dispatch({ type: 'log', events })
		await bench.press('W', 'enter')
		expect(detail(bench)).toContain('10.0.3.7: 3 packets, 100% of all.')
		expect(detail(bench)).toContain('TCP bad checksum')
		expect(detail(bench)).toContain('10.0.3.7:2 > 10.0.9.21:51514')
	})
})

describe('a name', () => {
	test('is asked for by r alone, once, for the selected address', async () => {
		const bench = await bySource(2)
		bench.observer.names = (address) => ({ kind: 'named', name: `${address}.example` })
		await bench.press('enter', 'esc', 'j', 'k')
		await bench.clock.advance(60_000)
		expect(bench.observer.calls.nameOf).toEqual([])
		await bench.press('r')
		expect(bench.observer.calls.nameOf).toHaveLength(1)
		expect(cells(bench)).toEqual(['10.0.3.1  10.0.3.1.example', '10.0.3.2'])
		await bench.clock.advance(60_000)
		expect(bench.observer.calls.nameOf).toHaveLength(1)
	})

	test.each([
		[{ kind: 'none' }, 'no name'],
		[{ kind: 'late', seconds: 3 }, 'name: no answer within 3 s'],
		[{ kind: 'failed', why: 'getent is missing' }, 'name not looked up: getent is missing'],
		[{ kind: 'named', name: 'a\u001b[2Jb\u202e' }, 'a\\x1b[2Jb\\u202e'],
	] as const satisfies readonly (readonly [NameAnswer, string])[])('%j is %s', async (answer, text) => {
		const bench = await bySource()
		bench.observer.names = () => answer
		await bench.press('r')
		expect(cells(bench)).toEqual([`10.0.3.1  ${text}`])
	})

	test('at most so many at once; that it is asked for is seen', async () => {
		const bench = await bySource(MOST_ASKED + 1)
		const waits: (() => void)[] = []
		bench.observer.names = () => new Promise((answer) => waits.push(() => answer({ kind: 'none' })))
		for (let row = 0; row < MOST_ASKED; row++) await bench.press('r', 'j')
		await bench.press('r')
		expect(bench.observer.calls.nameOf).toHaveLength(MOST_ASKED)
		expect(state(bench).notice?.text).toContain('wait for an answer')
		expect(cells(bench)[0]).toBe('10.0.3.1  looking up its name ...')
		waits[0]?.()
		await bench.clock.advance(1)
		await bench.press('r')
		expect(bench.observer.calls.nameOf).toHaveLength(MOST_ASKED + 1)
	})

	test('of what is no address there is none', async () => {
		const bench = await begun()
		await bench.press('r')
		expect(state(bench).notice?.text).toContain('only an address has a name')
		expect(bench.observer.calls.nameOf).toEqual([])
	})

	test('that nobody answers delays no undo and no end', async () => {
		const bench = await bySource()
		bench.observer.names = () => new Promise(() => {})
		await bench.press('r')
		expect(bench.observer.calls.nameOf).toHaveLength(1)
		await bench.press('U')
		expect(state(bench).lease?.changes.every(({ state: is }) => is === 'undone')).toBe(true)
		await bench.press('q')
		expect(state(bench).leaving).toMatchObject({ exitCode: 0 })
	})

	test('the oldest answers are forgotten, never one that is awaited', () => {
		let names: Names = new Map([['first', { kind: 'asked' }]])
		for (let index = 0; index < MOST_NAMES + 20; index++)
			names = nameWith(names, `a${index}`, { kind: 'none' })
		expect(names.size).toBe(MOST_NAMES)
		expect(names.get('first')).toEqual({ kind: 'asked' })
		expect(names.has('a0')).toBe(false)
		expect(whyNotAsk(names, 'first')).toBeDefined()
		expect(whyNotAsk(names, 'a0')).toBeUndefined()
	})
})
