import type { Rule, RuleCounter } from './rule.ts'

/** Identity of a rule from one reading to the next: by its handle where it has one, else by its text and which of equal ones. */
export function rulesByIdentity(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
	const seen = new Map<string, number>()
	return new Map(
		rules.map((rule) => {
			const { backend, family, table, chain, handle, text } = rule
			const place = `${backend}\n${family}\n${table}\n${chain}\n`
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
	readonly since: RuleCounter
	/** Per second since the reading before; undefined before there are two. */
	readonly rate: number | undefined
	/** Somebody zeroed the counter, or replaced the rule: what was counted before that is kept in `since`. */
	readonly wasZeroed: boolean
}

type Known = { last: RuleCounter; since: RuleCounter; rate: number | undefined; wasZeroed: boolean }

export type Differences = {
	/** Takes a reading; `at` in ms. */
	take(rules: readonly Rule[], at: number): void
	/** By the identity of the rule; undefined for one without a counter. */
	of(identity: string): RuleDifference | undefined
}

/** Adds up what counters rise by, reading after reading, robust against rules that come, go or are zeroed. */
export function createDifferences(): Differences {
	let known = new Map<string, Known>()
	let before: number | undefined
	return {
		take(rules, at) {
			const seconds = before === undefined ? 0 : (at - before) / 1000
			const next = new Map<string, Known>()
			for (const [identity, { counter }] of rulesByIdentity(rules)) {
				if (counter === null) continue
				const old = known.get(identity)
				if (old === undefined) {
					// A rule that appears later has counted all it has since then.
					const isNew = before !== undefined
					next.set(identity, {
						last: counter,
						since: isNew ? counter : { packets: 0, bytes: 0 },
						rate: isNew && seconds > 0 ? counter.packets / seconds : undefined,
						wasZeroed: false,
					})
					continue
				}
				const isBack = counter.packets < old.last.packets || counter.bytes < old.last.bytes
				const from = isBack ? { packets: 0, bytes: 0 } : old.last
				const packets = counter.packets - from.packets
				next.set(identity, {
					last: counter,
					since: {
						packets: old.since.packets + packets,
						bytes: old.since.bytes + counter.bytes - from.bytes,
					},
					rate: seconds > 0 ? packets / seconds : old.rate,
					wasZeroed: old.wasZeroed || isBack,
				})
			}
			known = next
			before = at
		},
		of(identity) {
			const one = known.get(identity)
			return one === undefined ? undefined : { since: one.since, rate: one.rate, wasZeroed: one.wasZeroed }
		},
	}
}
