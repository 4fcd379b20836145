/**
 * The packet part of a line that nf_log prints (net/netfilter/nf_log_syslog.c). What a line does not say is null or
 * empty, never guessed.
 */
export type Packet = {
	readonly in: string | null
	readonly out: string | null
	readonly mac: string | null
	/** As printed: IPv6 in its full form. */
	readonly src: string | null
	readonly dst: string | null
	readonly family: 4 | 6 | null
	/** As printed: TCP, UDP, ICMP, ICMPv6, UDPLITE, AH, ESP, or a number. */
	readonly protocol: string | null
	readonly spt: number | null
	readonly dpt: number | null
	/** Of TCP. */
	readonly seq: number | null
	/** The acknowledgement number; the ACK flag is in `flags`. */
	readonly ack: number | null
	readonly window: number | null
	/** TCP flags in the order of the line. */
	readonly flags: readonly string[]
	/** Length of the IP packet, bytes; above the MTU for packets that are merged or not yet cut. */
	readonly length: number | null
	/** TTL or hop limit. */
	readonly ttl: number | null
	readonly icmp: Icmp | null
	/** The packet that an ICMP error quotes. */
	readonly inner: Packet | null
	/** `0x1`. */
	readonly mark: string | null
	/** Only of packets of a local socket; numbered as in the initial user namespace. */
	readonly uid: number | null
	/** Every other NAME=value of the grammar: TOS, ID, TC, RES, URGP, GID, MTU, SPI, LEN (that of UDP) and so on. */
	readonly fields: Readonly<Record<string, string>>
	/** What the grammar has without `=`: DF, MF, CE, FRAG:185, OPT (0204...), INCOMPLETE [5 bytes], TRUNCATED. */
	readonly words: readonly string[]
	/** Tokens that were not understood, in their order. */
	readonly rest: readonly string[]
}

type Icmp = {
	readonly type: number
	readonly code: number | null
	/** Echo only, as is `seq`. */
	readonly id: number | null
	readonly seq: number | null
}

const TCP_FLAGS = new Set(['AE', 'CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN'])

const WORDS = /^(?:CE|DF|MF|ARP|TRUNCATED|FRAG:\d{1,5})$/

