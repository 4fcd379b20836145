import * as english from '../../../words/english/app/rules.ts'
import { whyNotTap } from '../../changing/tapping.ts'
import { command } from '../../state/command.ts'
import { isRuleOpened } from './tap-steps.ts'

/** Rules of our own. Each is shown before it is added. */
export const RULES_COMMANDS = [
	command('tap', {
		title: english.logPacketsByStateHook,
		short: 'tap',
		rank: 12,
		changes: true,
		unless: whyNotTap,
		does: { type: 'tap-form', tap: 'tap' },
	}),
	command('trace', {
		title: english.followAFewInvalidPackets,
		short: 'trace',
		rank: 13,
		importance: 24,
		changes: true,
		unless: whyNotTap,
		does: { type: 'trace' },
	}),
	command('trace-opened', {
		title: english.inTheDetailsOfA,
		short: english.traceIt,
		rank: 10,
		changes: true,
		unless: (state) => (isRuleOpened(state) ? whyNotTap(state) : english.openTheDetailsOfA),
		does: { type: 'trace' },
	}),
	command('preview', {
		title: english.previewWhatTheSelectedRule,
		short: 'preview',
		rank: 14,
		importance: 25,
		changes: true,
		unless: whyNotTap,
		does: { type: 'tap-form', tap: 'preview' },
	}),
	command('each-state', {
		title: english.logNewEstablishedRelatedAnd,
		short: english.allStates,
		rank: 15,
		importance: 27,
		changes: true,
		unless: whyNotTap,
		does: { type: 'each-state' },
	}),
	command('count', {
		title: english.countPacketsByHookAnd,
		short: 'count',
		rank: 16,
		importance: 28,
		changes: true,
		unless: whyNotTap,
		does: { type: 'count-states' },
	}),
]
