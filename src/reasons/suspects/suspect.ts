import type { PacketLine } from '../../kernel/packet/packet-line.ts'

/** What may have made a packet INVALID of which only a rule's line is there. */
export type Suspect = {
	/** Stable name: `syn-ack-without-syn`. */
	readonly id: SuspectId
	/**
	 * `shown`: the line, or one beside it, says so. `likely`: something in them speaks for it. `possible`: nothing speaks
	 * against it.
	 */
	readonly standing: 'shown' | 'likely' | 'possible'
	readonly says: string
	/** What in the line, or beside it, speaks for it; '' where nothing does. */
	readonly because: string
	/** What would decide, cheapest first. */
	readonly decides: readonly string[]
}

export type SuspectId =
	| 'told'
	| 'not-said'
	| 'bad-flags'
	| 'syn-ack-without-syn'
	| 'syn-ack-backscatter'
	| 'syn-on-open-connection'
	| 'late-rst'
	| 'own-rst'
	| 'rst-outside-window'
	| 'late-end'
	| 'no-entry'
	| 'outside-window'
	| 'one-direction'
	| 'quote-not-ours'
	| 'quote-unknown'
	| 'late-echo-reply'
	| 'icmp-type'
	| 'fragment'
	| 'cut-header'
	| 'checksum'
	| 'udp-damaged'
	| 'sctp-out-of-the-blue'
	| 'gre-without-helper'
	| 'other-protocol'
	| 'table-was-full'

/** A line beside the asked one: a message of conntrack, of a rule, or "table full". */
export type Beside = {
	readonly line?: PacketLine
	readonly isTableFull?: boolean
	/** Title and id of a reason, where the line is conntrack's. */
	readonly reason?: { readonly id: string; readonly title: string }
}

export type Asked = {
	readonly line: PacketLine
	readonly beside: readonly Beside[]
}
