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
 * kernel log is, and not one line has come.
 */
export function notTold(state: State): boolean {
	const value = state.settings.value?.values.log_invalid
	if (value === undefined) return false
	if (value === '0') return true
	if (state.log.packetLines > 0) return false
	const way = planFor(state, Number(value))
	return way !== undefined && (way.plan.changes.length > 0 || way.blockers.length > 0)
}
