import { whyNotTap } from '../../changing/tapping.ts'
import { command } from '../../state/command.ts'
import { isRuleOpened } from './tap-steps.ts'

/** Rules of our own. Each is shown before it is added. */
export const RULES_COMMANDS = [
	command('tap', {
		title: 'Log packets by state, hook and match with a rule of our own, for a while',
		short: 'tap',
		rank: 12,
		changes: true,
		unless: whyNotTap,
		does: { type: 'tap-form', tap: 'tap' },
	}),
	command('trace', {
		title: 'Follow a few INVALID packets through the rules: which one decides?',
		short: 'trace',
		rank: 13,
		importance: 24,
		changes: true,
		unless: whyNotTap,
		does: { type: 'trace' },
	}),
	command('trace-opened', {
		title: 'In the details of a rule: follow a few INVALID packets through the rules',
		short: 'trace it',
		rank: 10,
		changes: true,
		unless: (state) => (isRuleOpened(state) ? whyNotTap(state) : 'open the details of a rule first'),
		does: { type: 'trace' },
	}),
	command('preview', {
		title: 'Preview what the selected rule, or one that is typed, would drop: count and log, drop nothing',
		short: 'preview',
		rank: 14,
		importance: 25,
		changes: true,
		unless: whyNotTap,
		does: { type: 'tap-form', tap: 'preview' },
	}),
	command('each-state', {
		title: 'Log NEW, ESTABLISHED, RELATED and INVALID packets in input and output, told apart',
		short: 'all states',
		rank: 15,
		importance: 27,
		changes: true,
		unless: whyNotTap,
		does: { type: 'each-state' },
	}),
	command('count', {
		title: 'Count packets by hook and state with rules of our own, for a while',
		short: 'count',
		rank: 16,
		importance: 28,
		changes: true,
		unless: whyNotTap,
		does: { type: 'count-states' },
	}),
]
