import { describe, expect, test } from 'vitest'
import { rulesDetail } from '../../../../src/app/screens/rules/detail.ts'
import { rulesGrid } from '../../../../src/app/screens/rules/grid.ts'
import { rulesPane } from '../../../../src/app/screens/rules/rows.ts'
import { rulesScreen } from '../../../../src/app/screens/rules/screen.ts'
import type { State } from '../../../../src/app/state/state.ts'
import { lineText } from '../../../../src/words/line.ts'
import { width } from '../../../../src/words/width.ts'
import * as s from '../../../ui/situations.ts'

const ended = (state: State): State => s.later(state, { type: 'trace-ended' })
const selected = (state: State) => {
	const { rows, selected: at } = rulesPane(state)
	return rows[at]?.item
}
const shown = (state: State) =>
	rulesGrid(state, 100).rows.flatMap(({ spill, cells }) =>
		spill === 'action' ? [cells.action?.text ?? ''] : [],
	)

describe('a trace on Rules', () => {
	test('when it ends, the cursor goes to the rule that decided', () => {
		const state = ended(s.rules())
		expect(selected(state)).toMatchObject({ kind: 'way', line: { decides: true } })
		expect(rulesDetail(state, 80).map(lineText).join(' ')).toMatch(
			/This rule decided\. +Drop: 90 packets .* ct state invalid counter drop/,
		)
	})

	test('a filter does not hide it', () => {
		const filtered = s.later(s.rules(), { type: 'filter-open' }, { type: 'filter-text', text: 'nothing' })
		expect(selected(ended(s.later(filtered, { type: 'filter-close', keep: true })))).toMatchObject({
			line: { decides: true },
		})
	})

	test('without a verdict the cursor goes to where nothing more was told', () => {
		const state = ended(s.later(s.rules(), { type: 'traced', packets: [s.traced('10.0.0.2', 3)] }))
		expect(selected(state)).toMatchObject({ kind: 'way', line: { kind: 'end' } })
		expect(shown(state).join('\n')).toContain('? not known: no trace event after inet fw in, ')
	})

	test('without a packet it stays', () => {
		const state = s.later(s.rules(), { type: 'traced', packets: [] }, { type: 'move-to', where: 'last' })
		expect(selected(ended(state))).toEqual(selected(state))
	})

	test('from another screen a message says where it is', () => {
		const state = ended(s.on(s.rules(), 'watch'))
		expect(state.screen).toBe('watch')
		expect(state.notice?.text).toBe('the trace is over (drop): 6 shows the path and the rule that decided')
		expect(selected(s.on(state, 'rules'))).toMatchObject({ line: { decides: true } })
	})

	test.each([40, 60, 80, 120, 300])('nothing of it is cut at %i columns', (columns) => {
		const state = s.sized(
			s.rules('a rule with a comment that is quite a bit longer than one line of it has room'),
			columns,
			24,
		)
		const lines = shown(state)
		for (const text of lines) expect(width(text)).toBeLessThanOrEqual(columns - 1)
		expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain(
			'drop: ct state invalid counter drop comment "a rule with a comment that is quite a bit longer than one line of it has room" (rule 1, handle 7)',
		)
	})

	test('packets of one way are one, and all that it tells can be copied', () => {
		const packets = ['1', '2', '3'].map((id) => ({ ...s.traced('10.0.0.2'), id }))
		const state = ended(s.later(s.rules(), { type: 'traced', packets }))
		expect(shown(state).filter((text) => text.includes('10.0.3.7'))).toEqual([
			'TCP 10.0.3.7:443 > 10.0.0.2:5 FIN ACK: drop (and 2 more packets)',
		])
		expect(rulesScreen.copyText(state)).toContain('=>     drop: ct state invalid counter drop comment "mine"')
	})

	test('those that were dropped stand first', () => {
		const passes = { ...s.traced('10.0.0.2', 2), id: '2', visits: [] }
		const state = s.later(s.rules(), { type: 'traced', packets: [passes, s.traced('10.0.0.2')] })
		expect(shown(state).filter((text) => text.includes('10.0.3.7'))).toEqual([
			'TCP 10.0.3.7:443 > 10.0.0.2:5 FIN ACK: drop',
			'TCP 10.0.3.7:443 > 10.0.0.2:5 FIN ACK: verdict not known',
		])
	})
})
