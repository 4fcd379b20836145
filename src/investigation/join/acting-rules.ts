import type { ActingRule } from './join.ts'
import { actionOf, type RuleRow } from './rule-rows.ts'

/** Rules that act on INVALID, as the join speaks of them. Those before conntrack never see the state. */
export const actingRules = (rows: readonly RuleRow[]): readonly ActingRule[] =>
	rows
		.filter(
			({ isInvalid, isBeforeConntrack, owner }) => isInvalid && !isBeforeConntrack && owner !== 'ctscope',
		)
		.map(({ hook, rule }) => ({
			hook,
			place: `${rule.family} ${rule.table} ${rule.chain} rule ${rule.number}`,
			action: actionOf(rule),
		}))
