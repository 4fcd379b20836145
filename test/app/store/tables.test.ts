import { describe, expect, test } from 'vitest'
import { matchingCommands } from '../../../src/app/commands/commands.ts'
import { breadcrumb } from '../../../src/app/commands/levels.ts'
import { bannerRule } from '../../../src/app/frame/banner.ts'
import { describe as texts } from '../../../src/app/frame/describe.ts'
import { filterRule, footerLines, mostFooterLines } from '../../../src/app/frame/footer.ts'
import { openPane, openScreen, SCREENS } from '../../../src/app/screens/screens.ts'
import type { ActionBody } from '../../../src/app/state/actions.ts'
import { COMMAND_IDS, keyOf, type ScreenId } from '../../../src/app/state/bindings.ts'
import { filterFor } from '../../../src/app/state/filter.ts'
import type { State } from '../../../src/app/state/state.ts'
import { keysToActions } from '../../../src/app/store/keys.ts'
import { lineText } from '../../../src/words/line.ts'
import { packetText, record, seenState, stepped } from '../../harness/samples/states.ts'
import * as s from '../../ui/situations.ts'

/** Keys one after the other, each on what the one before has left. */
const press = (state: State, ...keys: readonly string[]): State =>
	keys.reduce((last, key) => stepped(last, last.now, ...keysToActions(last, key, last.now + 1_000)), state)
const keysOf = (state: State): readonly string[] => openPane(state).rows.map(({ key }) => key)
const gridOf = (state: State) => openScreen(state).grid(state, 200)
const cells = (state: State, column: string): readonly string[] =>
	gridOf(state).rows.map((row) => row.cells[column]?.text ?? '')
const titles = (state: State): readonly string[] => gridOf(state).columns.map(({ title }) => title)
const number = (text: string): number => Number(text.replaceAll(/[^\d.]/g, ''))

/** Every screen that has a table, with rows of several kinds in it. */
const FULL: readonly (readonly [ScreenId, State])[] = [
	['watch', s.reasons()],
	['watch', { ...s.reasons(), watchBy: 'source' }],
	['watch', { ...s.reasons(), watchBy: 'interface' }],
	['switches', s.on(s.reasons(), 'switches')],
	['printk', s.on(s.printing(), 'printk')],
	['table', s.on(s.reasons(), 'table')],
	['rules', s.on(s.rules(), 'rules')],
	['log', s.on(s.reasons(), 'log')],
	['changes', s.on(s.conflict(), 'changes')],
]

describe.each(FULL)('sorting %s', (id, state) => {
	const columns = openPane(state).sorts.map(({ column }) => column)

	test('goes through columns of its table, in their order, and back to the order of the screen', () => {
		const own = gridOf(state).columns.map((column) => column.id)
		expect(columns.length).toBeGreaterThan(1)
		expect(own.filter((column) => columns.includes(column))).toEqual(columns)
		let there = state
		for (const column of columns) {
			there = press(there, '>')
			expect(there.panes[id].sort?.column).toBe(column)
		}
		expect(keysOf(press(there, '>'))).toEqual(keysOf(state))
		expect(press(state, '<').panes[id].sort?.column).toBe(columns.at(-1))
		expect(press(state, '>', '<').panes[id].sort).toBeUndefined()
	})

	test('shows the column and the direction in the head, also without Unicode, and I reverses', () => {
		let there = state
		for (const column of columns) {
			there = press(there, '>')
			const down = there.panes[id].sort?.down === true
			const signs = (from: State) =>
				gridOf(from)
					.columns.filter(({ title }) => /[▲▼]$| [v^]$/.test(title))
					.map((one) => [one.id, one.title.at(-1), one.rank])
			expect(signs(there)).toEqual([[column, down ? '▼' : '▲', 0]])
			expect(signs(s.ascii(there))).toEqual([[column, down ? 'v' : '^', 0]])
			expect(signs(press(there, 'I'))).toEqual([[column, down ? '▲' : '▼', 0]])
		}
	})

	test('loses no row but heads, and those without a value are last either way', () => {
		const bare = press(state, '>')
		const all = new Set(keysOf(state))
		let there = state
		for (const _ of columns) {
			there = press(there, '>')
			expect(new Set(keysOf(there))).toEqual(new Set(keysOf(bare)))
			for (const key of keysOf(there)) expect(all.has(key)).toBe(true)
			expect(new Set(keysOf(press(there, 'I')))).toEqual(new Set(keysOf(bare)))
		}
	})
})

