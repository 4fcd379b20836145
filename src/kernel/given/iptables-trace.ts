import { flowOf, type PacketLine } from '../packet/packet-line.ts'
import type { Chain, RuleFamily, Verdict } from '../rules/rule.ts'
import { type TracedPacket, type TraceStep, type TraceVisit, UNKNOWN } from '../rules/trace.ts'

/**
 * What stands before the packet in a line of the TRACE target (net/ipv4/netfilter/ip_tables.c, trace_packet): table, chain,
 * what of it, and the number of the rule. `policy` has the number behind the last rule.
 */
const PREFIX = /\bTRACE: (\w{1,32}):(\S{1,64}):(rule|return|policy):(\d{1,7})$/

export type IptablesTraceStep = {
	readonly table: string
	readonly chain: string
	readonly kind: 'rule' | 'return' | 'policy'
	/** From 1. */
	readonly number: number
}

/** The rule that a line of the TRACE target tells of; undefined for any other line. */
export function parseTracePrefix(prefix: string): IptablesTraceStep | undefined {
	const [, table, chain, kind, number] = PREFIX.exec(prefix) ?? []
	if (table === undefined || chain === undefined) return undefined
	return { table, chain, kind: kind as IptablesTraceStep['kind'], number: Number(number) }
}

/** What the rules have at that place: its text and what it does; undefined where they do not have it. */
export type RuleAt = (
	place: IptablesTraceStep & { readonly family: RuleFamily },
) => { readonly text: string; readonly handle: number | null; readonly verdict: Verdict } | undefined

type Draft = {
	readonly packet: { -readonly [Name in 'id']: string } & { readonly fields: Record<string, string> }
	readonly steps: (TraceStep & { readonly number: number })[]
	readonly visits: TraceVisit[]
	readonly ways: string[]
}

const MOST_PACKETS = 500
const MOST_STEPS = 200
const MOST_WAYS = 8

/**
 * Puts lines of the TRACE target together by packet: a line has no number of its packet, so it is the IP number (ID=), or
 * without one the flow, that tells which ones belong together; a packet begins anew where a chain of its first hook comes again.
 */
export function createIptablesTrace() {
	const all: Draft[] = []
	const open = new Map<string, Draft>()
	let left = 0

	const keyOf = ({ packet }: PacketLine): string => {
		const { src, dst, spt, dpt, protocol, fields } = packet
		// NAT changes an address and leaves the number of the packet as it is.
		const { ID: id } = fields
		const isNumbered = id !== undefined && id !== '0'
		return isNumbered
			? `${protocol} ${id} ${packet.seq ?? ''}`
			: `${protocol} ${src} ${dst} ${spt} ${dpt} ${packet.seq ?? ''}`
	}

	const begun = (line: PacketLine, key: string): Draft | undefined => {
		if (all.length >= MOST_PACKETS) {
			open.delete(key)
			left++
			return undefined
		}
		const { src, dst, spt, dpt, protocol, flags, fields, family } = line.packet
		const ip = family === 6 ? 'ip6' : 'ip'
		const layer = (protocol ?? '').toLowerCase()
		const draft: Draft = {
			packet: {
				id: `${all.length + 1}`,
				fields: Object.fromEntries(
					[
						[`${ip} saddr`, src],
						[`${ip} daddr`, dst],
						[family === 6 ? 'ip6 nexthdr' : 'ip protocol', layer === '' ? null : layer],
						[`${layer} sport`, spt],
						[`${layer} dport`, dpt],
						['tcp flags', flags.length === 0 ? null : flags.join('|').toLowerCase()],
						['ip id', fields.ID ?? null],
					].flatMap(([name, value]) =>
						value === null || value === undefined ? [] : [[name, String(value)]],
					),
				),
			},
			steps: [],
			visits: [],
			ways: [],
		}
		all.push(draft)
		open.set(key, draft)
		if (open.size > MOST_PACKETS) open.delete(open.keys().next().value ?? '')
		return draft
	}

	return {
		/** A line that `parseTracePrefix` has read. */
		take(step: IptablesTraceStep, line: PacketLine): void {
			const key = keyOf(line)
			const known = open.get(key)
			const first = known?.steps[0]
			const isAgain =
				first !== undefined &&
				first.table === step.table &&
				first.chain === step.chain &&
				first.number >= step.number &&
				known?.steps.length !== 0
			const draft = known === undefined || isAgain ? begun(line, key) : known
			if (draft === undefined) return
			const { family } = line.packet
			const way = flowOf(line.packet)
			if (draft.ways.at(-1) !== way && draft.ways.length < MOST_WAYS) draft.ways.push(way)
			if (draft.steps.length >= MOST_STEPS) return
			const place = { family: family === 6 ? 'ip6' : 'ip', table: step.table, chain: step.chain } as const
			const { in: from, out: to } = line.packet
			if (comesInto(draft, step))
				draft.visits.push({
					...place,
					steps: draft.steps.length,
					conntrack: null,
					ends: way,
					layers: `${place.family} ${(line.packet.protocol ?? '').toLowerCase()}`,
					from: from ?? '',
					to: to ?? '',
				})
			draft.steps.push({
				...place,
				kind: step.kind,
				text: '',
				handle: null,
				verdict: { kind: 'other', word: '' },
				number: step.number,
			})
		},
		/** Lines of packets that were too many. */
		get left() {
			return left
		},
		/** Packets so far; what each rule says and does comes from the rules where they are there. */
		packets: (ruleAt: RuleAt): readonly TracedPacket[] =>
			all.map(({ packet, steps, visits, ways }) => ({
				...packet,
				steps: steps.map((step, index): TraceStep => {
					const found = ruleAt(step)
					return found === undefined ? unknown(step, index < steps.length - 1) : { ...step, ...found }
				}),
				visits,
				...(ways.length > 1 ? { ways } : {}),
			})),
	}
}

