/** What a knob reads now: its canonical value, gone with its path or namespace, or there but not readable. */
export type Reading =
	| { readonly kind: 'value'; readonly value: string }
	| { readonly kind: 'gone'; readonly why: string }
	/** errno name, or EBADMSG for text that is no value of the knob. */
	| { readonly kind: 'unreadable'; readonly code: string }

export type Verdict =
	/** Reads what it is to be put back to: nothing is written. */
	| 'already'
	/** Reads what we wrote, or may have written: is put back. */
	| 'restore'
	/** Someone else wrote it: is left alone. */
	| 'conflict'
	| 'vanished'
	| 'unreadable'

/**
 * What an undo does with one knob. `isOurs` tells the values that only we can have written. The kernel has no
 * compare-and-swap for a sysctl: between this reading and the write that follows it somebody else may write.
 */
export function verdictFor(target: string, isOurs: (value: string) => boolean, reading: Reading): Verdict {
	if (reading.kind === 'gone') return 'vanished'
	if (reading.kind === 'unreadable') return 'unreadable'
	if (reading.value === target) return 'already'
	return isOurs(reading.value) ? 'restore' : 'conflict'
}
