import type { Entry, FlowFacts } from '../../kernel/conntrack/flow-facts.ts'
import { type FlowSockets, isAddressHere, socketsOf, wayOf } from '../../kernel/conntrack/flow-match.ts'
import { isForMany, isLoopback } from '../../kernel/packet/address.ts'

/** Where the packets of this direction begin and end, and which hooks they pass. */
export type Sides = FlowSockets & {
	readonly isSent: boolean
	readonly isReceived: boolean
	/** The hooks of this direction, in their order. */
	readonly hooks: readonly string[]
}

/** A socket tells it, else the addresses; with NAT those that the ends have. */
export function sidesOf(facts: FlowFacts): Sides {
	const sockets = socketsOf(facts)
	const [from, to] = endAddresses(facts)
	const isHere = (address: string) => isLoopback(address) || isAddressHere(facts, address)
	const isSent = sockets.sender !== undefined || isHere(from)
	const isReceived = sockets.receiver !== undefined || isHere(to) || (isForMany(to) && !isSent)
	return {
		...sockets,
		isSent,
		isReceived,
		hooks:
			isSent || isReceived
				? [...(isSent ? LEAVING : []), ...(isReceived ? ['prerouting', 'input'] : [])]
				: ['prerouting', 'forward', 'postrouting'],
	}
}

/** The hooks of what a local socket sends. */
export const LEAVING: readonly string[] = ['output', 'postrouting']

function endAddresses({ query, entries }: FlowFacts): readonly [string, string] {
	const [entry] = entries ?? []
	const plain = [query.source, query.destination] as const
	if (entry === undefined || entry.reply === null) return plain
	const began = entry.original.src ?? query.source
	const answers = entry.reply.src ?? query.destination
	return wayOf(entry, query) === 'reply' ? [answers, began] : [began, answers]
}

/** A local socket that still has exactly this connection; one that only listens has not, nor has one that waits its time. */
export function connectionOf(facts: FlowFacts): FlowSockets['sender'] {
	const { sender, receiver } = socketsOf(facts)
	return [sender, receiver].find((one) => one !== undefined && one.state !== 'TIME-WAIT')
}

/** The entry, where this flow has one and no other zone has another. */
export const onlyEntry = ({ entries }: Pick<FlowFacts, 'entries'>): Entry | undefined =>
	entries?.length === 1 ? entries[0] : undefined
