import type { ReasonSource } from '../../changes/log-source.ts'
import type { FoundLease, HeldChange, Plan } from '../../model/change.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { KnobId } from '../../model/knob.ts'
import type { Failure } from '../../words/failure.ts'

export type Choice = { readonly value: string; readonly label: string; readonly note: string }

export type ProposedSource = {
	/** Value for log_invalid. */
	readonly protocol: number
	readonly source: ReasonSource
	readonly why: string
	/** Another one, where it can be taken instead. */
	readonly other: ReasonSource | undefined
}

export type Dialog =
	/** The exact writes, before they happen; answered with y. */
	| {
			readonly kind: 'confirm-change'
			readonly plan: Plan
			/** Why it cannot work; then `y` is off. */
			readonly blockers: readonly string[]
			/** What the plan means beyond itself. */
			readonly notes: readonly string[]
			/** What has to be in view before the yes: how much it would print. */
			readonly warning?: string
			/** A second question after the yes, for a plan that is larger than people expect; then it is `asked`. */
			readonly again?: string
			readonly asked?: true
			/** Lines that were scrolled away; absent is 0. */
			readonly top?: number
			/** Of a plan to log: where the lines are to go, why there, and what else could be taken. */
			readonly source?: ProposedSource
	  }
	/** What stands in front of lines of call sites: several of them, each a flag of dynamic debug. */
	| {
			readonly kind: 'decorate'
			readonly offered: readonly Choice[]
			readonly chosen: readonly string[]
			readonly selected: number
	  }
	| {
			readonly kind: 'choose'
			readonly knob: KnobId
			readonly choices: readonly Choice[]
			readonly selected: number
	  }
	/** What a rule of ours is to log: a line of text for each thing that can be said of it. */
	| {
			readonly kind: 'tap'
			readonly tap: 'tap' | 'preview'
			readonly values: Readonly<Record<string, string>>
			readonly selected: number
			readonly error: string
	  }
	/** A number typed for a knob. */
	| { readonly kind: 'number'; readonly knob: KnobId; readonly text: string; readonly error: string }
	| { readonly kind: 'quit'; readonly keepScreen: boolean; readonly top?: number }
	| { readonly kind: 'leftover'; readonly lease: FoundLease; readonly top?: number }
	/** The breaker ended our changes: what it switched off, read back, and what can be done instead. */
	| {
			readonly kind: 'flood'
			/** Lines a second. */
			readonly rate: number
			readonly changes: readonly HeldChange[]
			readonly top?: number
	  }
	/** All network namespaces of the host, to look at another one. */
	| { readonly kind: 'namespaces'; readonly selected: number }
	| { readonly kind: 'help'; readonly top: number }
	| { readonly kind: 'commands'; readonly query: string; readonly selected: number }
	| { readonly kind: 'failure'; readonly failure: Failure; readonly top?: number }

/** Keys count only from `since + DIALOG_GRACE_MS` on: what was typed before the dialog was seen is thrown away. */
export const DIALOG_GRACE_MS = 300

export type OpenDialog = { readonly dialog: Dialog; readonly since: MonotonicMs }
