import type { PacketLine } from '../kernel/packet-line.ts'

/**
 * What became of the packet.
 * `invalid`: it goes on without an entry, `ct state invalid` matches, NAT does not touch it; only a rule loses it.
 * `accepted`: noted, but it keeps its entry and its state: not an INVALID packet, whatever the words say.
 * `dropped`: conntrack or a helper threw it away itself; no rule of a filter table sees it.
 * `second-line`: belongs to the packet of the line before; counting it would count that packet twice.
 */
type Verdict = 'invalid' | 'accepted' | 'dropped' | 'second-line' | 'unknown'

export type Reason = {
	/** Stable name, `tcp-win-seq-over`; `unknown` for a text that the catalogue does not have. */
	readonly id: string
	/** The kernel's words without numbers: lines with one id have one title, except `unknown`. Safe to print. */
	readonly title: string
	/** `TCP`, `ICMPv6`, a number, or `-` when the line does not say. */
	readonly protocol: string
	readonly verdict: Verdict
	/** What the numbers of this line say, or ''. Safe to print. */
	readonly detail: string
}

/** One text of the kernel: between the prefix and the packet, blanks around it cut. */
export type KernelText = {
	readonly id: string
	/** The whole text, or a pattern for the whole text where it has numbers. */
	readonly text: string | RegExp
	/** Absent where the text itself is the title. */
	readonly title?: string
	readonly verdict: Verdict
	/** Id whose explanation holds for this one too. */
	readonly like?: string
	/** Decodes the captures of the pattern. */
	readonly detail?: (captures: readonly string[], line: PacketLine) => string
}

export type Explanation = {
	readonly meaning: string
	readonly causes: readonly string[]
	/** What to look at or try next, cheapest first. */
	readonly next: readonly string[]
}
