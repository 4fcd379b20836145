import * as english from '../../words/english/investigation/join.ts'
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
			place: english.rule(rule.family, rule.table, rule.chain, rule.number),
			action: actionOf(rule),
		}))