describe('the order', () => {
	test('numbers from high to low first, by their values and not by their texts', () => {
		const state = press(s.reasons(), ...Array(4).fill('>'))
		expect(titles(state)).toContain('COUNT▼')
		const counts = cells(state, 'count').map(number)
		expect(counts).toEqual(counts.toSorted((one, other) => other - one))
		expect(cells(press(state, 'I'), 'count').map(number)).toEqual(counts.toReversed())
	})

	test('addresses by their numbers', () => {
		const flows = cells(press(s.on(s.reasons(), 'log'), '<'), 'flow').filter((flow) => flow !== '')
		const padded = flows.map((flow) => flow.replaceAll(/\d+/g, (digits) => digits.padStart(5, '0')))
		expect(new Set(flows).size).toBeGreaterThan(2)
		expect(padded).toEqual(padded.toSorted())
	})

	test('of rules goes over all hooks, the most frequent one first', () => {
		const state = press(s.on(s.rules(), 'rules'), '>', '>')
		expect(openPane(state).rows.some(({ key }) => key.startsWith('head'))).toBe(false)
		expect(titles(state)).toContain('SINCE START▼')
	})

	test('begins at its first row; an opened detail keeps its own', () => {
		const moved = press(s.reasons(), 'j', 'j')
		expect(openPane(press(moved, '>')).selected).toBe(0)
		const key = openPane(moved).rows[2]?.key
		const opened = press(moved, 'enter', '>')
		expect(openPane(opened).rows[openPane(opened).selected]?.key).toBe(key)
	})

	test('on the log the newest line is followed again when the order is that of time', () => {
		const state = s.on(s.reasons(), 'log')
		expect(openPane(press(state, '>')).selected).toBe(0)
		expect(openPane(press(state, '>', '<')).selected).toBe(keysOf(state).length - 1)
	})

	test('Steps has one, and I without a column says so', () => {
		expect(keysToActions(s.on(s.reasons(), 'steps'), '>', 0)).toMatchObject([{ type: 'say' }])
		expect(keysToActions(s.reasons(), 'I', 0)).toMatchObject([
			{ type: 'say', notice: { text: expect.stringMatching(/> and < choose a column/) } },
		])
	})
})

describe('a filter made of the selected row', () => {
	test.each(FULL)('on %s: one value after the other, each with the row itself, then none', (id, state) => {
		const selected = press(state, id === 'printk' || id === 'rules' ? 'j' : 'k')
		const row = openPane(selected).rows[openPane(selected).selected]
		const seen: string[] = []
		let there = press(selected, 'F')
		while (there.panes[id].filter !== '') {
			seen.push(there.panes[id].filter)
			expect(openPane(there).rows.map(({ key }) => key)).toContain(row?.key)
			expect(openPane(there).rows[openPane(there).selected]?.key).toBe(row?.key)
			there = press(there, 'F')
		}
		expect(seen.length).toBeGreaterThan(0)
		expect(new Set(seen).size).toBe(seen.length)
	})

	test('addresses and ports come first, then the reason', () => {
		const state = press(s.reasons(), 'F')
		expect(state.panes.watch.filter).toMatch(/^"\d+\.\d+\.\d+\.\d+"$/)
		const [row] = openPane(s.reasons()).rows
		const all: string[] = []
		for (let there = state; there.panes.watch.filter !== ''; there = press(there, 'F'))
			all.push(there.panes.watch.filter)
		expect(all.some((one) => /^":\d+"$/.test(one))).toBe(true)
		expect(all.at(-2)).toBe('"SEQ is over upper bound"')
		expect(row?.text).toContain('SEQ is over upper bound')
	})

	test('the rule says which one is on, how many rows it leaves, and which comes next', () => {
		const state = press(s.reasons(), 'F')
		expect(filterRule(state, 80).map(lineText).join('')).toMatch(
			/filter: "[\d.]+" {2}\d+ of \d+ {2}F: "[\d.]+"/,
		)
	})

	test('it is kept while one is on another screen, and esc clears it', () => {
		const away = press(s.reasons(), 'F', '7', '5')
		expect(away.panes.log.filter).toBe('')
		const back = press(away, '1')
		expect(back.panes.watch.filter).not.toBe('')
		expect(press(back, 'esc').panes.watch.filter).toBe('')
	})

	test('any flow of a reason finds it, not only its most frequent ones', () => {
		const sources = Array.from({ length: 6 }, (_, index) => `10.0.3.${index + 1}`)
		const events = sources.map((source, index) => record(index + 1, packetText('bad checksum', source)))
		const state = stepped(seenState({ log_invalid: '255' }), 5, { type: 'log', events })
		for (const source of sources) {
			const found = stepped(state, 9, { type: 'filter-open' }, { type: 'filter-text', text: `"${source}"` })
			expect(keysOf(found)).toEqual(keysOf(state))
		}
	})
})

