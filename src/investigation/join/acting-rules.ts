import type { RuleFlow } from '../../kernel/rules/fit/fit.ts'
import { wayFit } from '../../kernel/rules/fit/rule-fit.ts'
import * as english from '../../words/english/investigation/join.ts'
import { actionOf, type RuleRow } from './rule-rows.ts'

/** A rule that acts on INVALID where such a packet passes. */
export type ActingRule = {
	readonly hook: string
	/** `ip filter OUTPUT rule 7` */
	readonly place: string
	/** `drop`, `accept` ... */
	readonly action: string
}

/** Rules that act on INVALID, as the join speaks of them. Those before conntrack never see the state. */
export const actingRules = (rows: readonly RuleRow[]): readonly ActingRule[] =>
	rows.filter(isActing).map(actingRule)

const isActing = ({ isInvalid, isBeforeConntrack, owner }: RuleRow): boolean =>
	isInvalid && !isBeforeConntrack && owner !== 'ctscope'

const actingRule = ({ hook, rule }: RuleRow): ActingRule => ({
	hook,
	place: english.rule(rule.family, rule.table, rule.chain, rule.number),
	action: actionOf(rule),
})

/** One of them that a packet of a flow may meet. */
export type FittingRule = ActingRule & { readonly fit: 'yes' | 'perhaps' }

/** Those that INVALID packets of this flow meet at these hooks; first those that they surely meet. */
export function actingOn(
	rows: readonly RuleRow[],
	flow: RuleFlow,
	hooks: readonly string[],
): readonly FittingRule[] {
	const found = rows.filter(isActing).flatMap((row): readonly FittingRule[] => {
		const fit = hooks.includes(row.hook) ? wayFit([...row.jumps, row.rule], flow) : 'no'
		return fit === 'no' ? [] : [{ ...actingRule(row), fit }]
	})
	return found.toSorted((one, other) => Number(other.fit === 'yes') - Number(one.fit === 'yes'))
}

/** What becomes of an INVALID packet there, as far as rules that ask for INVALID say. */
export type Fate =
	| { readonly is: 'dropped'; readonly rule: FittingRule; readonly isSure: boolean }
	/** It is handed on to where no more was followed: a chain, a queue. */
	| { readonly is: 'elsewhere'; readonly rule: FittingRule }
	/** None of these rules drops it; others may. */
	| { readonly is: 'spared' }
	/** The rules were not read. */
	| { readonly is: 'unknown' }

const GOES_ON = /^(?:accept|return|continue|count|nothing|log|nflog|trace|MARK|CONNMARK)(?:\+|$)/

export function fateOf(acting: readonly FittingRule[] | undefined): Fate {
	if (acting === undefined) return { is: 'unknown' }
	const dropping = acting.find(({ action }) => /(?:^|\+)(?:drop|reject)$/.test(action))
	if (dropping !== undefined) return { is: 'dropped', rule: dropping, isSure: dropping.fit === 'yes' }
	const elsewhere = acting.find(({ action }) => !action.split('+').every((word) => GOES_ON.test(word)))
	return elsewhere === undefined ? { is: 'spared' } : { is: 'elsewhere', rule: elsewhere }
}
