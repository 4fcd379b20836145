import type { Backend, Ruleset } from '../kernel/rules/rule.ts'
import type { Failure } from '../words/failure.ts'
import type { MonotonicMs } from './clock.ts'

/** The rules of this network namespace, as the tools of each backend print them. */
export type RulesReading = {
	readonly at: MonotonicMs
	/** Wall time of the whole reading, ms: an upper bound of what it costs a core. */
	readonly tookMs: number
	readonly ruleset: Ruleset
	/** Those that have a chain here. */
	readonly backends: readonly Backend[]
	/** Why some of it could not be read; the rest is there. */
	readonly failures: readonly Failure[]
}
