/** A word of conntrack that is no reason: a counter, a field of an entry, a setting, a spelling of a rule, an error. */
export type Term = {
	/** How it is written; the first is the one to show. Compared without case, blanks put together. */
	readonly names: readonly string[]
	readonly kind: TermKind
	readonly means: string
	/** Which number or value is normal. */
	readonly normal: string
	/** What to look at next, cheapest first. */
	readonly look: readonly string[]
}

export type TermKind = 'counter' | 'field' | 'setting' | 'rule' | 'error'
