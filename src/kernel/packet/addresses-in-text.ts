import ipaddr from 'ipaddr.js'

/** What stands for an address from now on. */
export type Naming = {
	/** `key` is the same for all spellings of an address. */
	readonly nameOf: (kind: 'v4' | 'v6' | 'mac', key: string) => string
	readonly isKnown: (key: string) => boolean
}

/** All that an address can be made of; behind a character that was made visible, such as `\x00`, it begins anew. */
const RUN = /(\\x[\da-f]{2}|\\u[\da-f]{4})?([\da-f:.-]+)/gi
const DOTTED = /(?<!\d)\d+(?:\.\d+){3,}/g
/** `ip-203-0-113-7.example`: names that clouds give. */
const DASHED = /(?<=[g-z]-|[a-z]{3}-)\d{1,3}(?:-\d{1,3}){3}(?![\da-f-])/gi
const DASHED_MAC = /(?<![\da-f]|[\da-f]-)(?:[\da-f]{2}-){5,}[\da-f]{2}(?![\da-f])/gi
/** As switches print it. */
const CISCO = /(?<![\w.])[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}(?![\w.])/gi
const OCTET = /^[\da-f]{2}$/i
/** `mac`, `face`: perhaps the end of a name, and no number. */
const LETTERS = /^[a-f]+$/i
const DIGIT = /\d/
const WORD = /[a-z\d_]/i

/** Pieces between the colons of an IPv6 address; `::` at its beginning or end is two of them. */
const MOST_GROUPS = 9
const MAC = 6
/** In `MAC=` of the kernel: the receiver, the sender, the type of what is inside. */
const ETHERNET = 14

/**
 * The text with each address replaced by its name: candidates are found by their characters, whatever stands around them,
 * and judged by ipaddr.js. Takes as long as the text is.
 */
export function withoutAddresses(text: string, naming: Naming): string {
	return text
		.replaceAll(CISCO, (mac) => naming.nameOf('mac', mac.replaceAll('.', '').toLowerCase()))
		.replaceAll(DASHED, (found) => ipv4Of(found.split('-'), naming, '-') ?? found)
		.replaceAll(RUN, (whole: string, ahead: string | undefined, run: string, at: number, all: string) => {
			const isGlued = ahead === undefined && at > 0 && WORD.test(all[at - 1] ?? '')
			// `std::string` has such letters in the middle of its words.
			if (isGlued && !DIGIT.test(run) && WORD.test(all[at + whole.length] ?? '')) return whole
			// The end of a sentence, or a dash.
			let end = run.length
			while (end > 0 && (run[end - 1] === '.' || run[end - 1] === '-')) end--
			return `${ahead ?? ''}${inRun(run.slice(0, end), isGlued, naming)}${run.slice(end)}`
		})
}

/** With dashes six pairs and more are a MAC. */
function inRun(run: string, isGlued: boolean, naming: Naming): string {
	const rest = run.replaceAll(DASHED_MAC, (found, at: number) => {
		const pairs = found.split('-')
		const ahead = macsAt(pairs, 0, at === 0 && isGlued, '-', naming) === undefined ? 1 : 0
		const macs = macsAt(pairs, ahead, false, '-', naming)
		return [...pairs.slice(0, ahead), macs?.text, ...pairs.slice(ahead + (macs?.count ?? 0))].join('-')
	})
	return rest
		.split('-')
		.map((piece, index) => inColons(piece, index === 0 && isGlued, naming))
		.join('-')
}

/** Pieces between colons. */
function inColons(piece: string, isGlued: boolean, naming: Naming): string {
	const groups = piece.split(':')
	if (groups.length < 3) return inDots(piece, naming)
	const out: string[] = []
	for (let at = 0; at < groups.length; ) {
		const glued = at === 0 && isGlued
		const ipv6 = isName(groups, at, glued) ? undefined : ipv6At(groups, at, naming)
		const found = ipv6 ?? macsAt(groups, at, glued, ':', naming)
		out.push(found?.text ?? inDots(groups[at] ?? '', naming))
		at += found?.count ?? 1
	}
	return out.join(':')
}

type Found = { readonly text: string; readonly count: number }

/** The end of `mac:`, `src:` is made of digits of an address too. */
function isName(groups: readonly string[], at: number, isGlued: boolean): boolean {
	if (!LETTERS.test(groups[at] ?? '') || groups[at + 1] === '') return false
	return isGlued || (at === 0 && groups.length === 9 && !groups.includes(''))
}

