import type { Evidence, SampledFlow } from '../evidence.ts'
import { isListening } from '../join/join.ts'

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

/** `invalid new` is printed of packets without a confirmed entry only (nf_conntrack_proto_tcp.c). */
const HAD_NO_ENTRY = /^tcp-new/

/** An entry that is there now, of a packet that had none: another packet of the same living connection has made it since. */
const isMadeSince = (sample: SampledFlow): boolean =>
	HAD_NO_ENTRY.test(sample.reasonId) && hasConnection(sample) && (sample.facts.entries?.length ?? 0) > 0

/** What this host knew of the flow when the packet came. */
export const asItWas = (sample: SampledFlow): SampledFlow =>
	isMadeSince(sample) ? { ...sample, facts: { ...sample.facts, entries: [] } } : sample

/** What the sampled flows have in common. */
export function flowsSampled({ sampled: seen, bothWays }: Evidence) {
	const sampled = seen.map(asItWas)
	const known = sampled.filter(({ facts }) => (facts.entries?.length ?? 0) > 0)
	const unreplied = known.filter(
		({ facts }) => facts.entries?.[0]?.unreplied === true || isOneSided(facts.entries?.[0]),
	)
	const withSocket = sampled.filter(hasConnection)
	const gone = withSocket.filter(({ facts }) => facts.entries?.length === 0)
	const counted = bothWays === undefined ? 0 : bothWays.there + bothWays.back
	const isCounted =
		bothWays !== undefined &&
		(counted >= PACKETS_AT_ONCE || (counted >= LEAST_PACKETS && bothWays.seconds >= LEAST_SECONDS))
	const share = isCounted
		? Math.min(bothWays.there, bothWays.back) / Math.max(bothWays.there, bothWays.back)
		: undefined
	const isCountedOneWay = share !== undefined && share < ONE_WAY_SHARE
	const isCountedBothWays = share !== undefined && share >= BOTH_WAYS_SHARE
	const oneWay =
		isCountedOneWay || (!isCountedBothWays && known.length > 0 && unreplied.length === known.length)
	return {
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

/** A local socket that still has the connection; one that only listens has not. */
const hasConnection = ({ facts }: SampledFlow): boolean =>
	facts.sockets?.some(({ state }) => !isListening(state) && state !== 'TIME-WAIT') === true
