import type { Accounting } from '../../investigation/accounting/accounting.ts'
import type { BothWays, Experiment, SampledFlow } from '../../investigation/evidence.ts'
import type { StepAnswer, StepId } from '../../investigation/step.ts'
import type { EndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { SilentPath } from '../../reasons/silent-paths.ts'

/** How often each reason had been told by then, by the key of its row. */
export type ReasonMark = { readonly at: MonotonicMs; readonly counts: Readonly<Record<string, number>> }

/** What a step came to when it was left, for the list and the report. */
export type DoneStep = { readonly answer: StepAnswer; readonly wall: number }

/** A setting that is being tried. */
export type RunningTrial = {
	readonly knob: string
	readonly from: string
	readonly to: string
	readonly phase: 'asked' | 'during' | 'after'
	/** Number of the change, while and after it is in force. */
	readonly seq: number | undefined
	readonly startedAt: MonotonicMs
	/** When the setting was back. */
	readonly endedAt: MonotonicMs
	/** Seconds that it is measured for: more once K was pressed. */
	readonly seconds: number
	/** INVALID packets in each second before. */
	readonly before: readonly number[]
	readonly during: readonly number[]
	/** What is said of it before it is tried. */
	readonly said: Experiment['said']
	/** The reason in question by the key of its row, and its lines in the same seconds; undefined where none is logged. */
	readonly lines:
		| {
				readonly key: string
				readonly protocol: string
				readonly title: string
				readonly before: readonly number[]
				readonly during: readonly number[]
		  }
		| undefined
}

export type StepsState = {
	/** When each step was begun, or begun anew. */
	readonly begun: Readonly<Partial<Record<StepId, MonotonicMs>>>
	readonly done: Readonly<Partial<Record<StepId, DoneStep>>>
	readonly skipped: readonly StepId[]
	/** Steps that were left for another one, newest last. */
	readonly trail: readonly StepId[]
	readonly sampled: readonly SampledFlow[]
	readonly bothWays: BothWays | undefined
	/** Entries that have ended while it was watched, newest last; undefined where nobody has watched. */
	readonly ended: readonly EndedEntry[] | undefined
	/** The kernel had more to tell of than was read. */
	readonly endsMissed: boolean
	readonly trial: RunningTrial | undefined
	readonly experiments: readonly Experiment[]
	/** What was told by the end of each second since the first step was begun, the newest two minutes. */
	readonly marks: readonly ReasonMark[]
	/** The last account while reasons were told: an undo ends it, and the report still needs it. */
	readonly account:
		| {
				readonly accounting: Accounting
				readonly silent: readonly SilentPath[]
				/** Its lines by the key of their reason's row. */
				readonly lines: Readonly<Record<string, number>>
		  }
		| undefined
	/** Settings as they were read first. */
	readonly settingsBefore: Readonly<Record<string, string>>
	/** Where the report was written to. */
	readonly report: string | undefined
}

export const NO_STEPS: StepsState = {
	begun: {},
	done: {},
	skipped: [],
	trail: [],
	sampled: [],
	bothWays: undefined,
	ended: undefined,
	endsMissed: false,
	trial: undefined,
	experiments: [],
	marks: [],
	account: undefined,
	settingsBefore: {},
	report: undefined,
}