function macsAt(
	groups: readonly string[],
	first: number,
	isGlued: boolean,
	between: string,
	{ nameOf }: Naming,
): Found | undefined {
	let end = first
	while (end < groups.length && OCTET.test(groups[end] ?? '')) end++
	const count = end - first
	if (count < MAC) return undefined
	// One piece too much is the end of a name in front, or a number behind.
	if (count % MAC === 1 && (isGlued || LETTERS.test(groups[first] ?? ''))) return undefined
	const macs = count === ETHERNET ? 2 : count % MAC < 2 ? Math.floor(count / MAC) : 1
	const length = count === ETHERNET || count % MAC < 2 ? MAC : count
	const names = Array.from({ length: macs }, (_, index) => {
		const from = first + index * length
		return nameOf(
			'mac',
			groups
				.slice(from, from + length)
				.join('')
				.toLowerCase(),
		)
	})
	return { text: names.join(between), count: macs * length }
}

/** The longest address that begins with this group. */
function ipv6At(groups: readonly string[], first: number, naming: Naming): Found | undefined {
	const begin = groups[first] ?? ''
	if (begin === '' && groups[first + 1] !== '') return undefined
	if (begin === '' && groups[first + 2] === '') return undefined
	// What is longer than four digits begins with something else.
	const cut = first === 0 ? Math.max(0, begin.length - 4) : 0
	for (let end = Math.min(groups.length, first + MOST_GROUPS); end > first + 2; end--) {
		const middle = groups.slice(first, end - 1)
		middle[0] = begin.slice(cut)
		const last = groups[end - 1] ?? ''
		// An address of IPv4 at the end belongs to it; else a point ends it: a port of tcpdump, a sentence.
		for (const own of new Set([last, last.split('.')[0] ?? '', last.slice(0, 4)])) {
			const name = ipv6Name([...middle, own], naming)
			if (name === undefined) continue
			return {
				text: `${begin.slice(0, cut)}${name}${inDots(last.slice(own.length), naming)}`,
				count: end - first,
			}
		}
	}
	return undefined
}

function ipv6Name(groups: readonly string[], { nameOf, isKnown }: Naming): string | undefined {
	const text = groups.join(':')
	// Most are none, and the library takes its time to say so.
	const zeros = text.indexOf('::')
	if (zeros < 0 ? groups.length < 7 || groups.length > 8 : zeros !== text.lastIndexOf('::')) return undefined
	// Six pairs and more are a MAC, and eight of them too.
	if (!ipaddr.IPv6.isValid(text) || groups.every((group) => OCTET.test(group))) return undefined
	const address = ipaddr.IPv6.parse(text)
	const range = address.range()
	// `::1` and `::` name nobody, and `::` stands between names of programs.
	if (range === 'loopback' || range === 'unspecified') return text
	if (address.isIPv4MappedAddress()) return nameOf('v4', address.toIPv4Address().toString())
	const port = groups.at(-1) ?? ''
	const bare = groups.slice(0, -1).join(':')
	// Without brackets a port looks like a part of the address: unless this address was met without it.
	if (/^\d{1,5}$/.test(port) && groups.at(-2) !== '' && ipaddr.IPv6.isValid(bare)) {
		const key = ipaddr.IPv6.parse(bare).toNormalizedString()
		if (key !== address.toNormalizedString() && isKnown(key)) return `${nameOf('v6', key)}:${port}`
	}
	return nameOf('v6', address.toNormalizedString())
}

/** Numbers between points: the first four that are an address; what is behind them is a port. */
function inDots(text: string, naming: Naming): string {
	return text.replaceAll(DOTTED, (found) => {
		const parts = found.split('.')
		const out: string[] = []
		for (let at = 0; at < parts.length; ) {
			const name = ipv4Of(parts.slice(at, at + 4), naming)
			out.push(name ?? parts[at] ?? '')
			at += name === undefined ? 1 : 4
		}
		return out.join('.')
	})
}

function ipv4Of(parts: readonly string[], { nameOf }: Naming, between = '.'): string | undefined {
	if (parts.length !== 4 || parts.some((part) => part.length > 3)) return undefined
	// With zeros in front it is meant as decimal in logs; the library would read octal numbers.
	const text = parts.map(Number).join('.')
	if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined
	// Addresses that name nobody: of this host, none, and masks.
	return /^(?:0\.0\.0\.0$|127\.|255\.)/.test(text) ? parts.join(between) : nameOf('v4', text)
}
