import type { PacketLine } from '../../kernel/packet/packet-line.ts'

/** Ranges of kernels, as short phrases. Long-term releases take texts of newer ones: a text says more than a version. */
export const EVERY = '4.18 and later'
export const BEFORE_6_1 = 'up to 6.0, and 5.15, 5.10, 5.4, 4.19 LTS'
export const FROM_6_1 = '6.1 and later'

/**
 * What became of the packet.
 * `invalid`: it goes on without an entry, `ct state invalid` matches, NAT does not touch it; only a rule loses it.
 * `accepted`: noted, but it keeps its entry and its state: not an INVALID packet, whatever the words say.
 * `dropped`: conntrack or a helper threw it away itself; no rule of a filter table sees it.
 * `second-line`: belongs to the packet of the line before; counting it would count that packet twice.
 * `depends`: kernels that print this very text differ in the verdict, and nothing has shown yet which kind wrote it.
 */
export type Verdict = 'invalid' | 'accepted' | 'dropped' | 'second-line' | 'depends' | 'unknown'

/** What the numbers of a line say, by name. Numbers are numbers, everything else is safe text. */
export type Params = Readonly<Record<string, string | number>>

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
	/** The same for programs; empty when the text has no numbers. */
	readonly params: Params
	/** The packet is the RST with which this host answers the INVALID packet of a line before. Set by who reads lines in order. */
	readonly answer?: true
	/** The text was cut, and its beginning is that of no other reason. */
	readonly cut?: true
	/** The packet of a line before, judged at another place. Set by who reads lines in order. */
	readonly again?: true
}

/** What a text's numbers are, in words and by name; both safe to print. */
export type Decoded = { readonly detail: string; readonly params: Params }

/** One text of the kernel: between the prefix and the packet. */
export type KernelText = {
	readonly id: string
	/** The kernel's format string, blanks and line ends around it cut: `%u bytes more than expected`. */
	readonly format: string
	/** Absent where the text itself is the title. */
	readonly title?: string
	readonly verdict: Verdict
	/** Id whose explanation holds for this one too. */
	readonly like?: string
	/** Which kernels print it, a short phrase. */
	readonly kernels: string
	/** Decodes what stands in the place of the conversions, in their order. */
	readonly decode?: (captures: readonly string[], line: PacketLine) => Decoded
}

/** A setting that changes the verdict, what it does, and what that costs. */
export type SettingEffect = {
	/** Id of the knob. */
	readonly knob: string
	/** Which value does what: `at 1, packets outside the window keep their entry`. */
	readonly effect: string
	readonly cost: string
}

export type Explanation = {
	readonly meaning: string
	readonly causes: readonly string[]
	/** What to look at or try next, cheapest first. */
	readonly next: readonly string[]
	/** Knobs (their ids) that change the verdict. Empty: no setting does. */
	readonly settings: readonly SettingEffect[]
	/** What keeps this reason from being printed although the packets are there. */
	readonly hides: readonly string[]
	/** Which kernels print it; '' when that is not one range. */
	readonly kernels: string
}

/** An explanation as the tables have it: what is not said is empty. */
export type ExplanationText = Pick<Explanation, 'meaning' | 'causes' | 'next'> &
	Partial<Pick<Explanation, 'settings' | 'hides'>>
