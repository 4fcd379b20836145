import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import { isTakenBack, selectedPrintk, sitesOfItem, whyNotMount, whyNotPrint } from './switching.ts'

const whyNotSelected = (state: State): string | undefined =>
	isTakenBack(state) ? 'it prints because of us: the same key takes it back' : whyNotPrint(state, 'selected')

const whyNotBack = (state: State): string | undefined =>
	isTakenBack(state)
		? undefined
		: sitesOfItem(selectedPrintk(state)).length === 0
			? 'no call site is selected'
			: 'this was not switched on by us'

/** What Printk has beyond the keys of every screen. */
export const PRINTK_COMMANDS = [
	command('print', {
		title:
			'Let the selected call site print for a while, or all below a head; the exact queries are shown first',
		short: 'print',
		rank: 12,
		changes: true,
		unless: whyNotSelected,
		does: { type: 'print', which: 'selected' },
	}),
	command('stop-print', {
		title: 'Put the flags of the selected call site back to what they were, or of all below a head',
		short: 'back to before',
		rank: 12,
		unless: whyNotBack,
		does: { type: 'undo-selected' },
	}),
	command('print-function', {
		title: 'Let all call sites print that the function of the selected one has',
		short: 'function',
		rank: 13,
		importance: 22,
		changes: true,
		unless: (state) => whyNotPrint(state, 'function'),
		does: { type: 'print', which: 'function' },
	}),
	command('print-filtered', {
		title: 'Let all call sites print that the filter lets through, by their text or anything else',
		short: 'all shown',
		rank: 13,
		importance: 21,
		changes: true,
		unless: (state) => whyNotPrint(state, 'filter'),
		does: { type: 'print', which: 'filter' },
	}),
	command('decorate', {
		title: 'Choose what stands in front of the lines: module, function, line number, thread',
		short: 'decorate',
		rank: 15,
		importance: 27,
		changes: true,
		unless: (state) => whyNotPrint(state, 'selected'),
		does: { type: 'decorate' },
	}),
	command('mount-debugfs', {
		title:
			'Mount debugfs for a while, where older kernels have their call sites; the exact command is shown first',
		short: 'mount debugfs',
		rank: 12,
		changes: true,
		unless: whyNotMount,
		does: { type: 'mount' },
	}),
]
