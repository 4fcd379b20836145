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
	/** What would mend it, best first: text for a human, never carried out. */
	readonly remedies: readonly string[]
	/** What would make a setting last. */
	readonly lasting: readonly LastingFile[]
}

export type CauseRule = Pick<Cause, 'id' | 'title' | 'remedies'> & {
	judge(
		evidence: Evidence,
	):
		| (Omit<Cause, 'id' | 'title' | 'remedies' | 'lasting'> & { readonly lasting?: readonly LastingFile[] })
		| undefined
}
