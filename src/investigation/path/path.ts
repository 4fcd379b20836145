import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import type { BaseChain } from '../../kernel/rules/order.ts'
import type { Rule, RuleFamily } from '../../kernel/rules/rule.ts'
import type { TraceConntrack, TracedPacket, TraceStep } from '../../kernel/rules/trace.ts'

/**
 * Why the text of a rule is not sure. `unlisted`: nft had none, the rule was added or removed while it watched; `replaced`: the rules
 * that were read have another one under this handle; `gone`: it was there before the trace, and is no more.
 */
type Doubt = 'unlisted' | 'replaced' | 'gone'

/** A step of a traced packet with what is known of its rule. */
export type PathStep = {
	readonly step: TraceStep
	/** What was done: `accept`, `drop`, `reject`, `queue`, `jump more`, `continue`, `DNAT`; `?` where nobody knows. */
	readonly word: string
	/** The rule as its own tool prints it, else as the trace has it; empty for a policy, a return, and a rule that nobody knows. Untrusted. */
	readonly text: string
	/** Undefined when it is none of those that act on INVALID, log or trace. */
	readonly rule: Rule | undefined
	readonly owner: string | null
	/** Jumps from the chain of the hook to this one. */
	readonly depth: number
	readonly doubt: Doubt | undefined
}

/** `rule`: by the one that decided in the chain before; `entry`: by the entry of its connection; `headers`: it has become another packet. */
type Changed = {
	readonly before: string
	readonly after: string
	readonly by: 'rule' | 'entry' | 'headers'
}

/** A chain of a hook that the packet came into, with what it met there and in the chains behind it. */
export type Stage = {
	/** Empty where nobody knows it. */
	readonly hook: string
	readonly priority: number | null
	readonly family: RuleFamily
	readonly table: string
	readonly chain: string
	/** Addresses and ports, and devices, as the packet came in; empty where they were not told. */
	readonly ends: string
	readonly from: string
	readonly to: string
	/** What has changed since the chain before. */
	readonly changed: Changed | undefined
	/** State `invalid` may be concluded (see `conntrackAt`); null: nothing is known here. */
	readonly conntrack: TraceConntrack | null
	readonly steps: readonly PathStep[]
}

/**
 * `decided`: dropped, rejected, or taken; `queued`: a program has it, or had; `passed`: let through by the last chain that told of it;
 * `cut`: nothing told what became of it; `unmet`: it came into no chain.
 */
type Ending = 'decided' | 'queued' | 'passed' | 'cut' | 'unmet'

/** The way of one packet through the hooks, in the order in which it was told. */
export type Path = {
	readonly packet: TracedPacket
	/** `TCP 10.0.0.1:5 > 10.0.0.2:80 ACK FIN`, as far as it was told. */
	readonly flow: string
	readonly stages: readonly Stage[]
	readonly ending: Ending
	/** The rule or policy that decided, or that let it through last; undefined where nobody knows. */
	readonly decision: { readonly word: string; readonly by: PathStep; readonly stage: Stage } | undefined
	/** The line of log_invalid about the same packet. */
	readonly reason: PacketLine | undefined
	/** The state that it had, by nft, or by a rule that it has matched and that asks for this state alone; null: not told. */
	readonly state: string | null
	/** Chains of hooks that it could have met and was not told of; those of nat are left out, since only new connections come there. */
	readonly missed: readonly BaseChain[]
	/** Where a rule of ours has marked it: what stands before was not traced. Undefined where another rule did. */
	readonly markedAt: { readonly hook: string; readonly priority: number } | undefined
	/** Id of the packet that seems to be the same one, earlier. */
	readonly again: string | undefined
	/** How often nft said that events were lost. */
	readonly lost: number
}
