/** What a filter says about one text: all words must be in it, or with `inverted` not all of them. Case does not count. */
export type Filter = { accepts(text: string): boolean; readonly empty: boolean }

const EVERYTHING: Filter = { accepts: () => true, empty: true }

const known = new Map<string, Filter>()

/** The same object for the same words, so that results can be remembered with it. */
export function filterFor(words: string, inverted: boolean): Filter {
	const parts = words
		.trim()
		.split(/\s+/)
		.filter((word) => word !== '')
	if (parts.length === 0) return EVERYTHING
	const key = `${inverted ? '!' : ' '}${parts.join(' ')}`
	const before = known.get(key)
	if (before !== undefined) return before
	const patterns = parts.map((word) => new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i'))
	const filter: Filter = {
		accepts: (text) => patterns.every((pattern) => pattern.test(text)) !== inverted,
		empty: false,
	}
	if (known.size >= 50) known.clear()
	known.set(key, filter)
	return filter
}

/** The line as it is typed: a `!` in front inverts. */
export function filterLine(pane: { readonly filter: string; readonly inverted: boolean }): string {
	return `${pane.inverted ? '!' : ''}${pane.filter}`
}
