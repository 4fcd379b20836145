import * as english from '../../../words/english/app/watch.ts'
import * as who from '../../../words/english/who/app.ts'
import { whyNotWrite } from '../../changing/may-write.ts'
import { planForProbes } from '../../changing/probing.ts'
import { whyNotSwitch } from '../../changing/switching.ts'
import { whyNotTap } from '../../changing/tapping.ts'
import { isAsked } from '../../log/path.ts'
import { notTold, prefersProbes } from '../../log/why.ts'
import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import { whyNotName } from './grouping.ts'
import { watchPane } from './rows.ts'

/** Enter on Watch, where the kernel does not tell: first the checks are shown, unless the kernel is not even asked. */
export const whyNotLog = (state: State): string | undefined => {
	const { rows, selected } = watchPane(state)
	const kind = rows[selected]?.item.kind
	const { checks, detail } = state.panes.watch
	if (!checks) {
		if (kind === 'reason' || kind === 'named') return english.thisReasonIsToldAlready
		if (kind === 'silent') return whyNotMoreProbes(state) ?? whyNotWrite(state)
		if (kind === 'elsewhere' || kind === 'who') return english.thisReasonIsToldAlready
		if (kind === 'told') return english.aCallSiteHasPrinted
	}
	const settings = state.settings.value
	if (settings === undefined) return english.theSettingsAreNotRead
	if (notTold(state) && prefersProbes(state)) return whyNotWrite(state)
	if (settings.values.log_invalid === undefined) return english.thereIsNoLogInvalid
	if (!notTold(state)) return english.theLogIsOnAlreadySwitches
	if (isAsked(settings) && !detail) return english.theLogIsOnSee
	return whyNotSwitch(state, 'log_invalid')
}

/** Those that see each packet go after half a minute, and can be set again. */
function whyNotMoreProbes(state: State): string | undefined {
	if (state.way?.source !== 'probe') return english.theLogIsOnAlready
	return planForProbes(state)?.plan.changes.length === 0 ? english.probesSeeEachPacket : undefined
}

export const WATCH_COMMANDS = [
	command('log-why', {
		title: english.logWhyPacketsAreInvalid,
		short: english.logWhy,
		rank: 10,
		changes: true,
		unless: whyNotLog,
		does: { type: 'log-why' },
	}),
	command('checks', {
		title: english.showEveryCheckBetweenAn,
		short: english.whyNoLine,
		rank: 57,
		importance: 88,
		does: { type: 'checks' },
	}),
	command('all-namespaces', {
		title: english.showAllNetworkNamespaces,
		short: english.allNamespaces,
		rank: 59,
		importance: 87,
		unless: ({ way }) => (way?.source === 'probe' ? undefined : english.onlyProbesSeeAllNamespaces),
		does: { type: 'all-namespaces' },
	}),
	command('group-by', {
		title: who.groupBy,
		short: who.groupByShort,
		rank: 54,
		importance: 86,
		does: { type: 'group-by' },
	}),
	command('reverse-name', {
		title: who.reverseName,
		short: who.reverseNameShort,
		rank: 60,
		importance: 92,
		unless: whyNotName,
		does: { type: 'reverse-name' },
	}),
	command('trace-flow', {
		title: english.followAFewInvalidPackets,
		short: 'trace',
		rank: 58,
		importance: 89,
		changes: true,
		unless: whyNotTap,
		does: { type: 'trace' },
	}),
]
