import type { FlowFacts, FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { isLoopback, sameAddress } from '../../kernel/packet/address.ts'
import type { ShapingKind, ShapingRule } from '../../kernel/rules/rule.ts'
import { type Evidence, invalidReasons, type SeenFlow, type SeenReason, sumOf } from '../evidence.ts'
import { flowFromText } from '../join/flow-words.ts'
import { asItWas } from './sampled.ts'

/** One flow of one reason: what the causes are told apart by. */
export type Seen = SeenFlow & {
	readonly reasonId: string
	readonly query: FlowQuery | undefined
	/** What this host knew of it; undefined where it was not looked at. */
	readonly facts: FlowFacts | undefined
	/** Of the packets that this host sends, receives, or passes on, by the interfaces of the last one. */
	readonly way: 'sent' | 'received' | 'passing' | undefined
}

/** The evidence, flow by flow. Each packet with a line is in one of them, but for those beyond what the rows keep. */
export type View = {
	readonly flows: readonly Seen[]
	/** Lines of other network namespaces are among them, or may be: more lines than packets that were counted here. */
	readonly isMixed: boolean
	/** INVALID packets: with a line, and without one. */
	readonly packets: number
	readonly silent: number
	/** RST packets with which this host has answered INVALID ones, and to whom. */
	readonly resets: readonly SeenFlow[]
	/** Of the packets without a line a part was looked at: so many times as many there are. */
	readonly times: number
	/** Packets of a reason whose flows were too many to be told apart. */
	readonly others: readonly { readonly reasonId: string; readonly count: number }[]
	/** There may be other rules than those that were read: that none of these does something proves nothing. */
	readonly isPart: boolean
	/** Undefined where the rules were not read, or not all were understood. */
	shaping(kind: ShapingKind): readonly ShapingRule[] | undefined
}

/** So many more lines than packets of the account, which is some seconds older, are of others too. */
const MIXED = 1.25
const SLACK = 10

export function viewOf(evidence: Evidence): View {
	const sampled = new Map(
		evidence.sampled.map(asItWas).map((one) => [`${one.reasonId} ${one.flow}`, one.facts]),
	)
	// Those of this network namespace, as each look at a flow has read them.
	const addresses = evidence.sampled.at(-1)?.facts.addresses
	const silent = evidence.accounting?.silent ?? 0
	const told = invalidReasons(evidence)
	const rows = [...told, ...withoutLine(evidence)]
	const flows = rows.flatMap(({ reason, flows: list }) =>
		list.filter(isOne).map((one): Seen => {
			const query = flowFromText(reason.protocol, one.flow)
			const facts = sampled.get(`${reason.id} ${one.flow}`)
			return { ...one, reasonId: reason.id, query, facts, way: wayOf(one.where, query, addresses) }
		}),
	)
	const { rules, accounting, counts } = evidence
	const most = accounting?.explained ?? counts?.since ?? Number.POSITIVE_INFINITY
	const lines = sumOf(told.map(({ count }) => count))
	return {
		// Where no line explains a packet that was counted here, all of them are of others, or from before.
		flows: most === 0 ? flows.filter(hasNoLine) : flows,
		isMixed: evidence.isShared || lines > MIXED * most + SLACK,
		packets: lines + silent,
		silent,
		times: Math.max(1, silent / Math.max(1, sumOf((evidence.unlined ?? []).map(({ count }) => count)))),
		others: rows.flatMap(({ reason, flows: list }) => {
			const count = countOf(list.filter((one) => !isOne(one)))
			return count === 0 ? [] : [{ reasonId: reason.id, count }]
		}),
		resets: evidence.reasons
			.filter(({ reason }) => reason.answer === true)
			.flatMap(({ flows: list }) => list.filter(isOne)),
		isPart: rules?.isPart === true,
		shaping(kind) {
			const found = rules?.shaping?.filter((rule) => rule.kind === kind)
			return rules?.isPart === true && found?.length === 0 ? undefined : found
		},
	}
}

/** It is a copy of a packet without a line, which rules of this network namespace have made. */
export const hasNoLine = ({ reasonId }: Pick<Seen, 'reasonId'>): boolean => reasonId.startsWith('unlined-')
/** Without a line: the packet has no entry, or comes from the middle of a connection that is not picked up. */
const NO_ENTRY_UNLINED = 'unlined-new'
export const MID_STREAM_UNLINED = 'unlined-mid-stream'

/** Packets without a line were looked at one by one. */
export const isLookedAt = ({ unlined = [] }: Evidence): boolean => unlined.some(({ count }) => count > 0)

/** TCP packets without a line, as far as they were looked at. */
function withoutLine({ unlined = [], values }: Evidence): readonly SeenReason[] {
	const isRefused = values.tcp_loose === '0'
	return unlined
		.filter(({ reason }) => reason.id === 'unlined-tcp' && reason.answer !== true)
		.flatMap(({ flows, ...row }) =>
			[NO_ENTRY_UNLINED, MID_STREAM_UNLINED].map((id) => {
				const mine = flows
					.filter((flow) => isOne(flow) || id === NO_ENTRY_UNLINED)
					.filter((flow) => (id === MID_STREAM_UNLINED) === (isRefused && isMidStream(flow)))
				return { ...row, reason: { ...row.reason, id }, count: countOf(mine), flows: mine }
			}),
		)
}

const isMidStream = ({ segments: { ack, data } }: SeenFlow): boolean => ack + data > 0

function wayOf(
	where: string,
	query: FlowQuery | undefined,
	addresses: readonly string[] | undefined,
): Seen['way'] {
	if (where.startsWith('>')) return 'sent'
	if (where.includes('>')) return 'passing'
	if (query === undefined || addresses === undefined) return undefined
	const isOurs = (address: string) =>
		isLoopback(address) || addresses.some((one) => sameAddress(one, address))
	if (isOurs(query.source)) return 'sent'
	return isOurs(query.destination) ? 'received' : 'passing'
}

/** Reasons of packets whose connection conntrack has followed, or thinks so. */
export const LEDGER = /^tcp-(?:win|overshot|state)/

export const countOf = (flows: readonly { readonly count: number }[]): number =>
	sumOf(flows.map(({ count }) => count))

/** A row for those that were too many has no ends. */
const isOne = ({ flow }: SeenFlow): boolean => flow.includes(' > ')

/**
 * Packets that flows explain. Those of a reason that were not told apart go with the flows that most of its others are like:
 * the rarest ones are put together.
 */
export function packetsOf(view: View, flows: readonly Seen[]): number {
	const more = view.others.filter(({ reasonId }) => {
		const isOfIt = (flow: Seen) => flow.reasonId === reasonId
		return flows.filter(isOfIt).length > view.flows.filter(isOfIt).length / 2
	})
	const all = [...flows, ...more]
	const unlined = all.filter(hasNoLine)
	return countOf(all) + Math.round((view.times - 1) * countOf(unlined))
}

export const namesOf = (flows: readonly Pick<Seen, 'flow' | 'count'>[]): readonly string[] =>
	[...new Set(flows.toSorted((a, b) => b.count - a.count).map(({ flow }) => flow))].slice(0, 10)

/** Distinct values, most frequent first. */
export function tally(values: readonly string[]): readonly string[] {
	const counts = new Map<string, number>()
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
	return [...counts].sort((one, other) => other[1] - one[1]).map(([value]) => value)
}

/** It has an entry, had one when the packet came. */
export const entriesOf = ({ facts }: Seen) => facts?.entries

/** `A > B` is the other direction of `B > A`. */
export const reverseOf = (flow: string): string => flow.split(' > ').toReversed().join(' > ')

/** Flows that no synproxy rule takes: the handshakes of those that one takes are INVALID by design. */
export function unproxied({ flows, shaping }: View): readonly Seen[] {
	const rules = shaping('synproxy') ?? []
	if (rules.length === 0) return flows
	const ports = rules.map(({ text }) => /\b(?:dport |dpt:|--dport )(\d+)/.exec(text)?.[1])
	return flows.filter(
		({ query }) =>
			!ports.some(
				(port) =>
					port === undefined || query?.destinationPort === Number(port) || query?.sourcePort === Number(port),
			),
	)
}
