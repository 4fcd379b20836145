import { type Command, command } from './command.ts'
import { whyNotTap } from './tap-steps.ts'

/** Rules of our own, from Rules and, where it fits, from Watch. Each is shown before it is added. */
export const RULES_COMMANDS: readonly Command[] = [
	command('tap', {
		keys: ['space'],
		title: 'Log packets by state, hook and match with a rule of our own, for a while',
		short: 'tap',
		rank: 12,
		on: ['rules'],
		changes: true,
		unless: whyNotTap,
		does: { type: 'tap-form', tap: 'tap' },
	}),
	command('trace', {
		keys: ['t'],
		title:
			'Follow a few INVALID packets through the rules, on Watch those of the selected flow: which rule decides?',
		short: 'trace',
		rank: 13,
		importance: 24,
		on: ['rules', 'watch'],
		changes: true,
		unless: whyNotTap,
		does: { type: 'trace' },
	}),
	command('preview', {
		keys: ['v'],
		title: 'Preview what the selected rule, or one that is typed, would drop: count and log, drop nothing',
		short: 'preview',
		rank: 14,
		importance: 25,
		on: ['rules'],
		changes: true,
		unless: whyNotTap,
		does: { type: 'tap-form', tap: 'preview' },
	}),
	command('each-state', {
		keys: ['a'],
		title: 'Log NEW, ESTABLISHED, RELATED and INVALID packets in input and output, told apart',
		short: 'all states',
		rank: 15,
		importance: 27,
		on: ['rules'],
		changes: true,
		unless: whyNotTap,
		does: { type: 'each-state' },
	}),
	command('count', {
		keys: ['s'],
		title: 'Count packets by hook and state with rules of our own, for a while',
		short: 'count',
		rank: 16,
		importance: 28,
		on: ['rules'],
		changes: true,
		unless: whyNotTap,
		does: { type: 'count-states' },
	}),
]
