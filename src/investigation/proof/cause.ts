import type { HEADLINES } from '../../words/english/investigation/headlines.ts'
import type { Evidence } from '../evidence.ts'
import type { Confidence } from '../step.ts'
import type { LastingFile } from '../trial/lasting.ts'
import type { Proof } from './proof.ts'
import type { View } from './view.ts'

/** Each cause has a headline; one without does not compile. */
export type CauseId = keyof typeof HEADLINES

/** What makes packets INVALID on this host, as far as the evidence goes. */
export type Cause = {
	readonly id: CauseId
	/** What it comes to, in one sentence that says how sure that is: `Likely: something on the way rewrites ...`. */
	readonly headline: string
	/** A few words: `asymmetric routing`. */
	readonly title: string
	readonly sentence: string
	readonly confidence: Exclude<Confidence, 'none'>
	/** Of the INVALID packets that were seen, 0 to 1. */
	readonly share: number
	/** What was seen that speaks for it, one line each. */
	readonly evidence: readonly string[]
	/** Look-alikes that were ruled out, one line each with what rules it out. */
	readonly excluded: readonly string[]
	/** Look-alikes that are left, one line each with what would tell. */
	readonly open: readonly string[]
	/** Of its packets, most frequent first: `10.0.3.7:443 > 10.0.9.21:51514`. */
	readonly flows: readonly string[]
	/** What would mend it, best first: text for a human, never carried out. */
	readonly remedies: readonly string[]
	/** What would make a setting last. */
	readonly lasting: readonly LastingFile[]
}

/** What a rule says of a cause that it takes for possible; its confidence is earned by proof.ts. */
export type Suspicion = Pick<Cause, 'id' | 'title' | 'sentence' | 'remedies'> &
	Proof & {
		/** Packets that it explains. */
		readonly packets: number
		readonly flows: readonly string[]
		readonly lasting?: readonly LastingFile[]
		/** A trickle of it is on every host, and nothing is to be done. */
		readonly isUsual?: true
	}

/** The causes of one family; none when nothing speaks for them. */
export type CauseRule = (view: View, evidence: Evidence) => readonly Suspicion[]
