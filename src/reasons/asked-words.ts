/** More words than this are no question but a text. */
const MOST_WORDS = 16

/** Words of a question that say nothing about a reason. `out of window` asks about the window. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
	'a an and are as at by for from in is it of on or out packet packets that the to was what why with'.split(
		' ',
	),
)

/** What admins, captures and other tools call it, and how kernels and explanations say it; beginnings of words. */
const SAID_OTHERWISE: Readonly<Record<string, readonly string[]>> = {
	asymmetrical: ['asymmetric'],
	chksum: ['checksum'],
	corrupt: ['damaged', 'checksum'],
	corrupted: ['damaged', 'checksum'],
	csum: ['checksum'],
	cksum: ['checksum'],
	malformed: ['damaged', 'invalid', 'short', 'truncated'],
	nmap: ['scan'],
	portscan: ['scan'],
	reset: ['rst'],
	resets: ['rst'],
	retransmission: ['retransmi', 'sent again'],
	retransmissions: ['retransmi', 'sent again'],
	retransmit: ['retransmi', 'sent again'],
	sequence: ['seq'],
	spoofed: ['forged'],
	spurious: ['late', 'forged'],
	xmas: ['flag'],
}

/** The words of a question, each with the other words that would do as well. */
export function askedWords(text: string): readonly (readonly string[])[] {
	const words = (text.toLowerCase().match(/\w[\w.%/]*/g) ?? []).slice(0, MOST_WORDS)
	const telling = words.filter((word) => !EMPTY_WORDS.has(word))
	// Where nothing else is said, `out` is all there is to look for.
	return (telling.length > 0 ? telling : words).map((word) => [
		word,
		...(Object.hasOwn(SAID_OTHERWISE, word) ? (SAID_OTHERWISE[word] ?? []) : []),
	])
}

/** Finds a word, or one that would do as well, at the beginning of words. */
export const beginningOf = (alternatives: readonly string[]): RegExp =>
	new RegExp(`(?<!\\w)(?:${alternatives.map((word) => word.replaceAll(/[./]/g, '\\$&')).join('|')})`)