test.each([
	['"10.0.0.1"', '10.0.0.1:443 > 10.0.0.2:80', true],
	['"10.0.0.1"', '10.0.0.12:443', false],
	['"10.0.0.1"', '110.0.0.1', false],
	['":80"', '10.0.0.1:80', true],
	['":80"', '10.0.0.1:8080', false],
	['"fd77::1"', '[fd77::1]:443', true],
	['"fd77::1"', '[fd77::1:2]:443', false],
	['"over upper"', 'SEQ is over upper bound', true],
	['"upper over"', 'SEQ is over upper bound', false],
	['"over upper" tcp', 'SEQ is over upper bound', false],
	['"over', 'SEQ is over upper bound', true],
	['"', 'anything', true],
])('filter %s: %s', (words, text, accepts) => {
	expect(filterFor(words, false).accepts(text)).toBe(accepts)
})

test.each(SCREENS.map(({ id }) => id))('/ works on %s', (id) => {
	const state = s.on(s.reasons(), id)
	const typed = press(state, '/', 'z', 'q', 'x')
	expect(typed.filtering).toBe(true)
	expect(openPane(typed).rows).toEqual([])
	expect(press(typed, 'esc').panes[id].filter).toBe('')
})

describe('marks', () => {
	const marked = (...keys: readonly string[]) => press(s.on(s.reasons(), 'log'), 'g', ...keys)

	test('m marks and goes on, m again unmarks, and they are shown by a sign of their own', () => {
		const state = marked('m', 'm')
		expect(state.panes.log.marks).toEqual(keysOf(state).slice(0, 2))
		expect(openPane(state).selected).toBe(2)
		expect(cells(state, 'mark').slice(0, 4)).toEqual([' ●', ' ●', '▸ ', '  '])
		expect(cells(s.ascii(state), 'mark').slice(0, 3)).toEqual([' *', ' *', '> '])
		expect(gridOf(state).columns[0]?.width).toBe(2)
		expect(gridOf(marked()).columns[0]?.width).toBe(1)
		expect(press(state, 'k', 'm').panes.log.marks).toEqual(keysOf(state).slice(0, 1))
	})

	test('copy takes them, in the order of the table', () => {
		const state = marked('j', 'm', 'g', 'm', 'G')
		const one = (key: string | undefined) =>
			texts.copyText({
				...state,
				panes: { ...state.panes, log: { ...state.panes.log, marks: [], selectedKey: key } },
			})
		const [first, second] = openPane(state).rows
		expect(texts.copyText(state)).toBe(`${one(first?.key)}\n${one(second?.key)}`)
		// What the filter hides was not asked for now.
		expect(
			texts.copyText(stepped(state, s.NOW, { type: 'filter-text', text: 'no such row' })),
		).toBeUndefined()
	})

	test('esc takes them away last', () => {
		const state = press(marked('m'), '/', 'I', 'N', 'V', 'enter')
		expect(press(state, 'esc').panes.log).toMatchObject({ filter: '', marks: [keysOf(marked())[0]] })
		expect(press(state, 'esc', 'esc').panes.log.marks).toEqual([])
	})
})

