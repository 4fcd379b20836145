import type { Evidence } from '../evidence.ts'
import type { Confidence } from '../step.ts'
import type { LastingFile } from '../trial/lasting.ts'

/** What makes packets INVALID on this host, as far as the evidence goes. */
export type Cause = {
	readonly id: string
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
	/** Of its packets, most frequent first: `10.0.3.7:443 > 10.0.9.21:51514`. */
	readonly flows: readonly string[]
	/** What would mend it, best first: text for a human, never carried out. */
	readonly remedies: readonly string[]
	/** What would make a setting last. */
	readonly lasting: readonly LastingFile[]
}

/** What a rule says of a cause it has found; remedies only where the usual ones do not fit what was seen. */
export type Found = Pick<Cause, 'sentence' | 'confidence' | 'share' | 'evidence'> &
	Partial<Pick<Cause, 'remedies' | 'lasting' | 'excluded' | 'flows'>>

export type CauseRule = Pick<Cause, 'id' | 'title' | 'remedies'> & {
	judge(evidence: Evidence): Found | undefined
}
