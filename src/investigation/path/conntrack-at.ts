import type { TraceConntrack, TracedPacket, TraceVisit } from '../../kernel/rules/trace.ts'
import { fieldOf, IPV4_SOURCE, IPV6_SOURCE } from './packet-words.ts'

const versionOf = (packet: TracedPacket): string =>
	fieldOf(packet, IPV4_SOURCE) === undefined
		? fieldOf(packet, IPV6_SOURCE) === undefined
			? ''
			: 'ip6'
		: 'ip'

/**
 * Whether nft names entries of packets of this one's IP version in this run. Then nft and the kernel tell it, and conntrack looks
 * at packets of that version here (its hooks are asked for by version: net/netfilter/nf_conntrack_proto.c, nf_ct_netns_get).
 */
export function isTracked(packets: readonly TracedPacket[]): (packet: TracedPacket) => boolean {
	const versions = new Set(
		packets.flatMap((packet) => (packet.visits.some(hasEntry) ? [versionOf(packet)] : [])),
	)
	return (packet) => versions.has(versionOf(packet))
}

const hasEntry = ({ conntrack }: TraceVisit): boolean => typeof conntrack?.id === 'string'

/** NF_IP_PRI_CONNTRACK: in these hooks conntrack looks at packets; all others come later. */
const CONNTRACK = -200
const LOOKS_IN = ['prerouting', 'output']
const LATER = ['input', 'forward', 'postrouting']
const FAMILIES = ['ip', 'ip6', 'inet']

/** Whether conntrack has looked at packets by then. */
export const isBehind = ({ hook, priority }: { readonly hook: string; readonly priority: number }): boolean =>
	LATER.includes(hook) || (LOOKS_IN.includes(hook) && priority > CONNTRACK)

/**
 * What nft said, and INVALID where it said nothing behind conntrack although it does say it of other packets of this IP version. An
 * untracked packet has a line of its own, so it is none of those. A packet that had an entry before lost it on its way (a tunnel, IPsec)
 * and is no INVALID one. Nothing is concluded in front of conntrack, nor at its very priority, where either may come first.
 */
export function conntrackAt(
	{ visits }: TracedPacket,
	visit: TraceVisit,
	base: { readonly hook: string; readonly priority: number } | undefined,
	isTracked: boolean,
): TraceConntrack | null {
	if (visit.conntrack !== null) return visit.conntrack
	if (base === undefined || !isTracked || !FAMILIES.includes(visit.family)) return null
	const hadOne = visits.some((one) => hasEntry(one) || (one.conntrack !== null && one.steps <= visit.steps))
	return isBehind(base) && !hadOne ? { state: INVALID, direction: null, status: [], id: null } : null
}

export const INVALID = 'invalid'
