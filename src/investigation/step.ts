import type { Evidence } from './evidence.ts'

/** The questions of an investigation in the order in which they are usually asked. */
export const STEP_IDS = [
	'rising',
	'acting',
	'telling',
	'collect',
	'reasons',
	'directions',
	'printk',
	'setting',
	'report',
] as const
export type StepId = (typeof STEP_IDS)[number]

/** What ctscope can do in a step; each shows the exact writes before it writes anything. */
export type Offer =
	| 'log-why'
	| 'go-rules'
	| 'go-printk'
	| 'go-watch'
	| 'go-table'
	| 'namespaces'
	| 'count-ways'
	| 'experiment'
	| 'undo-all'
	| 'report'

export type Confidence = 'high' | 'medium' | 'low' | 'none'

export type StepAnswer = {
	/** `reading`: more comes by itself in a moment. */
	readonly state: 'reading' | 'answered' | 'open'
	/** For the list: a few words. */
	readonly short: string
	/** The answer in one sentence, as one says it to a colleague. */
	readonly headline: string
	readonly confidence: Confidence
	/** What the headline leaves out, in whole sentences; may be empty. */
	readonly says: string
	/** What was read, with its value. */
	readonly read: readonly (readonly [what: string, value: string])[]
	/** What to do here, if anything, as a sentence; `offer` is what the program can do for it. */
	readonly does: string
	readonly offer?: Offer
	/** What is left to a human, best first; the program never does it. */
	readonly byHand?: readonly string[]
	readonly notChecked: readonly string[]
	/** Which question follows from this answer; undefined after the last. */
	readonly next: StepId | undefined
}

export type Step = {
	readonly id: StepId
	/** A full question, and its short form for the list. */
	readonly question: string
	readonly title: string
	readonly why: string
	answer(evidence: Evidence): StepAnswer
}

/** The whole answer, as running text. */
export const toldBy = ({ headline, says }: Pick<StepAnswer, 'headline' | 'says'>): string =>
	says === '' ? headline : `${headline} ${says}`
