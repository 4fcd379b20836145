/** ASCII without CR, and what we draw ourselves: each of these is a character by itself. */
const EACH_ITS_OWN = /^(?:[^\r\P{ASCII}]|[─│┌┐└┘┴▁-█▉-▏▸→…])*$/u

type Segment = { readonly segment: string; readonly index: number }

let segmenter: Intl.Segmenter | undefined

/**
 * The characters of a text as people count them, and where they are. Nearly no text needs more than a look at its
 * codes; the first that does costs 20 ms, in which what is known of all scripts is loaded. The bundle gives this to Ink.
 */
export function graphemes(text: string): Iterable<Segment> {
	if (text === '\r' || EACH_ITS_OWN.test(text))
		return Array.from(text, (segment, index) => ({ segment, index }))
	segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
	return segmenter.segment(text)
}
