import * as english from '../../../words/english/app/printk.ts'
import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import { isTakenBack, meantPrintk, meantSites, whyNotMount, whyNotPrint } from './switching.ts'

const whyNotSelected = (state: State): string | undefined =>
	isTakenBack(state) ? english.itPrintsBecauseOfUs : whyNotPrint(state, 'selected')

/** Several rows are meant at once. */
const areMarked = (state: State): boolean => meantPrintk(state).length > 1

const whyNotBack = (state: State): string | undefined =>
	isTakenBack(state)
		? undefined
		: meantSites(state).length === 0
			? english.noCallSiteIsSelected
			: english.thisWasNotSwitchedOn

/** What Printk has beyond the keys of every screen. */
export const PRINTK_COMMANDS = [
	command('print', {
		title: english.letTheSelectedCallSite,
		short: 'print',
		shortNow: (state) => (areMarked(state) ? english.printMarkedShort : undefined),
		rank: 12,
		changes: true,
		unless: whyNotSelected,
		does: { type: 'print', which: 'selected' },
	}),
	command('stop-print', {
		title: english.putTheFlagsOfThe,
		short: english.backToBefore,
		rank: 12,
		unless: whyNotBack,
		does: { type: 'undo-selected' },
	}),
	command('print-function', {
		title: english.letAllCallSitesPrint,
		short: 'function',
		rank: 13,
		importance: 22,
		changes: true,
		unless: (state) => whyNotPrint(state, 'function'),
		does: { type: 'print', which: 'function' },
	}),
	command('print-filtered', {
		title: english.letAllCallSitesPrintThat,
		short: english.allShown,
		rank: 13,
		importance: 21,
		changes: true,
		unless: (state) => whyNotPrint(state, 'filter'),
		does: { type: 'print', which: 'filter' },
	}),
	command('decorate', {
		title: english.chooseWhatStandsInFront,
		short: 'decorate',
		rank: 15,
		importance: 27,
		changes: true,
		unless: (state) => whyNotPrint(state, 'selected'),
		does: { type: 'decorate' },
	}),
	command('mount-debugfs', {
		title: english.mountDebugfsForAWhile,
		short: english.mountDebugfs,
		rank: 12,
		changes: true,
		unless: whyNotMount,
		does: { type: 'mount' },
	}),
]
