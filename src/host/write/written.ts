import type { ProcessName } from '../../changes/lease.ts'
import type { Announce } from '../process/hand.ts'

export type Written =
	| { readonly ok: true }
	/** errno name. `at` tells a file that is not there from a value that the kernel refuses: nf_log gives ENOENT for both. */
	| {
			readonly ok: false
			readonly code: string
			readonly at: 'open' | 'write'
			/** What a tool or a look at the host says about it. */
			readonly words?: string
	  }

/** What a write has to know besides the value. */
export type ForWrite = {
	/** What the knob was judged by; of a call site only the flags that differ from it are written. */
	readonly now: string
	/** What was recorded of the change: see `detail`. */
	readonly detail: readonly string[]
	/** Tools that were recorded of the change, and may still be about to make it. */
	readonly hands?: readonly ProcessName[]
	/** Given for a change that is made: a tool that could go on without us is recorded before it begins. */
	readonly announce?: Announce
}
