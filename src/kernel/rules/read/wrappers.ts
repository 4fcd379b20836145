/** What people and programs put around the lines of a listing. */
export type Unwrapped = {
	readonly lines: readonly string[]
	/** Lines that a diff takes away. */
	readonly removed: number
	readonly isDiff: boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals put them there
const COLOUR = /\u001b\[[0-9;?]*[A-Za-z]/g
const ENTITIES: Readonly<Record<string, string>> = {
	gt: '>',
	lt: '<',
	amp: '&',
	quot: '"',
	nbsp: ' ',
	'#39': "'",
}
const MARKUP =
	/^\s*(?:```.*|~~~.*|<\/?(?:pre|code|div|p|details|summary)\b[^>]*>|\{(?:code|noformat)[^}]*\}|\[\/?(?:code|CODE)\])\s*$/
const DIFF =
	/^(?:@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@|diff --git |--- \S.*\n\+\+\+ \S)|^\+(?:-[AINP] |:[A-Z]+ |\*(?:filter|nat|mangle|raw)|\[\d+:\d+\] -A |[ \t]*(?:ct state|table |chain )\b)/m
const DIFF_HEAD =
	/^(?:diff --git |index [0-9a-f]+\.\.|--- (?:a\/|\/|\S+\s+\d{4})|\+\+\+ (?:b\/|\/|\S+\s+\d{4})|(?:new|deleted|old) (?:file )?mode |\\ No newline)/
/** `rules.txt:12:-A INPUT`, `12:-A INPUT`, as grep -n and -H print. */
const GREP =
	/^(?:[\w./-]+:)?(?:\d+:)?(?=(?:\[\d+:\d+\] )?-[AINP] \S|:\S+ (?:ACCEPT|DROP|-) |\*(?:filter|nat|mangle|raw|security)\s*$)/

/** Lines without what mailers, terminals, web pages and diffs add. A diff is read as it is behind it. */
export function unwrapped(text: string): Unwrapped {
	const isDiff = DIFF.test(text)
	const lines: string[] = []
	let removed = 0
	for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
		let line = raw
		if (line.includes('\u001b')) line = line.replace(COLOUR, '')
		if (line.includes('\u00a0')) line = line.replaceAll('\u00a0', ' ')
		if (line.includes('&'))
			line = line.replace(/&(gt|lt|amp|quot|nbsp|#39);/g, (word, name: string) => ENTITIES[name] ?? word)
		if (/^ {0,3}>/.test(line)) line = line.replace(/^(?: {0,3}>)+ ?/, '')
		if (isDiff) {
			if (DIFF_HEAD.test(line)) continue
			const hunk = /^@@ -\S+ \+\S+ @@ ?(.*)$/.exec(line)
			if (hunk !== null) line = (hunk[1] ?? '').trim()
			else if (line.startsWith('-') && !/^-[AINPFXZ] /.test(line)) {
				removed += 1
				continue
			} else line = line.replace(/^[+ ]/, '')
		}
		if (MARKUP.test(line)) continue
		lines.push(GREP.test(line) ? line.replace(GREP, '') : line)
	}
	return { lines, removed, isDiff }
}
