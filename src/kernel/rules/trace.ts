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
	readonly verdict: Verdict
}

export type TracedPacket = {
	/** The kernel's number of the packet, the same in all its hooks. */
	readonly id: string
	/** Header fields as nft prints them, by their names: `ip saddr`, `tcp dport`, `ip id`. */
	readonly fields: Readonly<Record<string, string>>
	/** In the order in which they were met. */
	readonly steps: readonly TraceStep[]
}

export type TraceReader = {
	/** Text of `nft -a monitor trace`, in any pieces. */
	push(text: string): void
	/** Packets so far, in the order of their first line. */
	packets(): readonly TracedPacket[]
	/** Lines that are no trace, at most 20. */
	readonly unread: readonly string[]
}

const LINE = /^trace id ([0-9a-f]+) (\S+) (\S+) (\S+) (packet:|rule|policy|verdict|unknown) ?(.*)$/
const RULE = /^(.*?)(?: # handle (\d+))? \(verdict ([^)]*)\)\s*$/
const FIELD =
	/(?:^| )((?:iif|oif)(?:name)?|(?:ip6?|tcp|udp|icmp|icmpv6|sctp|meta|ether|vlan|arp) \w+) (?:== )?("[^"]*"|[^\s"]+)/g
/** A sample is small; this only bounds what somebody else's trace in the same namespace could bring. */
const MOST_PACKETS = 500
const MOST_STEPS = 200
const MOST_UNREAD = 20

type Draft = { readonly id: string; readonly fields: Record<string, string>; readonly steps: TraceStep[] }

export function createTraceReader(): TraceReader {
	const byId = new Map<string, Draft>()
	const unread: string[] = []
	let rest = ''

	const take = (line: string): void => {
		const [, id, family, table = '', chain = '', what, said = ''] = LINE.exec(line) ?? []
		if (id === undefined) {
			if (line.trim() !== '' && unread.length < MOST_UNREAD) unread.push(line.slice(0, 300))
			return
		}
		let packet = byId.get(id)
		if (packet === undefined) {
			if (byId.size >= MOST_PACKETS) return
			packet = { id, fields: {}, steps: [] }
			byId.set(id, packet)
		}
		if (what === 'packet:') {
			for (const [, name = '', value = ''] of said.matchAll(FIELD))
				packet.fields[name] ??= value.replaceAll('"', '')
			return
		}
		const step = stepOf(what ?? '', said)
		if (step !== undefined && packet.steps.length < MOST_STEPS)
			packet.steps.push({ family: family as RuleFamily, table, chain, ...step })
	}

	return {
		unread,
		push(text) {
			const lines = (rest + text).split('\n')
			rest = (lines.pop() ?? '').slice(0, 65_536)
			for (const line of lines) take(line)
		},
		packets: () => [...byId.values()],
	}
}

function stepOf(
	what: string,
	said: string,
): Pick<TraceStep, 'kind' | 'text' | 'handle' | 'verdict'> | undefined {
	if (what === 'policy') return { kind: 'policy', text: '', handle: null, verdict: verdictOf(said.trim()) }
	if (what === 'verdict') return { kind: 'return', text: '', handle: null, verdict: verdictOf(said.trim()) }
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
	return { kind: 'final', word }
}
