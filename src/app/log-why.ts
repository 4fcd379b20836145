import { type PlanToLog, planToLog } from '../changes/plan.ts'
import type { State } from './state.ts'

/** The plan that makes the kernel tell why packets of a protocol are INVALID; undefined before settings and host are read. */
export function planFor(state: State, protocol: number): PlanToLog | undefined {
	const settings = state.settings.value
	if (settings === undefined || state.facts === undefined) return undefined
	return planToLog({ settings, netns: state.facts.netns, protocol })
}

/**
 * INVALID packets are counted and their reasons do not reach us: log_invalid is off, or something between it and the
 * kernel log is. A line since the settings were read proves that the way is open; older ones prove it for half of the
 * lines, say those of one family, but not for all: somebody may have shut the way meanwhile.
 */
export function notTold(state: State): boolean {
	const settings = state.settings.value
	const value = settings?.values.log_invalid
	if (settings === undefined || value === undefined) return false
	if (value === '0') return true
	const way = planFor(state, Number(value))
	if (way === undefined || state.reasons.some(({ lastAt }) => lastAt > settings.at)) return false
	const missing = way.plan.changes.map(({ knob }) => knob)
	if (state.log.packetLines === 0) return missing.length > 0 || way.blockers.length > 0
	return (
		missing.includes('nf_log_all_netns') || (missing.includes('nf_log.2') && missing.includes('nf_log.10'))
	)
}