/** A chain of a hook, and not the one that the packet is in. */
function comesInto({ steps, visits }: Draft, { table, chain }: IptablesTraceStep): boolean {
	const here = visits.at(-1)
	if (here === undefined) return true
	if (!BUILT_IN.includes(chain)) return false
	return here.table !== table || here.chain !== chain || steps.at(-1)?.kind === 'policy'
}

/** What was done by a rule that nobody knows; that its packet went on is known where another line follows. */
function unknown(step: TraceStep, goesOn: boolean): TraceStep {
	const word = !goesOn ? UNKNOWN : step.kind === 'policy' ? 'accept' : 'continue'
	return { ...step, text: '', verdict: { kind: 'final', word } }
}

const BUILT_IN = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']
/** Of the tables of iptables (include/uapi/linux/netfilter_ipv4.h, nf_ip_hook_priorities). */
const PRIORITIES: Readonly<Record<string, number>> = {
	raw: -300,
	mangle: -150,
	nat: -100,
	filter: 0,
	security: 50,
}
/** Where nat changes the source, it comes last. */
const NAT_SOURCE = 100
const CHANGES_SOURCE = ['INPUT', 'POSTROUTING']

const priorityOf = (table: string, chain: string): number =>
	table === 'nat' && CHANGES_SOURCE.includes(chain) ? NAT_SOURCE : (PRIORITIES[table] ?? 0)

/** The chains that packets come into by themselves, of these traces: a listing need not have them. */
export function builtInChains(packets: readonly TracedPacket[]): readonly Chain[] {
	const chains = new Map<string, Chain>()
	for (const { family, table, chain } of packets.flatMap(({ steps }) => steps)) {
		if (!BUILT_IN.includes(chain) || PRIORITIES[table] === undefined) continue
		chains.set(`${family} ${table} ${chain}`, {
			backend: 'iptables',
			family,
			table,
			name: chain,
			base: {
				hook: chain.toLowerCase(),
				priority: priorityOf(table, chain),
				type: 'filter',
				policy: UNKNOWN,
			},
			counter: null,
			size: 0,
		})
	}
	return [...chains.values()]
}
