import { isLoggerKnob } from '../../changes/kinds/logger.ts'
import {
	chooseSource,
	type OurReader,
	type ReasonSource,
	type Source,
	type SourceChoice,
	type SourceWish,
} from '../../changes/log-source.ts'
import { type PlanToLog, planToLog } from '../../changes/plan.ts'
import * as english from '../../words/english/app/log.ts'
import type { ProposedSource, State } from '../state/state.ts'
import { goesToKernelLog, goesToNflog } from './path.ts'

/** The only listener that there can be on group 0 is ours while our reader holds it. */
export const ourReader = ({ nflog }: State): OurReader['reader'] =>
	nflog.status === 'following' ? 'running' : nflog.status === 'failed' ? 'failed' : 'off'

/**
 * Our reader is being started, or will be as soon as the settings were read again after a change of ours. Until then
 * nobody may say that nobody reads.
 */
export function readerStarts({ nflog, lease, leaseAt, busy, settings, modes }: State): boolean {
	if (nflog.status !== 'off') return nflog.status === 'starting'
	if (modes.source === 'kmsg' || lease?.phase === 'undoing' || lease?.phase === 'lost') return false
	const isOpening = lease?.changes.some(
		({ knob, endedAt }) => endedAt === null && (isLoggerKnob(knob) || knob === 'log_invalid'),
	)
	return isOpening === true && (busy !== undefined || (settings.at ?? 0) < leaseAt)
}

/** Where reasons are to be read, and why; undefined before settings and host are read. */
export function sourceFor(state: State, wish: SourceWish): SourceChoice | undefined {
	const settings = state.settings.value
	const { facts } = state
	if (settings === undefined || facts === undefined) return undefined
	return chooseSource({
		wish,
		settings,
		tools: facts.tools,
		initial: facts.netns.initial,
		reader: ourReader(state),
		modules: state.modules.value?.list,
		// Without names for them there are none: a recording that was made before there were probes.
		probes: state.probes.drawn === undefined ? undefined : facts.probes,
	})
}

/** Where lines of conntrack itself are to be read: not by probes, which need none. */
function lineSourceFor(
	state: State,
	wish: Source | undefined,
): (SourceChoice & { readonly source: Source }) | undefined {
	// What is read already is not moved elsewhere by a change of the protocol.
	const present = state.modes.source === 'auto' ? state.way?.source : undefined
	if (wish === undefined && present !== undefined && present !== 'probe') {
		const choice = sourceFor(state, present)
		return choice && { ...choice, source: present, why: english.whereTheyAreReadNow(SOURCE_NAMES[present]) }
	}
	const asked = wish ?? (state.modes.source === 'probe' ? 'auto' : state.modes.source)
	const choice = sourceFor({ ...state, probes: { ...state.probes, drawn: undefined } }, asked)
	return choice && { ...choice, source: choice.source === 'probe' ? 'kmsg' : choice.source }
}

/** The reasons are to come from kernel probes: as asked for, or because they can be set here. */
export const prefersProbes = (state: State): boolean =>
	sourceFor(state, state.modes.source)?.source === 'probe'

export const SOURCE_NAMES = {
	kmsg: english.theKernelLog,
	nflog: 'NFLOG',
	probe: english.kernelProbes,
} as const satisfies Record<ReasonSource, string>

export type WayToLog = PlanToLog & { readonly source: ProposedSource }

/** The plan that makes the kernel tell why packets of a protocol are INVALID; undefined before settings and host are read. */
export function planFor(state: State, protocol: number, wish?: Source): WayToLog | undefined {
	const choice = lineSourceFor(state, wish)
	const settings = state.settings.value
	const { facts } = state
	if (choice === undefined || settings === undefined || facts === undefined) return undefined
	const { source, why } = choice
	const reader = ourReader(state)
	const modules = state.modules.value?.list
	const way = planToLog({ settings, netns: facts.netns, protocol, source, reader, modules })
	// Where a logger is bound, the plan says whose lines go elsewhere, and more exactly than the choice does.
	const moves = way.plan.changes.some(({ knob }) => isLoggerKnob(knob))
	const notes = protocol === 0 || (source === 'nflog' && moves) ? [] : choice.notes
	return {
		plan: way.plan,
		blockers: [...new Set([...choice.blockers, ...way.blockers])],
		notes: [...new Set([...notes, ...way.notes])],
		source: { protocol, source, why, other: otherThan(state, source) },
	}
}

/** In which the key for the other source leads from one to the next. */
const TURN: Readonly<Record<ReasonSource, readonly ReasonSource[]>> = {
	probe: ['nflog', 'kmsg'],
	nflog: ['kmsg', 'probe'],
	kmsg: ['probe', 'nflog'],
}

export const otherThan = (state: State, source: ReasonSource): ReasonSource | undefined =>
	TURN[source].find((other) => sourceFor(state, other)?.blockers.length === 0)

/**
 * INVALID packets are counted and their reasons do not reach us: log_invalid is off, or something between it and our
 * eyes is shut. A line since the settings were read proves that the way is open; older ones prove it for half of the
 * lines, say those of one family, but not for all: somebody may have shut the way meanwhile.
 */
export function notTold(state: State): boolean {
	if (state.way?.source === 'probe') return false
	const settings = state.settings.value
	const value = settings?.values.log_invalid
	if (settings === undefined || value === undefined) return false
	if (value === '0') return true
	if (state.reasons.some(({ lastAt }) => lastAt > settings.at)) return false
	const { status } = state.nflog
	if (goesToNflog(settings) && (status === 'following' || status === 'starting')) return false
	if (goesToNflog(settings) && !goesToKernelLog(settings)) return true
	const way = planFor(state, Number(value), 'kmsg')
	if (way === undefined) return false
	const missing = way.plan.changes.map(({ knob }) => knob)
	if (state.log.packetLines === 0) return missing.length > 0 || way.blockers.length > 0
	return (
		missing.includes('nf_log_all_netns') || (missing.includes('nf_log.2') && missing.includes('nf_log.10'))
	)
}
