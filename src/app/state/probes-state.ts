import type { DrawnProbes } from '../../changes/kinds/probes.ts'
import type { Obituaries } from '../../investigation/join/obituary.ts'
import type { LedgerStory } from '../../investigation/join/window-ledger.ts'
import type { Who } from '../../investigation/who/tally.ts'
import type { AnswerBook } from '../../reasons/answers.ts'
import type { JudgedBook } from '../../reasons/judged-twice.ts'
import type { KernelTraits } from '../../reasons/traits.ts'
import type { Failure } from '../../words/failure.ts'
import type { ReasonRow, ShapeRow } from './reason-rows.ts'

/** What kernel probes tell beyond reasons. */
export type ProbeTold = {
	/** Of each reason, by the key of its row, the last ledger, and one that says something rather than one that does not. */
	readonly ledgers: ReadonlyMap<string, LedgerStory>
	readonly obituaries: Obituaries
}

/** What probes have told of a network namespace other than the one that is looked at. */
export type ElsewhereState = {
	/** As those of this one. */
	readonly traits: KernelTraits
	readonly answers: AnswerBook
	readonly judged: JudgedBook
	/** Inode number. */
	readonly netns: number
	readonly reasons: readonly ReasonRow[]
	/** All of these packets by who they are of. */
	readonly who: Who
	/** Packets without a reason by what each is, and how many there were. */
	readonly shapes: readonly ShapeRow[]
	readonly silent: number
	readonly told: ProbeTold
}

/** Names for probes to come: those of the reasons, of silent packets, and of the ends of entries. */
export type DrawnForPlan = {
	readonly reasons: DrawnProbes
	readonly invalid: DrawnProbes
	readonly ends: DrawnProbes
}

export type ProbesState = {
	/** Those that tell reasons: they are read, or cannot be. */
	readonly status: 'off' | 'following' | 'failed'
	readonly failure: Failure | undefined
	/** Undefined until they are drawn, which is not done by a state. */
	readonly drawn: DrawnForPlan | undefined
	/** Packets of all network namespaces since the start, and events that were lost. */
	readonly packets: number
	readonly lost: number
	readonly told: ProbeTold
	/** By inode, of as many as fit; 0 stands for all others. */
	readonly elsewhere: ReadonlyMap<number, ElsewhereState>
}
