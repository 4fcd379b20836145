import { endpoint } from '../packet/flow.ts'
import type { RuleFamily, Verdict } from './rule.ts'

/** What happened to a traced packet in one chain. */
export type TraceStep = {
	readonly family: RuleFamily
	readonly table: string
	readonly chain: string
	/** `rule`: it matched this rule; `policy`: no rule decided; `return`: it went back to the chain before. */
	readonly kind: 'rule' | 'policy' | 'return'
	/** The rule as nft prints it, untrusted; empty for the others. */
	readonly text: string
	/** nft's number of the rule; null where it is not told. */
	readonly handle: number | null
	/** Place of the rule in its chain, from 1; absent where the trace does not tell it. */
	readonly number?: number
	readonly verdict: Verdict
}

/** The verdict of a rule of which nothing but its number is known. */
export const UNKNOWN = '?'

/**
 * What conntrack knows of a packet when it comes into a chain. nft 1.1.4 and later print it where the kernel, 6.16 and later, tells it:
 * in front of `packet:`, for packets with an entry and for untracked ones. There is none for a packet that is INVALID, and for one
 * that conntrack has not seen yet (nft src/trace.c, trace_print_ct; net/netfilter/nf_tables_trace.c, nf_trace_fill_ct_info).
 */
export type TraceConntrack = {
	/** new, established, related or untracked. */
	readonly state: string
	/** original or reply; null for a packet without an entry. */
	readonly direction: string | null
	/** Words such as `seen-reply`, and `0x2000` for a bit that nft has no word for; none where no bit is set. */
	readonly status: readonly string[]
	/** As `conntrack -L -o id` prints it; null for a packet without an entry. */
	readonly id: string | null
}

/** A packet comes into a chain of a hook: nft prints its headers once for each. */
export type TraceVisit = {
	readonly family: RuleFamily
	readonly table: string
	readonly chain: string
	/** How many steps the packet had taken before. */
	readonly steps: number
	/** Null: no such line was printed here. */
	readonly conntrack: TraceConntrack | null
	/** Addresses and ports as the packet came in here, `10.0.0.1:5 > 10.0.0.2:80`. */
	readonly ends: string
	/** What they are of: `ip tcp`, `ip6`; empty where no header of IP was told. */
	readonly layers: string
	/** Devices; empty where they are not told. */
	readonly from: string
	readonly to: string
}

export type TracedPacket = {
	/**
	 * The kernel's number of the packet, the same in all its hooks. It is made from the packet's place in memory and its flow, and comes again
	 * for a later packet (net/netfilter/nf_tables_trace.c, nft_trace_init): that one has `#2` behind it, and so on.
	 */
	readonly id: string
	/** Header fields as nft prints them, by their names: `ip saddr`, `tcp dport`, `ip id`. */
	readonly fields: Readonly<Record<string, string>>
	/** In the order in which they were met. */
	readonly steps: readonly TraceStep[]
	readonly visits: readonly TraceVisit[]
	/** Addresses and ports as it came and after each change, `10.0.0.1:5 > 10.0.0.2:80`; absent where NAT changed none. */
	readonly ways?: readonly string[]
}

export type TraceReader = {
	/** Text of `nft -a monitor trace`, in any pieces. */
	push(text: string): void
	/** Packets so far, in the order of their first line. */
	packets(): readonly TracedPacket[]
	/** Lines that are no trace, at most 20. */
	readonly unread: readonly string[]
	/** How often nft said that events were lost: steps of any packet may be missing. */
	lost(): number
}

const LINE = /^trace id ([0-9a-f]+) (\S+) (\S+) (\S+) (packet:|conntrack:|rule|policy|verdict|unknown) ?(.*)$/
/** A rule that was added or removed while nft watched, so that it has no text of it (nft src/trace.c, trace_print_rule). */
const UNLISTED = /^rule handle (\d+) \(verdict ([^)]*)\)\s*$/
/** What nft prints where the kernel had more to tell than its socket takes (nft src/mnl.c). */
const LOST = 'We lost some netlink events'
const RULE = /^(.*?)(?: # handle (\d+))? \(verdict ([^)]*)\)\s*$/
const FIELD =
	/(?:^| )((?:iif|oif)(?:name)?|(?:ip6?|tcp|udp|icmp|icmpv6|sctp|meta|ether|vlan|arp) \w+) (?:== )?("[^"]*"|[^\s"]+)/g
