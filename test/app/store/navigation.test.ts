import { describe, expect, test } from 'vitest'
import { detailTop, openPane, SCREENS } from '../../../src/app/screens/screens.ts'
import { watchPane } from '../../../src/app/screens/watch/rows.ts'
import type { ActionBody } from '../../../src/app/state/actions.ts'
import { topRow } from '../../../src/app/state/pane-list.ts'
import type { State } from '../../../src/app/state/state.ts'
import { emptyState, packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const BODIES = ['bad checksum', 'invalid tcp flag combination', 'truncated packet']

/** log_invalid is on and three reasons were told, the first one most often. */
function withReasons(): State {
	const texts = BODIES.flatMap((body, index) => Array.from({ length: 3 - index }, () => packetText(body)))
	const events = texts.map((text, index) => record(index + 1, text))
	return stepped(seenState({ log_invalid: '255' }), 5, { type: 'log', events })
}

const selectedKey = (state: State): string | undefined => {
	const { rows, selected } = openPane(state)
	return rows[selected]?.key
}
const keys = (state: State): readonly string[] => openPane(state).rows.map((row) => row.key)

describe('screens', () => {
	const ids = SCREENS.map(({ id }) => id)
	test.each(ids.map((id, at) => [id, ids[(at + 1) % ids.length] ?? id] as const))(
		'after %s comes %s, and back',
		(id, next) => {
			expect(stepped(emptyState({ screen: id }), 1, { type: 'go-next', by: 1 }).screen).toBe(next)
			expect(stepped(emptyState({ screen: next }), 1, { type: 'go-next', by: -1 }).screen).toBe(id)
		},
	)

	test('each screen remembers where it was', () => {
		const there = stepped(
			withReasons(),
			9,
			{ type: 'move', by: 2 },
			{ type: 'go', screen: 'log' },
			{ type: 'go', screen: 'watch' },
		)
		expect(selectedKey(there)).toBe('TCP tcp-trunc')
	})
})

describe('selection', () => {
	test.each<[string, ActionBody[], string]>([
		['nothing moved', [], 'TCP tcp-csum'],
		['down', [{ type: 'move', by: 1 }], 'TCP tcp-flags'],
		['not beyond the end', [{ type: 'move', by: 9 }], 'TCP tcp-trunc'],
		['not before the start', [{ type: 'move', by: -9 }], 'TCP tcp-csum'],
		['to the last', [{ type: 'move-to', where: 'last' }], 'TCP tcp-trunc'],
		[
			'and back',
			[
				{ type: 'move-to', where: 'last' },
				{ type: 'move-to', where: 'first' },
			],
			'TCP tcp-csum',
		],
		['a page', [{ type: 'page-move', by: 1 }], 'TCP tcp-trunc'],
		[
			'half a page of three',
			[
				{ type: 'page', rows: 3 },
				{ type: 'page-move', by: 0.5 },
			],
			'TCP tcp-flags',
		],
		['matches go around', [{ type: 'match', by: -1 }], 'TCP tcp-trunc'],
		[
			'and around again',
			[
				{ type: 'match', by: -1 },
				{ type: 'match', by: 1 },
			],
			'TCP tcp-csum',
		],
	])('%s', (_, bodies, key) => {
		expect(selectedKey(stepped(withReasons(), 9, ...bodies))).toBe(key)
	})

	test('sticks to its row when the rows change places', () => {
		const moved = stepped(withReasons(), 9, { type: 'move', by: 1 })
		const more = Array.from({ length: 5 }, (_, index) => record(100 + index, packetText('truncated packet')))
		const next = stepped(moved, 10, { type: 'log', events: more })
		expect(keys(next)[0]).toBe('TCP tcp-trunc')
		expect(selectedKey(next)).toBe('TCP tcp-flags')
	})

	test('the log follows the newest line until one moves away, and again from the end', () => {
		const more = (seq: number) => ({ type: 'log', events: [record(seq, `line ${seq}`)] }) as const
		let state = stepped(withReasons(), 9, { type: 'go', screen: 'log' }, more(50))
		expect(selectedKey(state)).toBe('7')
		state = stepped(state, 10, { type: 'move', by: -1 }, more(51))
		expect(selectedKey(state)).toBe('6')
		state = stepped(state, 11, { type: 'move-to', where: 'last' }, more(52))
		expect(selectedKey(state)).toBe('9')
	})

	test('a detail on the log stays with its line', () => {
		const state = stepped(
			withReasons(),
			9,
			{ type: 'go', screen: 'log' },
			{ type: 'enter' },
			{
				type: 'log',
				events: [record(50, 'later')],
			},
		)
		expect(state.panes.log.detail).toBe(true)
		expect(selectedKey(state)).toBe('6')
	})

	test('the rows of a paused view stand still', () => {
		const state = stepped(
			withReasons(),
			9,
			{ type: 'pause' },
			{ type: 'log', events: [record(99, packetText('short packet'))] },
		)
		expect(keys(state)).toHaveLength(3)
		expect(keys(stepped(state, 10, { type: 'pause' }))).toHaveLength(4)
	})

	test('enter without rows does nothing', () => {
		expect(stepped(emptyState(), 1, { type: 'enter' }).panes.watch.detail).toBe(false)
	})
})

describe('packets without a reason', () => {
	test.each([
		['log_invalid is 0', seenState(), true],
		['log_invalid is on and nothing stands in the way', seenState({ log_invalid: '1' }), false],
		['no logger takes the lines', seenState({ log_invalid: '255', 'nf_log.2': 'NONE' }), true],
		['settings not read yet', emptyState(), false],
	])('%s', (_, state, told) => {
		expect(keys(state).includes('not-told')).toBe(told)
	})

	test('lines that come prove that the way is open', () => {
		const state = stepped(seenState({ log_invalid: '255', 'nf_log.2': 'NONE' }), 5, {
			type: 'log',
			events: [record(1, packetText('bad checksum'))],
		})
		expect(keys(state)).toEqual(['TCP tcp-csum'])
	})
})

describe('filter', () => {
	const typed = (...lines: readonly string[]): State =>
		stepped(
			withReasons(),
			9,
			{ type: 'filter-open' },
			...lines.map((text) => ({ type: 'filter-text', text }) as const),
		)

	test.each([
		['one word', 'checksum', ['TCP tcp-csum']],
		['case does not count', 'CHECKsum', ['TCP tcp-csum']],
		['all words', 'tcp packet', ['TCP tcp-trunc']],
		['no word of a pattern', 'c.ecksum', []],
		['inverted', '!checksum', ['TCP tcp-flags', 'TCP tcp-trunc']],
		['inverted, nothing typed yet', '!', ['TCP tcp-csum', 'TCP tcp-flags', 'TCP tcp-trunc']],
		['only blanks', '   ', ['TCP tcp-csum', 'TCP tcp-flags', 'TCP tcp-trunc']],
		['by flow', '10.0.3.7:443', ['TCP tcp-csum', 'TCP tcp-flags', 'TCP tcp-trunc']],
	])('%s', (_, text, left) => {
		const state = typed(text)
		expect(keys(state)).toEqual(left)
		expect(watchPane(state).total).toBe(3)
	})

	test('enter keeps it, esc clears it, and an empty one is not kept', () => {
		const kept = stepped(typed('tcp'), 10, { type: 'filter-close', keep: true })
		expect(kept).toMatchObject({ filtering: false, panes: { watch: { filter: 'tcp' } } })
		const cleared = stepped(typed('tcp'), 10, { type: 'filter-close', keep: false })
		expect(cleared).toMatchObject({ filtering: false, panes: { watch: { filter: '' } } })
		const empty = stepped(typed('!'), 10, { type: 'filter-close', keep: true })
		expect(empty.panes.watch).toMatchObject({ filter: '', inverted: false })
	})

	test('back goes one level at a time and never out', () => {
		let state = stepped(typed('tcp'), 10, { type: 'filter-close', keep: true }, { type: 'enter' })
		state = stepped(state, 11, { type: 'back' })
		expect(state.panes.watch).toMatchObject({ detail: false, filter: 'tcp' })
		state = stepped(state, 12, { type: 'back' })
		expect(state.panes.watch.filter).toBe('')
		expect(stepped(state, 12, { type: 'back' }).leaving).toBeUndefined()
	})
})

describe('the first visible row', () => {
	test.each([
		['all fit', 0, 2, 10, 5, 0],
		['the selection below the window', 0, 12, 10, 50, 3],
		['inside the window nothing moves', 3, 5, 10, 50, 3],
		['above the window', 20, 5, 10, 50, 5],
		['never past the end', 45, 49, 10, 50, 40],
		['the list became short', 30, 3, 10, 4, 0],
		['no rows', 7, -1, 10, 0, 0],
	])('%s', (_, top, selected, height, total, expected) => {
		expect(topRow(top, selected, height, total)).toBe(expected)
	})
})

describe('the focus', () => {
	const REACH = { detail: { shown: 5, all: 12 }, dialog: { shown: 5, all: 12 } }
	const reading = (...bodies: readonly ActionBody[]) =>
		stepped(withReasons(), 9, { type: 'page', rows: 3, reach: REACH }, { type: 'focus' }, ...bodies)
	const move = (by: number) => ({ type: 'move', by }) as const

	test.each<[string, ActionBody[], number]>([
		['nothing moved', [], 0],
		['a line', [move(1)], 1],
		['not beyond the end', [move(99)], 7],
		['one back from there', [move(99), move(-1)], 6],
		['a page leaves a line in sight', [{ type: 'page-move', by: 1 }], 4],
		['half a page', [{ type: 'page-move', by: 0.5 }], 2],
		['to the end', [{ type: 'move-to', where: 'last' }], 7],
		[
			'and back',
			[
				{ type: 'move-to', where: 'last' },
				{ type: 'move-to', where: 'first' },
			],
			0,
		],
		[
			'less of it is there now',
			[move(99), { type: 'page', rows: 3, reach: { ...REACH, detail: { shown: 5, all: 6 } } }],
			1,
		],
	])('on the detail: %s', (_, bodies, top) => {
		const state = reading(...bodies)
		expect(detailTop(state)).toBe(top)
		expect(selectedKey(state)).toBe('TCP tcp-csum')
	})

	test('another row begins at its top, and esc gives the focus back before anything else', () => {
		const there = reading(move(3), { type: 'back' })
		expect(there.panes.watch).toMatchObject({ focus: 'list', read: { top: 3 } })
		expect(detailTop(stepped(there, 10, move(1)))).toBe(0)
		expect(stepped(there, 10, { type: 'back' }).panes.watch).toEqual(there.panes.watch)
	})

	test('another screen, a filter and the same key give it back', () => {
		for (const body of [{ type: 'filter-open' }, { type: 'focus' }, { type: 'go', screen: 'log' }] as const)
			expect(stepped(reading(), 10, body).panes.watch.focus).toBe('list')
	})

	test('in one column the detail opens with it and closes with it', () => {
		const small = stepped(withReasons(), 9, { type: 'resized', columns: 40, rows: 10 })
		const open = stepped(small, 10, { type: 'focus' })
		expect(open.panes.watch).toMatchObject({ focus: 'detail', detail: true })
		expect(stepped(open, 11, { type: 'back' }).panes.watch).toMatchObject({ focus: 'list', detail: false })
		expect(stepped(small, 10, { type: 'enter' }).panes.watch).toMatchObject({ focus: 'detail', detail: true })
	})

	test('without rows what says why there are none scrolls', () => {
		const state = stepped(
			emptyState({ screen: 'rules' }),
			9,
			{ type: 'page', rows: 1, reach: REACH },
			move(2),
		)
		expect(detailTop(state)).toBe(2)
	})
})

test('resizing keeps selection and filter', () => {
	const state = stepped(withReasons(), 9, { type: 'move', by: 1 }, { type: 'resized', columns: 40, rows: 10 })
	expect(state.size).toEqual({ columns: 40, rows: 10 })
	expect(selectedKey(state)).toBe('TCP tcp-flags')
})

test('the wall clock goes on between two ticks, and a tick sets it', () => {
	let state = stepped(emptyState(), 1000, { type: 'tick', wall: 500_000 })
	state = stepped(state, 1700, { type: 'back' })
	expect(state.wall).toBe(500_700)
	expect(stepped(state, 2000, { type: 'tick', wall: 900_000 }).wall).toBe(900_000)
})
