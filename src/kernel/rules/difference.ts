import type { Rule, RuleCounter } from './rule.ts'

/** Identity of a rule from one reading to the next: by its handle where it has one, else by its text and which of equal ones. */
export function rulesByIdentity(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
	const seen = new Map<string, number>()
	return new Map(
		rules.map((rule) => {
			const { listing = 1, backend, family, table, chain, handle, text } = rule
			const place = `${listing}\n${backend}\n${family}\n${table}\n${chain}\n`
			if (handle !== null) return [`${place}#${handle}`, rule]
			const key = `${place}${text}`
			const nth = (seen.get(key) ?? 0) + 1
			seen.set(key, nth)
			return [`${key}\n${nth}`, rule]
		}),
	)
}

/** What a rule has counted since it was first seen here. Counters of others are never zeroed by us. */
export type RuleDifference = {
	/** As the last reading had it. */
	readonly last: RuleCounter
	readonly since: RuleCounter
	/** Packets per second since the reading before; undefined before there are two. */
	readonly rate: number | undefined
	/** Somebody zeroed the counter, or replaced the rule: what was counted before that is kept in `since`. */
	readonly wasZeroed: boolean
}

/** What each rule with a counter has counted, by its identity. */
export type RuleTally = { readonly at: number; readonly byIdentity: ReadonlyMap<string, RuleDifference> }

const ZERO: RuleCounter = { packets: 0, bytes: 0 }

/** The next tally: robust against rules that come, go or are zeroed, never negative. `at` in ms; `before`: none at first. */
export function tallied(before: RuleTally | undefined, rules: readonly Rule[], at: number): RuleTally {
	const seconds = before === undefined ? 0 : (at - before.at) / 1000
	const byIdentity = new Map<string, RuleDifference>()
	for (const [identity, { counter }] of rulesByIdentity(rules))
		if (counter !== null)
			byIdentity.set(
				identity,
				counted(before?.byIdentity.get(identity), counter, before !== undefined, seconds),
			)
	return { at, byIdentity }
}

function counted(
	old: RuleDifference | undefined,
	counter: RuleCounter,
	isLater: boolean,
	seconds: number,
): RuleDifference {
	// A rule that appears later has counted all it has since then.
	if (old === undefined)
		return {
			last: counter,
			since: isLater ? counter : ZERO,
			rate: isLater && seconds > 0 ? counter.packets / seconds : undefined,
			wasZeroed: false,
		}
	const isBack = counter.packets < old.last.packets || counter.bytes < old.last.bytes
	const from = isBack ? ZERO : old.last
	const packets = counter.packets - from.packets
	return {
		last: counter,
		since: { packets: old.since.packets + packets, bytes: old.since.bytes + counter.bytes - from.bytes },
		rate: seconds > 0 ? packets / seconds : old.rate,
		wasZeroed: old.wasZeroed || isBack,
	}
}