/** nft 1.1.6 and later may print the word of its operator between the name and the value. */
const ABOUT = /(?:^| )ct (direction|state|status|id) (?:(?:implicit|==) )?(\S+)/g
/** A sample is small; this only bounds what somebody else's trace in the same namespace could bring. */
const MOST_PACKETS = 500
const MOST_STEPS = 200
const MOST_UNREAD = 20
const MOST_WAYS = 8
/** Bits of a status. */
const MOST_STATUS = 32

type Draft = {
	readonly id: string
	readonly fields: Record<string, string>
	readonly steps: TraceStep[]
	readonly visits: TraceVisit[]
	ways?: string[]
}

type Place = Pick<TraceVisit, 'family' | 'table' | 'chain'>

const isAt = (one: Place, { family, table, chain }: Place): boolean =>
	one.family === family && one.table === table && one.chain === chain

export function createTraceReader(): TraceReader {
	const all: Draft[] = []
	/** The newest packet of each number. */
	const byNumber = new Map<string, { readonly packet: Draft; readonly count: number }>()
	/** What `conntrack:` said; the `packet:` that it belongs to is the next line. */
	let said: { readonly number: string; readonly conntrack: TraceConntrack } | undefined
	const unread: string[] = []
	/** The ends of each packet where it was seen last. */
	const ends = new WeakMap<Draft, string>()
	let rest = ''
	let lost = 0

	/** Undefined: there are too many already. */
	const begun = (number: string): Draft | undefined => {
		if (all.length >= MOST_PACKETS) {
			// What follows is not of the packet that had this number before.
			byNumber.delete(number)
			return undefined
		}
		const count = (byNumber.get(number)?.count ?? 0) + 1
		const packet = { id: count === 1 ? number : `${number}#${count}`, fields: {}, steps: [], visits: [] }
		all.push(packet)
		byNumber.set(number, { packet, count })
		return packet
	}

	/** The headers: of the packet of this number, or, where that one has been in this chain, of another one. */
	const arrived = (number: string, place: Place, headers: string): void => {
		const conntrack = said?.number === number ? said.conntrack : null
		const known = byNumber.get(number)?.packet
		const here: Record<string, string> = {}
		for (const [, name = '', value = ''] of headers.matchAll(FIELD)) here[name] ??= value.replaceAll('"', '')
		const isOther = known?.visits.some((visit) => isAt(visit, place)) !== false
		const packet = isOther && !isRepeated(known, place, here) ? begun(number) : known
		if (packet === undefined) return
		const now = endsOf(here)
		const [from, to] = ['iif', 'oif'].map((name) => here[name] ?? here[`${name}name`] ?? '')
		if (packet.visits.length < MOST_STEPS)
			packet.visits.push({
				...place,
				steps: packet.steps.length,
				conntrack,
				ends: now,
				layers: layersOf(here),
				from: from ?? '',
				to: to ?? '',
			})
		for (const [name, value] of Object.entries(here)) packet.fields[name] ??= value
		const before = ends.get(packet)
		if (before !== undefined && before !== now && (packet.ways?.length ?? 0) < MOST_WAYS)
			packet.ways = [...(packet.ways ?? [before]), now]
		ends.set(packet, now)
	}

	const take = (line: string): void => {
		const [, number, family, table = '', chain = '', what = '', text = ''] = LINE.exec(line) ?? []
		if (number === undefined) {
			if (line.includes(LOST)) lost += 1
			if (line.trim() !== '' && unread.length < MOST_UNREAD) unread.push(line.slice(0, 300))
			return
		}
		const place = { family: family as RuleFamily, table, chain }
		if (what === 'conntrack:') {
			said = { number, conntrack: conntrackOf(text) }
			return
		}
		if (what === 'packet:') arrived(number, place, text)
		said = undefined
		const step = stepOf(what, text)
		if (step === undefined) return
		const packet = byNumber.get(number)?.packet ?? begun(number)
		if (packet !== undefined && packet.steps.length < MOST_STEPS) packet.steps.push({ ...place, ...step })
	}

	return {
		unread,
		push(text) {
			const lines = (rest + text).split('\n')
			rest = (lines.pop() ?? '').slice(0, 65_536)
			for (const line of lines) take(line)
		},
		packets: () => [...all],
		lost: () => lost,
	}
}

