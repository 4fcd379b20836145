/**
 * What a terminal could obey, hide or show in another order: C0, DEL, C1 (category Cc), format characters such as
 * bidi overrides and zero-width joiners (Cf), line and paragraph separators, lone surrogates, characters that are
 * drawn as nothing, and a pile of combining marks from the fourth mark on (it would grow over the lines above).
 */
const UNSAFE =
	/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]|(?<=\p{M}{3})\p{M}/gu

/** Nothing but printable ASCII: by far the most common text, returned as it is. */
const PLAIN = /^[\x20-\x7e]*$/

/**
 * Text that is safe to print: tabs become a blank, everything of `UNSAFE` becomes `\x1b` or `\u202e` or `\u{e0001}`,
 * printable Unicode stays. Applying it twice changes nothing.
 */
export function visible(text: string): string {
	if (PLAIN.test(text)) return text
	return text.replaceAll(UNSAFE, (char) => {
		if (char === '\t') return ' '
		const code = char.codePointAt(0) ?? 0
		const hex = code.toString(16)
		if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
		return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
	})
}
