import type { PacketLine } from '../packet/packet-line.ts'
import type { RuleFamily, Verdict } from '../rules/rule.ts'
import type { TracedPacket, TraceStep } from '../rules/trace.ts'

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
	readonly ways: string[]
}

/** A traced packet of iptables, with what changed on its way. */
export type IptablesTraced = {
	readonly packet: TracedPacket
	/** Its addresses and ports wherever they differ from those before, first as it came: `10.0.0.1:5 > 10.0.0.2:80`. */
	readonly ways: readonly string[]
	/** Number of the rule of each step. */
	readonly numbers: readonly number[]
}

const MOST_PACKETS = 500
const MOST_STEPS = 200
const MOST_WAYS = 8

const endOf = (address: string | null, port: number | null): string =>
	`${address ?? '?'}${port === null ? '' : `:${port}`}`

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
			const { src, dst, spt, dpt, family } = line.packet
			const way = `${endOf(src, spt)} > ${endOf(dst, dpt)}`
			if (draft.ways.at(-1) !== way && draft.ways.length < MOST_WAYS) draft.ways.push(way)
			if (draft.steps.length >= MOST_STEPS) return
			draft.steps.push({
				family: family === 6 ? 'ip6' : 'ip',
				table: step.table,
				chain: step.chain,
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
		packets: (ruleAt: RuleAt): readonly IptablesTraced[] =>
			all.map(({ packet, steps, ways }) => ({
				packet: {
					...packet,
					steps: steps.map(({ number, ...step }): TraceStep => {
						const found = ruleAt({ ...step, number })
						return found === undefined ? step : { ...step, ...found }
					}),
					visits: [],
				},
				ways,
				numbers: steps.map(({ number }) => number),
			})),
	}
}
