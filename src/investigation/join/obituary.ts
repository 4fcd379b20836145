import { flowOf } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import { protocolName } from '../../kernel/packet/protocol.ts'
import type { EndedByProbe } from '../../kernel/probes/ended.ts'
import { flowOfTuple } from '../../kernel/probes/entry-values.ts'
import * as english from '../../words/english/investigation/ledger.ts'

/** How an entry came to its end. */
export type EndKind = 'deleted' | 'timed-out' | 'evicted' | 'replaced' | 'cleaned-up' | 'kernel'

/** By the function that has ended it (net/netfilter), where nobody has asked for it by netlink. */
const KINDS: readonly (readonly [RegExp, EndKind])[] = [
	[/^nf_ct_gc_expired$/, 'timed-out'],
	// gc_worker takes living entries only when the table is nearly full; expired ones go by nf_ct_gc_expired.
	[/^(?:early_drop|early_drop_list|gc_worker)$/, 'evicted'],
	[
		/^(?:nf_conntrack_tcp_packet|nf_ct_kill_acct|nf_conntrack_dccp_packet|nf_conntrack_sctp_packet)$/,
		'replaced',
	],
	[/^nf_ct_iterate_cleanup(?:_net)?$/, 'cleaned-up'],
]

export const endKind = ({ portId, caller }: Pick<EndedByProbe, 'portId' | 'caller'>): EndKind =>
	portId !== null && portId !== 0
		? 'deleted'
		: (KINDS.find(([pattern]) => pattern.test(caller))?.[1] ?? 'kernel')

/** Half a sentence: `deleted by conntrack (pid 178)`. */
function endInWords(ended: EndedByProbe): string {
	switch (endKind(ended)) {
		case 'deleted':
			return english.deletedBy(ended.task, ended.pid)
		case 'timed-out':
			return english.timedOut(ended.state)
		case 'evicted':
			return english.evictedTableFull
		case 'replaced':
			return english.endedByAPacket(ended.state)
		case 'cleaned-up':
			return english.cleanedUp
		case 'kernel':
			return english.endedInTheKernel(ended.caller)
	}
}

/** The end of the entry of some packets that came after it. */
export type Obituary = {
	/** Of the packets. */
	readonly flow: string
	readonly packets: number
	readonly kind: EndKind
	/** Task and its number; null where the kernel itself did it. */
	readonly by: { readonly task: string; readonly pid: number } | null
	readonly state: string | null
	/** From the end of the entry to the first of the packets, s. */
	readonly secondsBefore: number
	readonly sentence: string
}

/** So many of the entries that ended last are known, and so many flows. */
const MOST_ENDED = 4_096
const MOST_FLOWS = 256

type Came = { readonly flow: string; readonly first: number; readonly packets: number }

/** Ends of entries, and the packets that came without an entry after them, both by their flow. */
export type Obituaries = {
	readonly ended: ReadonlyMap<string, EndedByProbe>
	readonly came: ReadonlyMap<string, Came>
}

export const NO_OBITUARIES: Obituaries = { ended: new Map(), came: new Map() }

/** `micros`: by the clock of the ends. */
export type WithoutEntry = { readonly packet: Packet; readonly micros: number }

/** Which of an end and a packet is read first is nobody's: all of them are kept, the last ones where they are too many. */
export function obituariesWith(
	before: Obituaries,
	more: { readonly ended: readonly EndedByProbe[]; readonly came: readonly WithoutEntry[] },
): Obituaries {
	const ended = new Map(before.ended)
	const came = new Map(before.came)
	for (const one of more.ended) {
		const key = keyOf(protocolName(one.tuple.protocol), flowOfTuple(one.tuple))
		ended.delete(key)
		ended.set(key, one)
		if (ended.size > MOST_ENDED) ended.delete(ended.keys().next().value ?? '')
	}
	for (const { packet, micros } of more.came) {
		const flow = flowOf(packet)
		const key = keyOf(packet.protocol ?? '', flow)
		const known = came.get(key)
		if (known !== undefined) came.set(key, { ...known, packets: known.packets + 1 })
		else if (came.size < MOST_FLOWS) came.set(key, { flow, first: micros, packets: 1 })
	}
	return { ended, came }
}

/** Most packets first. */
export const obituariesOf = ({ ended, came }: Obituaries): readonly Obituary[] =>
	[...came]
		.flatMap(([key, packets]) => {
			const end = ended.get(key)
			return end?.micros == null || end.micros > packets.first ? [] : [obituaryOf(packets, end, end.micros)]
		})
		.toSorted((one, other) => other.packets - one.packets)

function obituaryOf({ flow, first, packets }: Came, end: EndedByProbe, endedAt: number): Obituary {
	const kind = endKind(end)
	const secondsBefore = Math.round((first - endedAt) / 1e5) / 10
	return {
		flow,
		packets,
		kind,
		by: kind === 'deleted' ? { task: end.task, pid: end.pid } : null,
		state: end.state,
		secondsBefore,
		sentence: english.entryEndedBefore(secondsBefore, endInWords(end)),
	}
}

/** The same for both directions. */
const keyOf = (protocol: string, flow: string): string =>
	`${protocol} ${flow.split(' > ').toSorted().join(' ')}`
