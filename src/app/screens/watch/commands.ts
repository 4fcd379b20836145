import { whyNotSwitch } from '../../changing/switching.ts'
import { whyNotTap } from '../../changing/tapping.ts'
import { isAsked } from '../../log/path.ts'
import { notTold } from '../../log/why.ts'
import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import { watchPane } from './rows.ts'

/** Enter on Watch, where the kernel does not tell: first the checks are shown, unless the kernel is not even asked. */
export const whyNotLog = (state: State): string | undefined => {
	const { rows, selected } = watchPane(state)
	const kind = rows[selected]?.item.kind
	const { checks, detail } = state.panes.watch
	if (!checks) {
		if (kind === 'reason') return 'this reason is told already'
		if (kind === 'silent') return 'the log is on already: the kernel has no line for these'
		if (kind === 'told') return 'a call site has printed these lines'
	}
	const settings = state.settings.value
	if (settings === undefined) return 'the settings are not read yet'
	if (settings.values.log_invalid === undefined)
		return 'there is no log_invalid: nf_conntrack is not loaded; Switches can load it'
	if (!notTold(state)) return 'the log is on already: Switches changes for which protocols'
	if (isAsked(settings) && !detail) return 'the log is on: see first what is in the way'
	return whyNotSwitch(state, 'log_invalid')
}

export const WATCH_COMMANDS = [
	command('log-why', {
		title: 'Log why packets are INVALID, for a while; the exact writes are shown first',
		short: 'log why',
		rank: 10,
		changes: true,
		unless: whyNotLog,
		does: { type: 'log-why' },
	}),
	command('checks', {
		title: 'Show every check between an INVALID packet and its reason line, and what would put it right',
		short: 'why no line',
		rank: 57,
		importance: 88,
		does: { type: 'checks' },
	}),
	command('trace-flow', {
		title: 'Follow a few INVALID packets of the selected flow through the rules: which one decides?',
		short: 'trace',
		rank: 58,
		importance: 89,
		changes: true,
		unless: whyNotTap,
		does: { type: 'trace' },
	}),
]
