import { tellsAll } from '../../../app/log/unlined.ts'
import type { State } from '../../../app/state/state.ts'
import { consoleRisk } from '../../../changes/console-risk.ts'
import { knobById } from '../../../changes/knobs.ts'
import { copiesTap } from '../../../changes/tap/copies.ts'
import { isTracking, planTaps, SWITCHES_ON } from '../../../changes/tap-plan.ts'
import type { LeaseView } from '../../../model/change.ts'
import type { Settings } from '../../../model/settings.ts'
import type { Changer } from '../../../ports/changer.ts'
import type { Observer } from '../../../ports/observer.ts'
import * as english from '../../../words/english/commands/run.ts'
import { describe, type Failure } from '../../../words/failure.ts'

export type CopyingPorts = {
	readonly observer: Pick<Observer, 'taps' | 'modules' | 'counters' | 'rules'>
	readonly changer: Pick<Changer, 'apply' | 'view'>
	/** Lines a second that are a flood; 0: none is. */
	readonly maxRate: number
}

/** The lease with the rule in it, or why there is none. */
export type Copying = { readonly view: LeaseView } | { readonly why: string }

/**
 * Adds the rule of ours that copies INVALID packets to where the lines are read, where every protocol is asked for and the
 * lines of both families come by one way. It only logs more; what would be more than that is not done.
 */
export async function copyInvalid(
	{ way, facts, settings: { value: settings } }: Pick<State, 'way' | 'facts' | 'settings'>,
	{ observer, changer, maxRate }: CopyingPorts,
): Promise<Copying> {
	if (!tellsAll(way) || way.source === 'probe' || facts === undefined || settings === undefined)
		return { why: english.notAllAreToldOf }
	if (facts.tools.nft === null) return { why: english.nftIsNotInstalled }
	const [there, modules, tracks] = await Promise.all([
		observer.taps(),
		observer.modules(),
		isAtWork(settings, observer),
	])
	if (!there.ok) return { why: asReason(there.failure) }
	// Copies of other namespaces and sessions may come by the same way.
	const of = [facts.netns.inode, changer.view()?.leaseId ?? ''].join(' ').trim()
	const { plan, blockers, notes } = planTaps({
		taps: [copiesTap(way.source, of, maxRate)],
		settings,
		netns: facts.netns,
		tables: there.value.tables,
		others: there.value.taps.map(({ tap }) => tap),
		isTracking: tracks,
		nft: facts.tools.nft,
		ours: { reader: way.source === 'nflog' ? 'running' : 'off' },
		modules: modules.ok ? modules.value : undefined,
	})
	if (blockers.length > 0) return { why: blockers.join('; ') }
	if (notes.includes(SWITCHES_ON)) return { why: english.itWouldSwitchTrackingOn }
	if (plan.changes.some(({ knob }) => knobById(knob)?.class !== 'logs-more'))
		return { why: english.itWouldDoMoreThanLog }
	const risk = consoleRisk(plan, settings)
	if (risk !== undefined) return { why: risk.text }
	const applied = await changer.apply(plan)
	return applied.ok ? { view: applied.value } : { why: asReason(applied.failure) }
}

/** Whether conntrack sees packets here already. The rules, which cost the most, are asked last. */
async function isAtWork({ count }: Settings, observer: CopyingPorts['observer']): Promise<boolean> {
	const counters = await observer.counters()
	if (isTracking(count, counters.ok ? counters.value.proc?.cpus : undefined)) return true
	const rules = await observer.rules()
	return rules.ok && isTracking(count, undefined, rules.value.ruleset.rules)
}

function asReason(failure: Failure): string {
	const { title, detail } = describe(failure)
	return failure.kind === 'usage' || failure.kind === 'unsupported' ? detail : `${title}: ${detail}`
}
