import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { sameAddress } from '../../kernel/packet/address.ts'
import type { BothWays, Evidence, SampledFlow } from '../evidence.ts'
import { connectionOf, onlyEntry } from '../join/sides.ts'
import type { SeenLine } from '../join/view.ts'

/**
 * Of packets counted both ways, fewer than this share came back: the acknowledgements of a stream are never that rare,
 * what comes back are answers to a SYN. From the other share on both ways are in use; in between neither is proven.
 */
const ONE_WAY_SHARE = 0.1
const BOTH_WAYS_SHARE = 0.2
/** Fewer packets say nothing; and the first seconds of some connections are mostly handshakes. */
const LEAST_PACKETS = 20
const PACKETS_AT_ONCE = 200
const LEAST_SECONDS = 10
/** Unless nothing comes back at all. */
const LEAST_SECONDS_OF_NONE = 3
/** So many of the flows must be of the service that was counted. */
const MOST = 0.8

/** `invalid new` is printed of packets without a confirmed entry only (nf_conntrack_proto_tcp.c). */
const HAD_NO_ENTRY = /^tcp-new/

/** An entry that is there now, of a packet that had none: another packet of the same living connection has made it since. */
const isMadeSince = (sample: SampledFlow): boolean =>
	HAD_NO_ENTRY.test(sample.reasonId) && hasConnection(sample) && (sample.facts.entries?.length ?? 0) > 0

/** What this host knew of the flow when the packet came. */
export const asItWas = (sample: SampledFlow): SampledFlow =>
	isMadeSince(sample) ? { ...sample, facts: { ...sample.facts, entries: [] } } : sample

/** What was counted says nothing of other services: theirs may go another way. */
function countedFor(bothWays: BothWays | undefined, queries: readonly (FlowQuery | undefined)[]) {
	if (bothWays === undefined) return undefined
	const { protocol, client, server, port } = bothWays.of
	const same = (one: string, other: string) => sameAddress(one, other)
	const mine = queries.filter((query) => {
		if (query === undefined || (port !== null && query.protocol !== protocol)) return false
		const { source, destination, sourcePort, destinationPort } = query
		if (port === null)
			return (
				(same(source, client) && same(destination, server)) ||
				(same(source, server) && same(destination, client))
			)
		return (
			(same(destination, server) && destinationPort === port) || (same(source, server) && sourcePort === port)
		)
	})
	return mine.length >= MOST * queries.length ? bothWays : undefined
}

/** What the sampled flows have in common; of all, or of some. */
export function flowsSampled(
	{ sampled: all, bothWays: ways }: Evidence,
	of?: readonly { readonly flow: string; readonly query: FlowQuery | undefined }[],
) {
	const names = new Set(of?.map(({ flow }) => flow))
	const seen = of === undefined ? all : all.filter(({ flow }) => names.has(flow))
	const bothWays = countedFor(
		ways,
		(of ?? seen.map(({ facts }) => facts)).map(({ query }) => query),
	)
	const sampled = seen.map(asItWas)
	const known = sampled.filter(({ facts }) => (facts.entries?.length ?? 0) > 0)
	const unreplied = known.filter(
		({ facts }) => onlyEntry(facts)?.unreplied === true || isOneSided(onlyEntry(facts)),
	)
	const withSocket = sampled.filter(hasConnection)
	const gone = withSocket.filter(({ facts }) => facts.entries?.length === 0)
	const counted = bothWays === undefined ? 0 : bothWays.there + bothWays.back
	const isCounted =
		bothWays !== undefined &&
		(counted >= PACKETS_AT_ONCE ||
			(counted >= LEAST_PACKETS &&
				bothWays.seconds >=
					(Math.min(bothWays.there, bothWays.back) === 0 ? LEAST_SECONDS_OF_NONE : LEAST_SECONDS)))
	const share = isCounted
		? Math.min(bothWays.there, bothWays.back) / Math.max(bothWays.there, bothWays.back)
		: undefined
	const isCountedOneWay = share !== undefined && share < ONE_WAY_SHARE
	const isCountedBothWays = share !== undefined && share >= BOTH_WAYS_SHARE
	const oneWay =
		isCountedOneWay || (!isCountedBothWays && known.length > 0 && unreplied.length === known.length)
	return {
		/** What was counted of them. */
		bothWays,
		known: known.length,
		unreplied: unreplied.length,
		madeSince: seen.filter(isMadeSince).length,
		withSocket: withSocket.length,
		gone: gone.length,
		oneWay,
		/** Packets enough were counted to look at their shares. */
		isCounted,
		isCountedOneWay,
		isCountedBothWays,
		/** The one that shows most. */
		telling: gone[0] ?? unreplied[0] ?? known[0] ?? sampled[0],
	}
}

function isOneSided(entry: NonNullable<SampledFlow['facts']['entries']>[number] | undefined): boolean {
	const there = entry?.original.packets ?? null
	const back = entry?.reply?.packets ?? null
	if (there === null || back === null || there + back < LEAST_PACKETS) return false
	return Math.min(there, back) < ONE_WAY_SHARE * Math.max(there, back)
}

const hasConnection = ({ facts }: SampledFlow): boolean => connectionOf(facts) !== undefined

/** The reason whose line told of this flow. */
export const lineOf = (
	{ reasonId }: SampledFlow,
	{ reasons }: Pick<Evidence, 'reasons'>,
): SeenLine | undefined => reasons.find(({ reason }) => reason.id === reasonId)?.reason
