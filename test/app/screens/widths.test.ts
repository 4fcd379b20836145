import { describe, expect, test } from 'vitest'
import { dialogLines } from '../../../src/app/dialogs/dialog.ts'
import { changeBar } from '../../../src/app/frame/change-bar.ts'
import { filterRule, footerLines, noticeRule } from '../../../src/app/frame/footer.ts'
import { headerLine } from '../../../src/app/frame/header.ts'
import type { State } from '../../../src/app/state/state.ts'
import { type Line, lineText, lineWidth } from '../../../src/words/line.ts'
import * as s from '../../ui/situations.ts'

const one =
	(select: (state: State, columns: number) => Line) =>
	(state: State, columns: number): readonly Line[] => [select(state, columns)]
const some =
	(select: (state: State, columns: number, height: number) => readonly Line[]) =>
	(state: State, columns: number) =>
		select(state, columns, 12)

/** What promises to keep to its width; other lines are cut where they are drawn. */
const SELECTORS: Readonly<Record<string, (state: State, columns: number) => readonly Line[]>> = {
	headerLine: one(headerLine),
	changeBar: one(changeBar),
	footerLines: (state, columns) => footerLines(state, columns, 2),
	noticeRule: (state, columns) => noticeRule(state, columns, { at: '12 lines below (o)' }),
	filterRule: (state, columns) =>
		filterRule(state, columns, 'a note that is rather long', '3 above, 12 rows below'),
	dialogLines: some(dialogLines),
}

const STATES: Readonly<Record<string, () => readonly State[]>> = {
	nothing: () => [s.blank()],
	refused: () => [s.refused()],
	reasons: () => [
		s.reasons(),
		s.conflict(),
		s.later(s.reasons(), { type: 'help' }),
		s.later(s.reasons(), { type: 'quit', keepScreen: false }),
	],
	hostile: () => [
		s.hostile(),
		s.ascii(s.on(s.hostile(), 'changes')),
		s.later(s.hostile(), { type: 'commands' }, { type: 'commands-query', text: s.EVIL }),
		s.later(s.hostile(), { type: 'filter-open' }, { type: 'filter-text', text: s.EVIL }),
		s.later(s.hostile(), {
			type: 'propose',
			plan: { purpose: s.EVIL, changes: [{ knob: 'tcp_loose', from: s.EVIL, to: s.EVIL }] },
			blockers: [s.EVIL],
			notes: [s.EVIL],
		}),
	],
}

describe.each(Object.entries(STATES))('%s', (_name, states) => {
	test.each(Object.entries(SELECTORS))('%s keeps to its width', (_selector, select) => {
		for (const state of states()) {
			for (let columns = 1; columns <= 140; columns += columns < 30 ? 1 : 7) {
				const sized = { ...state, size: { columns, rows: 24 } }
				for (const line of select(sized, columns)) {
					expect.soft(lineWidth(line), `${columns}: ${lineText(line)}`).toBeLessThanOrEqual(columns)
					expect(lineText(line)).not.toMatch(/[\p{Cc}\p{Cf}]/u)
				}
			}
		}
	})
})