/** A program that has a packet from a queue may let it begin the same chain anew (NF_REPEAT): its number stays. */
function isRepeated(known: Draft | undefined, place: Place, here: Draft['fields']): boolean {
	const last = known?.steps.at(-1)
	const id = here['ip id']
	return (
		last !== undefined &&
		isAt(last, place) &&
		'word' in last.verdict &&
		last.verdict.word === 'queue' &&
		id !== undefined &&
		id !== '0' &&
		id === known?.fields['ip id']
	)
}

/** An end as `flowOf` writes it; nft prints ports as texts. */
export const endText = (address: string | undefined, port: string | undefined): string =>
	endpoint(address ?? null, port === undefined ? null : Number(port))

/** Addresses, and ports where the headers have them. */
function endsOf(fields: Readonly<Record<string, string>>): string {
	const find = (...names: readonly string[]) => names.map((name) => fields[name]).find(Boolean)
	const from = find('ip saddr', 'ip6 saddr', 'ether saddr')
	const to = find('ip daddr', 'ip6 daddr', 'ether daddr')
	return `${endText(from, find('tcp sport', 'udp sport', 'sctp sport'))} > ${endText(to, find('tcp dport', 'udp dport', 'sctp dport'))}`
}

/** The headers that addresses and ports are of: `ip tcp`, `ip6`, empty where there is none of IP. */
function layersOf(fields: Readonly<Record<string, string>>): string {
	const names = ['ip', 'ip6'].filter((name) => fields[`${name} saddr`] !== undefined)
	const layers = ['tcp', 'udp', 'sctp'].filter((name) => fields[`${name} sport`] !== undefined)
	return names.length === 0 ? '' : [...names, ...layers].join(' ')
}

/** `ct direction original ct state new ct status confirmed,dnat ct id 5`, or `ct state untracked`. */
function conntrackOf(text: string): TraceConntrack {
	const said = new Map([...text.matchAll(ABOUT)].map(([, name = '', value = '']) => [name, value]))
	return {
		state: said.get('state') ?? '',
		direction: said.get('direction') ?? null,
		status: said.get('status')?.split(',', MOST_STATUS) ?? [],
		id: said.get('id') ?? null,
	}
}

function stepOf(
	what: string,
	said: string,
): Pick<TraceStep, 'kind' | 'text' | 'handle' | 'verdict'> | undefined {
	if (what === 'policy') return { kind: 'policy', text: '', handle: null, verdict: verdictOf(said.trim()) }
	if (what === 'verdict') return { kind: 'return', text: '', handle: null, verdict: verdictOf(said.trim()) }
	if (what === 'unknown') {
		const [, handle, verdict = ''] = UNLISTED.exec(said) ?? []
		if (handle === undefined) return undefined
		return { kind: 'rule', text: '', handle: Number(handle), verdict: verdictOf(verdict) }
	}
	if (what !== 'rule') return undefined
	const [, text = said, handle, verdict = ''] = RULE.exec(said) ?? []
	return {
		kind: 'rule',
		text: text.replace(/ counter packets \d+ bytes \d+/, ' counter').replace(/ {2,}/g, ' '),
		handle: handle === undefined ? null : Number(handle),
		verdict: verdictOf(verdict),
	}
}

function verdictOf(words: string): Verdict {
	const [word = '', chain = ''] = words.split(' ')
	if (word === 'jump' || word === 'goto') return { kind: word, chain }
	return { kind: 'final', word: word === '' ? UNKNOWN : word }
}