describe('the way back', () => {
	const crumb = (state: State) => breadcrumb(state)
	test('is told level by level, with where esc leads', () => {
		const state = s.reasons()
		expect(crumb(state)).toBeUndefined()
		const deep = press(state, 'm', '/', 's', 'e', 'q', 'enter', 'enter', 'o')
		expect(crumb(deep)).toBe('Watch > 1 row marked > filter seq > details > reading  (esc: details)')
		const words = (from: State) => footerLines(from, 120, 1).map(lineText).join('')
		expect(words(deep)).toContain('esc table')
		const levels = ['details', 'filter seq', '1 row marked', 'Watch']
		let there = deep
		for (const level of levels) {
			expect(crumb(there)).toMatch(new RegExp(`\\(esc: ${level}\\)$`))
			there = press(there, 'esc')
		}
		expect(crumb(there)).toBeUndefined()
		expect(words(there)).not.toContain('esc')
	})

	test('stands on the rule below the tabs, and not while a dialog has its own', () => {
		const deep = press(s.reasons(), 'enter')
		expect(lineText(bannerRule(deep, 80))).toMatch(/^── Watch > details {2}\(esc: Watch\) ─+$/)
		expect(lineText(bannerRule(press(deep, '?'), 80))).toMatch(/^─+$/)
	})

	test('esc at the top says nothing', () => {
		for (const { id } of SCREENS) expect(keysToActions(s.on(s.reasons(), id), 'esc', 0)).toEqual([])
	})
})

describe('the command list', () => {
	const first = (query: string, state = seenState()): readonly string[] =>
		matchingCommands(state, query).map(({ command }) => command.id)
	test.each([
		['sort', ['sort-next', 'sort-previous', 'sort-reverse']],
		['report', ['report']],
		['lo-fi', ['lo-fi']],
		['screenshot', ['lo-fi']],
		['order', ['sort-next']],
		['yank', ['copy']],
		['exit', ['quit']],
		['search', ['filter']],
		['tag', ['mark']],
	])('%s finds it on every screen', (query, ids) => {
		for (const { id } of SCREENS.filter((screen) => screen.id !== 'steps'))
			expect(first(query, s.on(s.reasons(), id)).slice(0, ids.length)).toEqual(ids)
	})
})

test.each(SCREENS.map(({ id }) => id))('on %s no key leaves the footer when changes are in force', (id) => {
	const ofState = (state: State): readonly string[] =>
		footerLines(state, state.size.columns, mostFooterLines(state)).map(lineText).join(' ').split(/ {2,}/)
	for (const [columns, rows] of [
		[80, 24],
		[120, 40],
	] as const) {
		const sized = s.sized(s.on(s.reasons(), id), columns, rows)
		// One that is over, so that there is a row on Changes either way.
		const history = [{ ...s.held({ seq: 9, state: 'undone' }), leaseId: 'K2A9' }]
		const state: State = { ...sized, history }
		const calm: State = { ...state, lease: undefined }
		const held: State = { ...state, lease: s.holding([s.held(), s.liberal()]) }
		const keys = ofState(held).map((one) => one.trim())
		for (const one of ofState(calm).filter((one) => one.trim() !== ''))
			expect(keys, `${columns}x${rows}`).toContain(one.trim())
	}
})

test('on a tall terminal all keys of the screen are told, R and ctrl-l among them', () => {
	const state = s.sized(s.reasons(), 120, 40)
	const told = footerLines(state, 120, mostFooterLines(state)).map(lineText).join(' ')
	for (const key of ['R report', 'ctrl-l plain text', 'm mark', '> sort', 'F by value'])
		expect(told).toContain(key)
})

test('bindings of tables stand in one place', () => {
	const actions: readonly ActionBody['type'][] = ['sort', 'sort-reverse', 'filter-value', 'mark']
	expect(actions).toHaveLength(4)
	expect(
		['sort-next', 'sort-previous', 'sort-reverse', 'filter-value', 'mark'].map((id) => {
			const known = COMMAND_IDS.find((one) => one === id)
			return known === undefined ? '' : keyOf(known)
		}),
	).toEqual(['>', '<', 'I', 'F', 'm'])
})
