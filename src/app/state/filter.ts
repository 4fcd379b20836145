/**
 * What a filter says about one text: all words must be in it, or with `inverted` not all of them. Words in quotes are one, and
 * only as a whole: `"10.0.0.1"` is not in `10.0.0.12`. Case does not count.
 */
export type Filter = { accepts(text: string): boolean; readonly empty: boolean }

const EVERYTHING: Filter = { accepts: () => true, empty: true }

const known = new Map<string, Filter>()

const PARTS = /"([^"]+)"|\S+/g

/** The same object for the same words, so that results can be remembered with it. */
export function filterFor(words: string, inverted: boolean): Filter {
	const parts = [...words.matchAll(PARTS)].flatMap(([word, whole]) => {
		if (whole !== undefined) return [wholePattern(whole)]
		// A quote that has no other one yet.
		const bare = word.replace(/^"/, '')
		return bare === '' ? [] : [escaped(bare)]
	})
	if (parts.length === 0) return EVERYTHING
	const key = `${inverted ? '!' : ' '}${parts.join(' ')}`
	const before = known.get(key)
	if (before !== undefined) return before
	const patterns = parts.map((part) => new RegExp(part, 'iu'))
	const filter: Filter = {
		accepts: (text) => patterns.every((pattern) => pattern.test(text)) !== inverted,
		empty: false,
	}
	if (known.size >= 50) known.clear()
	known.set(key, filter)
	return filter
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

const IN_A_WORD = '\\p{L}\\p{N}_'

/** Not in the middle of a word, a number, or an address of IPv6, whose parts have colons between them. */
function wholePattern(text: string): string {
	const within = `[${IN_A_WORD}${text.split(':').length > 2 ? ':' : ''}]`
	const isWord = (character: string | undefined) =>
		character !== undefined && new RegExp(within, 'u').test(character)
	const characters = [...text]
	const before = isWord(characters[0]) ? `(?<!${within})` : ''
	const after = isWord(characters.at(-1)) ? `(?!${within})` : ''
	return `${before}${escaped(text)}${after}`
}

/** The filter that lets through what has this value; undefined for one that it cannot name. */
export const wholeValue = (value: string): string | undefined =>
	value.trim() === '' || /["\p{Cc}]/u.test(value) ? undefined : `"${value}"`

/** The line as it is typed: a `!` in front inverts. */
export function filterLine(pane: { readonly filter: string; readonly inverted: boolean }): string {
	return `${pane.inverted ? '!' : ''}${pane.filter}`
}
