import { describe, expect, test } from 'vitest'
import { requestOf } from '../../../src/app/commands/requests.ts'
import { footerLines } from '../../../src/app/frame/footer.ts'
import { openPane } from '../../../src/app/screens/screens.ts'
import type { State } from '../../../src/app/state/state.ts'
import { pressed } from '../../../src/app/store/keys.ts'
import { siteOfKnob } from '../../../src/changes/kinds/call-site.ts'
import type { HeldChange } from '../../../src/model/change.ts'
import { lineText } from '../../../src/words/line.ts'
import { heldSite } from '../../harness/samples/dyndbg-samples.ts'
import { foundLease } from '../../harness/samples/samples.ts'
import * as s from '../../ui/situations.ts'

const press = (state: State, ...keys: readonly string[]): State =>
	keys.reduce((last, key) => s.later(last, ...pressed(last, key, last.now + 1_000)), state)

/** What the guard is asked for with a key. */
function asked(state: State, key: string) {
	const [body] = pressed({ ...state, notice: undefined }, key, state.now + 1_000)
	return body === undefined ? undefined : requestOf(state, { ...body, at: state.now + 1_000 })
}

const footer = (state: State): string => footerLines(state, 120, 2).map(lineText).join(' ')

/** Marks the rows of these call sites, wherever they stand among the files. */
const marking = (state: State, ...functions: readonly string[]): State => {
	const keys = functions.map((func) => {
		const row = openPane(state).rows.find(
			({ key, text }) => key.startsWith('net/') && text.includes(` ${func} `),
		)
		if (row === undefined) throw new Error(`no row of ${func}`)
		return row.key
	})
	return keys.reduce((last, key) => press(s.later(last, { type: 'select', key }), 'm'), state)
}

const siteOn = (seq: number, func: string): HeldChange =>
	heldSite(s.PRINTK_SITES, func, { seq, undoAt: s.NOW + 500_000 })

describe('marked call sites', () => {
	test('are switched on together: one dialog, one plan', () => {
		const marked = marking(s.printk(), 'tcp_new', 'nf_conntrack_in')
		expect(footer(marked)).toContain('space print marked')
		const state = press(marked, 'space')
		const dialog = state.dialog?.dialog
		if (dialog?.kind !== 'confirm-change') throw new Error(`${dialog?.kind}`)
		const sites = dialog.plan.changes.map(({ knob }) => siteOfKnob(knob) ?? '')
		expect(sites).toHaveLength(2)
		expect(sites.some((id) => id.includes('tcp_new'))).toBe(true)
		expect(sites.some((id) => id.includes('nf_conntrack_in'))).toBe(true)
		expect(dialog.plan.purpose).toBe('print 2 marked call sites')
		// They are undone as they were switched.
		expect(press(state, 'esc').panes.printk.marks).toHaveLength(2)
	})

	test('are one plan also where what explains silent packets stands twice', () => {
		const state = s.printk()
		const twice = openPane(state).rows.filter(({ text }) => text.includes(' tcp_new '))
		expect(twice.length).toBeGreaterThan(1)
		const marked = twice.reduce((last, { key }) => press(s.later(last, { type: 'select', key }), 'm'), state)
		const dialog = press(marked, 'space').dialog?.dialog
		if (dialog?.kind !== 'confirm-change') throw new Error(`${dialog?.kind}`)
		expect(dialog.plan.changes).toHaveLength(1)
		expect(dialog.plan.purpose).toContain('tcp_new')
	})

	test('go back together, and their marks with them', () => {
		const view = s.holding([siteOn(1, 'tcp_new'), siteOn(2, 'nf_conntrack_in'), siteOn(3, 'init_conntrack')])
		const on = s.later(s.printk({ tcp_new: 'p', nf_conntrack_in: 'p', init_conntrack: 'p' }, s.counts()), {
			type: 'lease',
			view,
		})
		const marked = marking(on, 'tcp_new', 'nf_conntrack_in')
		expect(footer(marked)).toContain('u undo marked')
		for (const key of ['u', 'space']) {
			expect(asked(marked, key)).toEqual({ ask: 'undo', which: [2, 1] })
			expect(press(marked, key).panes.printk.marks).toEqual([])
		}
	})

	test('that the filter does not show are not meant', () => {
		const marked = marking(s.printk(), 'tcp_new', 'nf_conntrack_in')
		const state = press(marked, '/', ...'nf_conntrack_in', 'enter')
		const dialog = press(s.later(state, { type: 'move-to', where: 'last' }), 'space').dialog?.dialog
		if (dialog?.kind !== 'confirm-change') throw new Error(`${dialog?.kind}`)
		expect(dialog.plan.changes.map(({ knob }) => knob).join()).toContain('nf_conntrack_in')
		expect(dialog.plan.changes).toHaveLength(1)
	})
})

describe('marked changes', () => {
	const changes = [
		s.held({ seq: 1 }),
		s.held({ seq: 2, knob: 'tcp_loose' }),
		s.held({ seq: 3, knob: 'checksum' }),
	]
	const state: State = { ...s.on(s.counts(), 'changes'), lease: s.holding(changes), history: [] }

	test('are undone together, the last one first, and the others stay', () => {
		const marked = press(state, 'g', 'm', 'j', 'm')
		expect(marked.panes.changes.marks).toHaveLength(2)
		expect(footer(marked)).toContain('u undo marked')
		expect(asked(marked, 'u')).toEqual({ ask: 'undo', which: [3, 1] })
		expect(press(marked, 'u').panes.changes.marks).toEqual([])
		expect(asked(state, 'u')).toEqual({ ask: 'undo', which: 1 })
	})

	test('what is over or belongs to others among them is left', () => {
		const past = { ...s.held({ seq: 9, state: 'undone' }), leaseId: 'K2A9' } as const
		const mixed: State = { ...state, history: [past], others: [foundLease('Q1Q1', { alive: true })] }
		const marked = press(mixed, 'g', 'm', 'm', 'm', 'm', 'm')
		expect(marked.panes.changes.marks).toHaveLength(5)
		expect(asked(marked, 'u')).toEqual({ ask: 'undo', which: [3, 2, 1] })
		const over = press(mixed, 'g', 'j', 'j', 'j', 'm', 'm')
		expect(asked(over, 'u')).toBeUndefined()
		expect(press(over, 'u').notice?.text).toMatch(/over/)
	})
})

test('on other screens marks are for copying: u takes the change that was made last, and they stay', () => {
	const state: State = { ...s.reasons(), lease: s.holding([s.held({ seq: 1 }), s.held({ seq: 2 })]) }
	const marked = press(state, 'm', 'm')
	expect(asked(marked, 'u')).toEqual({ ask: 'undo', which: 2 })
	expect(press(marked, 'u').panes.watch.marks).toHaveLength(2)
	expect(footer(marked)).toContain('u undo this')
})
