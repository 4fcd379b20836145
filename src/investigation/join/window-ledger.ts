import type { SeenWindow, WindowLedger } from '../../kernel/probes/entry-values.ts'
import type { ToldEntry } from '../../kernel/probes/told.ts'
import * as english from '../../words/english/investigation/ledger.ts'

/** What conntrack knew of one end when it judged a packet. */
export type LedgerSide = Pick<
	SeenWindow,
	'end' | 'highestEnd' | 'highestAck' | 'largestWindow' | 'scale' | 'flags'
>

export type LedgerStory = {
	/** Of the entry, as its first packet came. */
	readonly flow: string
	readonly state: string
	readonly original: LedgerSide
	readonly reply: LedgerSide
	/** What is odd about it, one sentence each; none where it is as it should be. */
	readonly says: readonly string[]
}

/** What the numbers say from which a TCP packet was judged. Undefined for an entry without them. */
export function ledgerStory({ tuple, ledger }: ToldEntry): LedgerStory | undefined {
	if (ledger === null) return undefined
	const { source, sourcePort, destination, destinationPort, family } = tuple
	const end = (address: string, port: number) =>
		family === 10 ? `[${address}]:${port}` : `${address}:${port}`
	const [client, server] = [end(source, sourcePort), end(destination, destinationPort)]
	return {
		flow: `${client} > ${server}`,
		state: ledger.state,
		original: sideOf(ledger.original),
		reply: sideOf(ledger.reply),
		says: [...pickedUp(ledger), ...oneWay(ledger, client, server), ...scales(ledger, client, server)],
	}
}

const sideOf = ({ end, highestEnd, highestAck, largestWindow, scale, flags }: SeenWindow): LedgerSide => ({
	end,
	highestEnd,
	highestAck,
	largestWindow,
	scale,
	flags,
})

const has = ({ flags }: SeenWindow, flag: SeenWindow['flags'][number]): boolean => flags.includes(flag)

/** tcp_new of nf_conntrack_proto_tcp.c: a connection without its SYN is liberal from then on. */
const pickedUp = ({ original, reply }: WindowLedger): readonly string[] =>
	has(original, 'liberal') || has(reply, 'liberal') ? [english.pickedUpInMidStream] : []

/** An end that has sent nothing has no window of its own; how far it may send, the other one has said. */
const isUnseen = ({ end, largestWindow }: SeenWindow): boolean => end === 0 && largestWindow === 0

const oneWay = ({ original, reply }: WindowLedger, client: string, server: string): readonly string[] => [
	...(isUnseen(original) ? [english.nothingSeenOf(client)] : []),
	...(isUnseen(reply) ? [english.nothingSeenOf(server)] : []),
]

/** A scale holds only where both SYNs had the option (tcp_options, tcp_init_sender of nf_conntrack_proto_tcp.c). */
function scales({ original, reply }: WindowLedger, client: string, server: string): readonly string[] {
	const isPickedUp = has(original, 'liberal') || has(reply, 'liberal')
	if (isPickedUp || isUnseen(original) || isUnseen(reply)) return []
	const [of, from] = [has(original, 'window-scale'), has(reply, 'window-scale')]
	if (of === from) return []
	return [of ? english.answerHadNoScale(server) : english.synLostItsScale(client, server)]
}
