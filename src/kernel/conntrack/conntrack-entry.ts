import { protocolNumber } from '../packet/protocol.ts'

/** One direction of a conntrack entry, as printed. */
type EntryTuple = {
	readonly src: string | null
	readonly dst: string | null
	readonly sport: number | null
	readonly dport: number | null
	readonly packets: number | null
	readonly bytes: number | null
	/** type, code and id of ICMP, srckey and dstkey of GRE, zone-orig, zone-reply and what else stood there. */
	readonly fields: Readonly<Record<string, string>>
}

/** One line of `conntrack -L`, of `-L dying`, with or without -o extended, or of /proc/net/nf_conntrack. Untrusted text. */
type ConntrackEntry = {
	/** From the line (-o extended, /proc) or else from the form of the address. */
	readonly family: 4 | 6 | null
	/** Lower case as printed: tcp, icmpv6; the number where the line says `unknown`. */
	readonly protocol: string
	readonly l4proto: number
	/** Seconds; null for offloaded entries. Without meaning in the unconfirmed and dying lists. */
	readonly timeout: number | null
	/** TCP, SCTP and DCCP only. */
	readonly state: string | null
	readonly original: EntryTuple
	readonly reply: EntryTuple | null
	readonly unreplied: boolean
	readonly assured: boolean
	readonly offload: boolean
	readonly hwOffload: boolean
	/** What stands behind the reply tuple: mark, use, zone, secctx, helper, labels, id and the like. */
	readonly fields: Readonly<Record<string, string>>
	/** Words that were not understood, in their order. */
	readonly rest: readonly string[]
}

/** [l3name l3num] l4name l4num [timeout] [STATE] src=, and what follows; GRE in /proc has two timeouts more. */
const HEAD =
	/^[ \t]*(?:([a-z][a-z0-9-]*) [ \t]*(\d{1,3}) [ \t]*(?=[a-z])(?!src=|(?:stream_)?timeout=))?([a-z][a-z0-9-]*) [ \t]*(\d{1,3}) [ \t]*(?:(\d+) [ \t]*)?(?:([A-Z][A-Z0-9_]{0,31}) [ \t]*)?((?:(?:stream_)?timeout=[^ ]* [ \t]*)*src=.*)$/s

/** Names of conntrack(8) that stand for one number; a line where they do not fit is not an entry. */
const NUMBERED = new Set(['tcp', 'udp', 'udplite', 'icmp', 'icmpv6', 'sctp', 'gre', 'dccp'])

/** Protocol of an entry from the name and the number that the line has; undefined when they contradict each other. */
export function entryProtocol(name: string, number: number): string | undefined {
	if (number > 255) return undefined
	if (name === 'unknown') return String(number)
	return NUMBERED.has(name) && protocolNumber(name) !== number ? undefined : name
}

/** One of its directions is in a zone other than 0. */
export const isZoned = ({ fields, original, reply }: ConntrackEntry): boolean =>
	[fields.zone, original.fields['zone-orig'], reply?.fields['zone-reply']].some(
		(zone) => zone !== undefined && zone !== '0',
	)

/** Undefined for everything that is not an entry: trailers, expectations, blank lines, garbage. */
export function parseConntrackEntry(line: string): ConntrackEntry | undefined {
	const head = HEAD.exec(line)
	if (head === null) return undefined
	const [, l3name, l3number, name = '', number, timeout, state, remainder = ''] = head
	const l4proto = Number(number)
	const protocol = entryProtocol(name, l4proto)
	if (protocol === undefined) return undefined
	if (l3name !== undefined && entryProtocol(l3name, Number(l3number)) === undefined) return undefined

	const tuples: Pairs[] = []
	const tail: Pairs = new Map()
	const tags = new Set<string>()
	const rest: string[] = []
	let current = tail
	let ended = false
	for (const word of words(remainder)) {
		const equals = word.indexOf('=')
		const key = word.slice(0, Math.max(equals, 0))
		if (TAGS.has(word)) {
			tags.add(word)
			// The reply tuple of an unreplied entry follows; every other flag ends the tuples.
			ended ||= word !== '[UNREPLIED]'
		} else if (equals <= 0 || word.startsWith('[')) rest.push(word)
		else {
			if (key === 'src' && tuples.length < 2 && !ended) {
				current = new Map()
				tuples.push(current)
			} else if (ended || (tuples.length === 2 && !TUPLE_KEYS.has(key))) {
				ended = true
				current = tail
			}
			if (current.has(key)) rest.push(word)
			else current.set(key, word.slice(equals + 1))
		}
	}
	const [original, reply] = tuples
	if (original === undefined) return undefined
	return {
		family: l3number === '2' ? 4 : l3number === '10' ? 6 : familyOf(original.get('src')),
		protocol,
		l4proto,
		timeout: timeout === undefined ? null : Number(timeout),
		state: state ?? null,
		original: tuple(original),
		reply: reply === undefined ? null : tuple(reply),
		unreplied: tags.has('[UNREPLIED]'),
		assured: tags.has('[ASSURED]'),
		offload: tags.has('[OFFLOAD]'),
		hwOffload: tags.has('[HW_OFFLOAD]'),
		fields: Object.fromEntries(tail),
		rest,
	}
}

type Pairs = Map<string, string>

const TAGS = new Set(['[UNREPLIED]', '[ASSURED]', '[OFFLOAD]', '[HW_OFFLOAD]'])

const TUPLE_KEYS = new Set(
	'src dst sport dport type code id srckey dstkey zone-orig zone-reply packets bytes'.split(' '),
)

/** Splits at blanks, but keeps `[start=Mon Nov 23 04:48:51 2026]` together and parts `[ASSURED]mark=0`. */
function words(text: string): string[] {
	return text.match(/\[[^[\]]{0,100}\]|[^\s[]\S*|\[\S*/g) ?? []
}

function tuple(pairs: Pairs): EntryTuple {
	const number = (key: string, most: number): number | null => {
		const text = pairs.get(key)
		if (text === undefined || !/^\d{1,15}$/.test(text) || Number(text) > most) return null
		pairs.delete(key)
		return Number(text)
	}
	const address = (key: string): string | null => {
		const text = pairs.get(key) ?? null
		pairs.delete(key)
		return text
	}
	return {
		src: address('src'),
		dst: address('dst'),
		sport: number('sport', 65535),
		dport: number('dport', 65535),
		packets: number('packets', Number.MAX_SAFE_INTEGER),
		bytes: number('bytes', Number.MAX_SAFE_INTEGER),
		fields: Object.fromEntries(pairs),
	}
}

function familyOf(address: string | undefined): 4 | 6 | null {
	if (address === undefined) return null
	if (address.includes(':')) return 6
	return /^\d+\./.test(address) ? 4 : null
}
