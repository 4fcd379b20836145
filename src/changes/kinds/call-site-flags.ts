/**
 * Flags of a call site of dynamic debug (lib/dynamic_debug.c): `p` prints, the others only decorate. Many hands may set
 * bits of one site, so we never own a row, only the bits that we changed.
 */

/** In the order of the kernel; which of them a kernel knows is found by writing. */
const ORDER = 'pmfsltd'
export const NO_FLAGS = '_'

const rank = (letter: string): number => {
	const at = ORDER.indexOf(letter)
	// Letters of later kernels, after all others and in a fixed order.
	return at < 0 ? ORDER.length + letter.charCodeAt(0) : at
}

const spelled = (letters: readonly string[]): string =>
	letters.toSorted((a, b) => rank(a) - rank(b)).join('') || NO_FLAGS

const lettersOf = (flags: string): readonly string[] => (flags === NO_FLAGS ? [] : [...flags])
const without = (letters: readonly string[], others: readonly string[]) =>
	letters.filter((letter) => !others.includes(letter))
const common = (letters: readonly string[], others: readonly string[]) =>
	letters.filter((letter) => others.includes(letter))

/** The one spelling of a set of flags: each letter once, in the kernel's order, `_` for none. */
export function canonicalFlags(text: string): string | undefined {
	const word = text.trim()
	if (word === '' || word === NO_FLAGS) return NO_FLAGS
	return /^[a-z]{1,26}$/.test(word) ? spelled([...new Set(word)]) : undefined
}

/** Letters that no kernel looked at has. */
export function unknownFlags(flags: string): string {
	return without(lettersOf(flags), [...ORDER]).join('')
}

/** Flags that are in one of the two and not in the other. */
export function flagsBetween(a: string, b: string): string {
	const [one, other] = [lettersOf(a), lettersOf(b)]
	return spelled([...without(one, other), ...without(other, one)])
}

/** `now` with the flags of `mask` as they are in `target`. */
export function withFlagsOf(now: string, target: string, mask: string): string {
	const bits = lettersOf(mask)
	return spelled([...without(lettersOf(now), bits), ...common(lettersOf(target), bits)])
}

export type FlagsStep = { readonly op: '+' | '-' | '='; readonly flags: string }

/**
 * The one query that makes `want` of `now`. It names only what changes, so that flags which somebody else sets in that
 * moment stay. Except that kernels up to 5.19 look at the flags of the query when they patch the branch: a query without
 * `p` on a site that prints shows `p` afterwards and silences it. While `p` stays on, it is always named.
 */
export function flagsStep(now: string, want: string): FlagsStep | undefined {
	const [before, after] = [lettersOf(now), lettersOf(want)]
	const added = without(after, before)
	const removed = without(before, after)
	const staysOn = before.includes('p') && after.includes('p')
	if (added.length === 0 && removed.length === 0) return undefined
	if (removed.length === 0) return { op: '+', flags: spelled(staysOn ? [...added, 'p'] : added) }
	if (added.length === 0 && !staysOn) return { op: '-', flags: spelled(removed) }
	return { op: '=', flags: spelled(after) }
}
