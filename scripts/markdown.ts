// What the documents link to, and what they can be linked to: for the test that follows every link.

/** `target` as written: a path, `#anchor`, both, or an address. */
export type Link = { readonly line: number; readonly target: string }

const SPAN = /(`+)([^`].*?)\1/g

/** Each line with whether it stands in a block of code. */
function linesOf(text: string): readonly { readonly line: string; readonly isCode: boolean }[] {
	let fence: string | undefined
	return text.split('\n').map((line) => {
		const [mark] = /^ {0,3}(?:```+|~~~+)/.exec(line) ?? []
		if (fence !== undefined) {
			if (mark?.trim().startsWith(fence)) fence = undefined
			return { line, isCode: true }
		}
		fence = mark?.trim()
		return { line, isCode: mark !== undefined || /^(?: {4}|\t)/.test(line) }
	})
}

/** The lines without blocks and spans of code, in which nothing is a link or a heading. */
const proseOf = (text: string): readonly string[] =>
	linesOf(text).map(({ line, isCode }) => (isCode ? '' : line.replaceAll(SPAN, '')))

/** Lines of blocks of code, and what stands in spans. */
export const codeIn = (text: string): readonly string[] =>
	linesOf(text).flatMap(({ line, isCode }) =>
		isCode ? [line] : [...line.matchAll(SPAN)].map(([, , code = '']) => code),
	)

/** Links and pictures, also in tables; not those that only name a definition. */
export function linksIn(text: string): readonly Link[] {
	return proseOf(text).flatMap((line, index) =>
		[...line.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map(([, target = '']) => ({
			line: index + 1,
			target,
		})),
	)
}

/** The names of headings as forges make them: lower case, without signs, blanks as `-`, a number behind what comes again. */
export function anchorsIn(text: string): ReadonlySet<string> {
	const withCode = text.split('\n')
	const found = new Map<string, number>()
	const anchors = new Set<string>()
	for (const [index, line] of proseOf(text).entries()) {
		if (!/^#{1,6} /.test(line)) continue
		const title = (withCode[index] ?? '').replace(/^#+ +/, '').replace(/ +#*$/, '')
		const name = title
			.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
			.replaceAll(' ', '-')
		const times = found.get(name) ?? 0
		found.set(name, times + 1)
		anchors.add(times === 0 ? name : `${name}-${times}`)
	}
	return anchors
}
