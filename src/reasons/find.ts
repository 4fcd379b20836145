import { type PacketLine, parsePacketLine } from '../kernel/packet/packet-line.ts'
import { wrongLetters } from '../words/near.ts'
import { canonicalId, explain } from './explain/explain.ts'
import { type ListedReason, REASONS } from './list.ts'
import { CATALOGUE, findText } from './texts/catalogue.ts'
import { findHelperText } from './texts/helper-reason.ts'
import { LEGACY_TEXTS } from './texts/legacy-texts.ts'

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

const BY_ID: ReadonlyMap<string, ListedReason> = new Map(REASONS.map((one) => [one.id, one]))

const HELPERS: readonly string[] = [
	...new Set(REASONS.filter(({ l4proto }) => l4proto === null).map(({ protocol }) => protocol)),
]

/** By its id, or by another name that the reason goes by. */
export function reasonById(id: string): ListedReason | undefined {
	return BY_ID.get(canonicalId(id))
}

/**
 * The reasons that have this text, of whatever protocol, each with the line that says so: for a text that someone has
 * cut out of its line, without the prefix that names the protocol. What comes after the text may be there or not.
 */
export function reasonsWithText(
	text: string,
): readonly { readonly listed: ListedReason; readonly line: PacketLine }[] {
	const found: { listed: ListedReason; line: PacketLine }[] = []
	const add = (id: string | undefined, line: PacketLine) => {
		const listed = id === undefined ? undefined : BY_ID.get(id)
		if (listed !== undefined) found.push({ listed, line })
	}
	const anyLine = parsePacketLine(`nf_ct_proto_255: ${text}`)
	if (anyLine === undefined || anyLine.body === '') return []
	for (const l4proto of CATALOGUE.keys())
		add(findText(l4proto, anyLine.body)?.entry.id, { ...anyLine, l4proto })
	for (const l4proto of LEGACY_TEXTS.keys()) {
		const line = { ...anyLine, l4proto, legacy: true } as const
		const id = findText(l4proto, line.body, true)?.entry.id
		if (id?.startsWith('legacy-') === true) add(id, line)
	}
	for (const helper of HELPERS)
		add(findHelperText(helper, anyLine.body)?.entry.id, { ...anyLine, kind: 'helper', l4proto: null, helper })
	return found
}

/** Reasons with this title, as a screen shows it: `SEQ is over upper bound`, `sip: cannot mangle contact`. */
export function reasonsTitled(title: string): readonly ListedReason[] {
	const asked = title.trim().toLowerCase()
	return REASONS.filter(
		(one) =>
			one.title.toLowerCase() === asked ||
			(one.l4proto === null && `${one.protocol}: ${one.title}`.toLowerCase() === asked),
	)
}

/** Reasons whose id, text or explanation has all these words, or their beginnings; best first. */
export function reasonsAbout(text: string): readonly ListedReason[] {
	const words = askedWords(text)
	return ranked(words, words.length)
}

/** The same for those that have at least one of the words. */
export function reasonsTouching(text: string): readonly ListedReason[] {
	return ranked(askedWords(text), 1)
}

function ranked(words: readonly (readonly string[])[], least: number): readonly ListedReason[] {
	if (words.length === 0) return []
	const beginnings = words.map(beginningOf)
	return REASONS.map((listed) => ({ listed, ...scoreOf(listed, words, beginnings) }))
		.filter(({ found }) => found >= least)
		.sort((a, b) => b.found - a.found || b.score - a.score)
		.map(({ listed }) => listed)
}

/** How many of the words are there. One in the id counts most, in the explanation least, and old kernels half. */
function scoreOf(
	listed: ListedReason,
	words: readonly (readonly string[])[],
	beginnings: readonly RegExp[],
): { readonly found: number; readonly score: number } {
	const { meaning = '', causes = [], kernels = '' } = explain(listed.id) ?? {}
	const places = [
		{ text: listed.id, worth: 8 },
		{ text: `${listed.protocol} ${listed.format}`, worth: 4 },
		{ text: listed.title, worth: 2 },
		// Who asks about a late packet does not ask about `5.14 and later`.
		{ text: [meaning, ...causes, kernels.replaceAll('later', '')].join(' '), worth: 1 },
	].map((place) => ({ ...place, text: place.text.toLowerCase() }))
	const names = new Set([...listed.id.toLowerCase().split('-'), listed.protocol.toLowerCase()])
	let found = 0
	let score = 0
	beginnings.forEach((beginning, index) => {
		const worth = places.reduce((sum, place) => (beginning.test(place.text) ? sum + place.worth : sum), 0)
		if (worth === 0) return
		found++
		// `udp` is a name here, and a piece of another one in `udplite`.
		score += worth + ((words[index] ?? []).some((word) => names.has(word)) ? 8 : 0)
	})
	return { found, score: listed.legacy ? score / 2 : score }
}

/** Ids that look most like it: for a slip of the finger. None when more than half would have to be changed. */
export function nearestIds(text: string, most: number): readonly string[] {
	const asked = text.toLowerCase().slice(0, 64)
	return REASONS.map(({ id }) => ({ id, distance: wrongLetters(asked, id.toLowerCase()) }))
		.filter((one) => one.distance <= Math.ceil(asked.length / 2))
		.sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
		.slice(0, most)
		.map(({ id }) => id)
}
