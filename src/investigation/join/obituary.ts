import type { EndKind } from '../../kernel/conntrack/end-kind.ts'
import type { EndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import { endpoint, flowOf } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import * as english from '../../words/english/investigation/ledger.ts'
import { visible } from '../../words/visible.ts'

/** Half a sentence: `deleted by conntrack (pid 178)`. */
export function endInWords({ how, program, pid, portId, state, isClosed, caller }: EndedEntry): string {
	switch (how) {
		case 'deleted':
			return english.deletedBy(visible(program), pid, portId)
		case 'timed-out':
			return english.timedOut(state)
		case 'evicted':
			return english.evictedTableFull
		case 'replaced':
			return english.endedByAPacket(state)
		case 'cleaned-up':
			return english.cleanedUp
		case 'kernel':
			return english.endedInTheKernel(visible(caller))
		// Also what an older recording has.
		default:
			return isClosed ? english.closedByBothEnds(state ?? '') : english.endedByItself(state)
	}
}

/** The end of the entry of some packets that came after it. */
export type Obituary = {
	/** Of the packets. */
	readonly flow: string
	readonly packets: number
	/** null: who told of it does not say how. */
	readonly kind: EndKind | null
	/** Who has deleted it; null where the kernel itself did it. `pid` or `portId` (of netlink) is null where it is not known. */
	readonly by: { readonly task: string; readonly pid: number | null; readonly portId: number | null } | null
	readonly state: string | null
	/** From the end of the entry to the first of the packets, s. */
	readonly secondsBefore: number
	readonly sentence: string
}

/** Flows of which ends are known, those that ended last, and so many ends of each: ports are used again. */
export const MOST_ENDED = 4_096
const ENDS_OF_ONE = 4
/** Flows of packets. */
const MOST_FLOWS = 256

/** `first`: ms, by the clock of the ends. */
type Came = { readonly flow: string; readonly first: number; readonly packets: number }

/** Ends of entries, and the packets that came without an entry after them, both by their flow. */
export type Obituaries = {
	readonly ended: ReadonlyMap<string, readonly EndedEntry[]>
	readonly came: ReadonlyMap<string, Came>
}

export const NO_OBITUARIES: Obituaries = { ended: new Map(), came: new Map() }

/** `at`: ms, by the clock of the ends. */
export type WithoutEntry = { readonly packet: Packet; readonly at: number }

/** Which of an end and a packet is read first is nobody's: all of them are kept, the last ones where they are too many. */
export function obituariesWith(
	before: Obituaries,
	more: { readonly ended: readonly EndedEntry[]; readonly came: readonly WithoutEntry[] },
): Obituaries {
	const ended = new Map(before.ended)
	const came = new Map(before.came)
	for (const one of more.ended) {
		for (const key of keysOf(one)) {
			const ends = [...(ended.get(key) ?? []), one]
			ended.delete(key)
			ended.set(key, ends.length > ENDS_OF_ONE ? withoutOne(ends) : ends)
			if (ended.size > MOST_ENDED) ended.delete(ended.keys().next().value ?? '')
		}
	}
	for (const { packet, at } of more.came) {
		const flow = flowOf(packet)
		const key = keyOf(packet.protocol ?? '', flow)
		const known = came.get(key)
		if (known !== undefined) came.set(key, { ...known, packets: known.packets + 1 })
		else if (came.size < MOST_FLOWS) came.set(key, { flow, first: at, packets: 1 })
	}
	return { ended, came }
}

/** That somebody has deleted it is not forgotten over connections that ended by themselves later. */
function withoutOne(ends: readonly EndedEntry[]): readonly EndedEntry[] {
	const byItself = ends.findIndex(({ portId }) => portId === null)
	return ends.toSpliced(Math.max(0, byItself), 1)
}

const listed = new WeakMap<Obituaries['ended'], readonly EndedEntry[]>()

/** Every end that is known, in the order of time. */
export function endsIn({ ended }: Pick<Obituaries, 'ended'>): readonly EndedEntry[] {
	const known = listed.get(ended)
	if (known !== undefined) return known
	const ends = [...new Set([...ended.values()].flat())].toSorted((one, other) => one.at - other.at)
	listed.set(ended, ends)
	return ends
}

/** Of flows whose packets were counted already. `first`: ms, by the clock of the ends. */
export function obituariesOfFlows(
	ended: readonly EndedEntry[],
	flows: readonly (Came & { readonly protocol: string })[],
): readonly Obituary[] {
	const came = new Map<string, Came>()
	for (const { protocol, ...one } of flows) {
		const key = keyOf(protocol, one.flow)
		const known = came.get(key)
		came.set(
			key,
			known === undefined
				? one
				: { ...known, first: Math.min(known.first, one.first), packets: known.packets + one.packets },
		)
	}
	return obituariesOf({ ended: obituariesWith(NO_OBITUARIES, { ended, came: [] }).ended, came })
}

/** Most packets first. */
export const obituariesOf = ({ ended, came }: Obituaries): readonly Obituary[] =>
	[...came]
		.flatMap(([key, packets]) => {
			// The last one before them: another connection of these ports may have ended since.
			const before = (ended.get(key) ?? []).filter(({ at }) => at <= packets.first)
			const end = before.toSorted((one, other) => one.at - other.at).at(-1)
			return end === undefined ? [] : [obituaryOf(packets, end)]
		})
		.toSorted((one, other) => other.packets - one.packets)

function obituaryOf({ flow, first, packets }: Came, end: EndedEntry): Obituary {
	const { how, program, pid, portId, state } = end
	const secondsBefore = Math.round((first - end.at) / 100) / 10
	return {
		flow,
		packets,
		kind: how,
		by: how === 'deleted' ? { task: visible(program), pid, portId } : null,
		state,
		secondsBefore,
		sentence: english.entryEndedBefore(secondsBefore, endInWords(end)),
	}
}

/** The same for both directions. */
const keyOf = (protocol: string, flow: string): string =>
	`${protocol.toLowerCase()} ${flow.split(' > ').toSorted().join(' ')}`

/** NAT gives the two directions different ends. */
function keysOf({ protocol, original, reply }: EndedEntry): readonly string[] {
	const keys = [original, ...(reply === null ? [] : [reply])].map(({ src, dst, sport, dport }) =>
		keyOf(protocol, `${endpoint(src, sport)} > ${endpoint(dst, dport)}`),
	)
	return [...new Set(keys)]
}
