import { tableOfKnob } from '../../changes/kinds/table.ts'
import type { Tap } from '../../changes/tap/tap.ts'
import { isTracking, planTaps, SWITCHES_ON } from '../../changes/tap-plan.ts'
import * as english from '../../words/english/app/changing.ts'
import { capital } from '../../words/numbers.ts'
import type { State } from '../state/state.ts'
import { changesInForce } from './changes-in-force.ts'
import { whyNotWrite } from './may-write.ts'
import { ourTaps } from './our-taps.ts'
import type { Step } from './switching.ts'

/** Why no rules of our own can be added now; undefined when it can be tried. */
export function whyNotTap(state: State): string | undefined {
	if (state.facts === undefined || state.settings.value === undefined) return english.theHostWasNotLooked
	if (state.facts.tools.nft === null) return english.nftIsNotInstalledApt
	return whyNotWrite(state)
}

/** The exact writes for these taps, before they happen. */
export function tapStep(state: State, taps: readonly Tap[]): Step {
	const reason = whyNotTap(state)
	const settings = state.settings.value
	const { facts } = state
	if (reason !== undefined || settings === undefined || facts === undefined)
		return { reason: reason ?? english.theHostWasNotLooked }
	const there = state.taps.value
	const ours = ourTaps(state)
	// What was added a moment ago may not be read again yet.
	const held = changesInForce(state.lease).flatMap(({ knob }) => tableOfKnob(knob) ?? [])
	const chains = state.rules.value?.ruleset.chains ?? []
	const { plan, blockers, notes } = planTaps({
		taps,
		settings,
		netns: facts.netns,
		tables: [
			...(there?.tables ?? []),
			...held,
			...chains.flatMap(({ family, table }) => (family === 'inet' ? [table] : [])),
		],
		others: [...(there?.taps ?? []).map(({ tap }) => tap), ...ours.map(({ tap }) => tap)],
		isTracking: isTracking(
			settings.count,
			state.counters.value === undefined ? undefined : [state.counters.value.totals],
			state.rules.value?.ruleset.rules,
		),
		nft: facts.tools.nft,
		ours: { reader: state.nflog.status === 'following' ? 'running' : 'off' },
		modules: state.modules.value?.list,
	})
	const warning = notes.includes(SWITCHES_ON) ? { warning: capital(SWITCHES_ON) } : {}
	return {
		dialog: {
			kind: 'confirm-change',
			plan,
			blockers,
			notes: notes.filter((note) => note !== SWITCHES_ON),
			...warning,
		},
	}
}
