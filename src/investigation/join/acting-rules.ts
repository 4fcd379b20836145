import type { Fit, RuleFlow } from '../../kernel/rules/fit/fit.ts'
import { ruleFit, wayFit } from '../../kernel/rules/fit/rule-fit.ts'
import type { Way } from '../../kernel/rules/order.ts'
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
	rows.filter(isActing).flatMap((row) => hooksOf(row).map((hook) => actingRule(row, hook)))

const isActing = ({ isInvalid, isBeforeConntrack, owner }: RuleRow): boolean =>
	isInvalid && !isBeforeConntrack && owner !== 'ctscope'

/** Hooks where a packet has a state and comes to the rule; one without a hook stays where nothing leads to it. */
const hooksOf = ({ ways, hook }: RuleRow): readonly string[] =>
	ways.length === 0
		? [hook]
		: [...new Set(ways.filter((way) => !way.isBeforeConntrack).map((way) => way.hook))]

const actingRule = ({ rule }: RuleRow, hook: string): ActingRule => ({
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
		const { fit, hook } = bestWay(row, flow, hooks)
		return fit === 'no' ? [] : [{ ...actingRule(row, hook), fit }]
	})
	return found.toSorted((one, other) => Number(other.fit === 'yes') - Number(one.fit === 'yes'))
}

/** The way by which such a packet comes to the rule most surely. */
function bestWay(
	{ ways, wayCount, isMore, rule }: RuleRow,
	flow: RuleFlow,
	hooks: readonly string[],
): { readonly fit: Fit; readonly hook: string } {
	let found: Way | undefined
	for (const way of ways) {
		if (way.isBeforeConntrack || !hooks.includes(way.hook)) continue
		const fit = wayFit([...way.jumps, rule], flow)
		if (fit === 'yes' && way.isCut !== true) return { fit, hook: way.hook }
		if (fit !== 'no') found ??= way
	}
	if (found !== undefined) return { fit: 'perhaps', hook: found.hook }
	// Ways that are not in the list may come from there.
	const mayBe = (isMore || wayCount > ways.length) && ruleFit(rule, flow) !== 'no'
	return { fit: mayBe ? 'perhaps' : 'no', hook: hooks[0] ?? '' }
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
