import type { Rule } from './rule.ts'

/** A packet that is INVALID can match it because of its state, however that is spelled. */
export function matchesInvalid({ state }: Pick<Rule, 'state'>): boolean {
	return state !== null && (state.states.includes('invalid') || state.viaSet !== null)
}

/** What is shown: rules that act on INVALID packets, and those that log or trace. */
export const isShown = (rule: Pick<Rule, 'state' | 'log'>): boolean =>
	matchesInvalid(rule) || rule.log !== null