const QUOTE = /^\[(?:[A-Z]+=|TRUNCATED)/

/** Kept as text in `fields`; the names that Packet has a place for are in `placeField`. */
const FIELDS = new Set(
	`PHYSIN PHYSOUT TUNNEL MACSRC MACDST VPROTO VID MACPROTO TOS PREC TC FLOWLBL RES URGP GID SPI MTU GATEWAY PARAMETER
	POINTER HTYPE PTYPE OPCODE IPSRC IPDST`.split(/\s+/),
)

/** These stand for another thing behind PROTO=: the length of UDP, the id and sequence of an ICMP echo. */
const TWICE = new Set(['LEN', 'ID', 'SEQ'])

/** Quotes inside quotes: the kernel stops at one, and garbage must not make this recurse without end. */
const DEEPEST_QUOTE = 1

const U32 = 0xffff_ffff

/** Reads the tokens of one packet, from `IN=` or `SRC=` to the end of the line. Never fails. */
export function readPacket(text: string): Packet {
	return readTokens(text.match(/[^ \t\r\n]+/g) ?? [], 0)
}

type Draft = { -readonly [Name in Exclude<keyof Packet, 'icmp' | 'family'>]: Packet[Name] } & {
	flags: string[]
	fields: Record<string, string>
	words: string[]
	rest: string[]
	type: number | null
	code: number | null
	echoId: number | null
	echoSeq: number | null
	/** Names that were read: a second one is not understood. */
	seen: Set<string>
}

function readTokens(tokens: readonly string[], depth: number): Packet {
	const draft = emptyDraft()
	for (let at = 0; at < tokens.length; at++) {
		const token = tokens[at] ?? ''
		const next = tokens[at + 1] ?? ''
		if (token === 'INCOMPLETE' && /^\[\d{1,9}$/.test(next) && tokens[at + 2] === 'bytes]') {
			draft.words.push(`INCOMPLETE ${next} bytes]`)
			at += 2
		} else if (token === 'OPT' && next.startsWith('(')) {
			let last = at + 1
			while (last < tokens.length - 1 && tokens[last]?.endsWith(')') !== true) last++
			draft.words.push(tokens.slice(at, last + 1).join(' '))
			at = last
		} else if (token.startsWith('[')) {
			const last = closingBracket(tokens, at)
			const quoted = tokens.slice(at, last + 1)
			if (draft.inner === null && depth < DEEPEST_QUOTE && QUOTE.test(token)) {
				draft.inner = readTokens(withoutBrackets(quoted), depth + 1)
			} else for (const other of quoted) draft.rest.push(other)
			at = last
		} else if (!place(draft, token)) draft.rest.push(token)
	}
	return finished(draft)
}

/** Index of the token that closes the bracket opened by tokens[from]; the last one when nothing does (a line cut short). */
function closingBracket(tokens: readonly string[], from: number): number {
	let open = 0
	for (let at = from; at < tokens.length; at++) {
		const token = tokens[at] ?? ''
		if (token.startsWith('[')) open++
		if (token.endsWith(']')) open--
		if (open <= 0) return at
	}
	return tokens.length - 1
}

function withoutBrackets(quoted: readonly string[]): string[] {
	const inside = [...quoted]
	inside[0] = (inside[0] ?? '').slice(1)
	const last = inside.length - 1
	if (inside[last]?.endsWith(']') === true && !/^bytes\]$/.test(inside[last])) {
		inside[last] = inside[last].slice(0, -1)
	}
	return inside.filter((token) => token !== '')
}

function place(draft: Draft, token: string): boolean {
	const equals = token.indexOf('=')
	if (equals > 0) {
		const name = token.slice(0, equals)
		const key = TWICE.has(name) && draft.protocol !== null ? `${name} of layer 4` : name
		if (draft.seen.has(key) || !placeField(draft, name, token.slice(equals + 1))) return false
		draft.seen.add(key)
		return true
	}
	if (TCP_FLAGS.has(token)) {
		if ((draft.protocol !== null && draft.protocol !== 'TCP') || draft.flags.includes(token)) return false
		draft.flags.push(token)
		return true
	}
	if (!WORDS.test(token)) return false
	draft.words.push(token)
	return true
}

/** False when the value is not what the kernel prints there. An empty value (addresses taken out by hand) is nothing. */
function placeField(draft: Draft, name: string, value: string): boolean {
	const number = (most: number, put: (value: number) => void): boolean => {
		if (value === '') return true
		if (!/^\d{1,10}$/.test(value) || Number(value) > most) return false
		put(Number(value))
		return true
	}
	const text = value === '' ? null : value
	const icmp = draft.protocol === 'ICMP' || draft.protocol === 'ICMPv6'
	switch (name) {
		case 'IN':
			draft.in = text
			return true
		case 'OUT':
			draft.out = text
			return true
		case 'MAC':
			draft.mac = text
			return true
		case 'SRC':
			draft.src = text
			return true
		case 'DST':
			draft.dst = text
			return true
		case 'PROTO':
			draft.protocol = text
			return true
		case 'MARK':
			draft.mark = text
			return true
		case 'LEN':
			if (draft.protocol === null) return number(U32, (length) => (draft.length = length))
			draft.fields.LEN = value
			return true
		case 'TTL':
		case 'HOPLIMIT':
			return number(255, (ttl) => (draft.ttl = ttl))
		case 'SPT':
			return number(65535, (port) => (draft.spt = port))
		case 'DPT':
			return number(65535, (port) => (draft.dpt = port))
		case 'SEQ':
			return icmp ? number(65535, (seq) => (draft.echoSeq = seq)) : number(U32, (seq) => (draft.seq = seq))
		case 'ACK':
			return number(U32, (ack) => (draft.ack = ack))
		case 'WINDOW':
			return number(65535, (window) => (draft.window = window))
		case 'TYPE':
			return number(255, (type) => (draft.type = type))
		case 'CODE':
			return number(255, (code) => (draft.code = code))
		case 'ID':
			if (icmp) return number(65535, (id) => (draft.echoId = id))
			draft.fields.ID = value
			return true
		case 'UID':
			return number(U32, (uid) => (draft.uid = uid))
		default:
			if (!FIELDS.has(name)) return false
			draft.fields[name] = value
			return true
	}
}

function emptyDraft(): Draft {
	return {
		in: null,
		out: null,
		mac: null,
		src: null,
		dst: null,
		protocol: null,
		spt: null,
		dpt: null,
		seq: null,
		ack: null,
		window: null,
		flags: [],
		length: null,
		ttl: null,
		inner: null,
		mark: null,
		uid: null,
		fields: {},
		words: [],
		rest: [],
		type: null,
		code: null,
		echoId: null,
		echoSeq: null,
		seen: new Set(),
	}
}

function finished(draft: Draft): Packet {
	const { type, code, echoId, echoSeq, seen, ...packet } = draft
	return {
		...packet,
		family: familyOf(packet.src ?? packet.dst, seen),
		icmp: type === null ? null : { type, code, id: echoId, seq: echoSeq },
	}
}

function familyOf(address: string | null, seen: ReadonlySet<string>): 4 | 6 | null {
	if (address?.includes(':') === true || seen.has('HOPLIMIT')) return 6
	return address?.includes('.') === true || seen.has('TTL') ? 4 : null
}
