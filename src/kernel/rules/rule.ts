/**
 * Who keeps a rule. iptables-nft rules are in nf_tables too, but only its own tools print all of them. `iptables`: one of the
 * two, and the text does not say which.
 */
export type Backend = 'nft' | 'iptables-nft' | 'iptables-legacy' | 'iptables'

export type RuleFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev'

/** Connection states that a rule may ask for; `snat` and `dnat` are states for xt_conntrack only. */
export type CtState = 'invalid' | 'new' | 'established' | 'related' | 'untracked' | 'snat' | 'dnat'

/** What a rule says about the ct state: `ct state { invalid, new }`, `! --ctstate ESTABLISHED`, `-m state --state INVALID`. */
export type StateMatch = {
	/** Those it lets through to its verdict. A negation is written out: what is left of the five states. */
	readonly states: readonly CtState[]
	readonly negated: boolean
	/** The state comes from a set or map by name (`@bad`, `vmap @states`), so what it holds may change. */
	readonly viaSet: string | null
}

/** What is done with a packet that the whole rule matches. */
export type Verdict =
	/** drop, accept, reject, queue, return, continue */
	| { readonly kind: 'final'; readonly word: string }
	| { readonly kind: 'jump' | 'goto'; readonly chain: string }
	/** Any other target, as it is printed: MASQUERADE, MARK, a helper. Empty: the rule only counts or logs. */
	| { readonly kind: 'other'; readonly word: string }

/** What a rule that logs does with its packet besides: its line goes to the kernel log or to a group of nfnetlink_log. */
export type LogAction = {
	readonly kind: 'log' | 'nflog' | 'trace'
	readonly prefix: string
	/** Number of the NFLOG group; null for the kernel log and for tracing. */
	readonly group: number | null
	/** Level as printed (`warn`, `4`); empty when not said. */
	readonly level: string
	/** A limit that stands in front of it, as printed; empty: each packet gives a line. */
	readonly limit: string
}

export type RulePlace = Pick<Rule, 'family' | 'table' | 'chain' | 'number'>

export type RuleCounter = {
	readonly packets: number
	readonly bytes: number
	/** Those of the two that the tool has rounded: `7263K` may be anything from 7 262 500 on. Absent: both are exact. */
	readonly about?: readonly ('packets' | 'bytes')[]
}

export type Rule = {
	readonly backend: Backend
	readonly family: RuleFamily
	readonly table: string
	readonly chain: string
	/** Which of several listings in one text has it, from 1; absent where there is one. */
	readonly listing?: number
	/** Place in its chain, from 1. */
	readonly number: number
	/** nft's own number of it (`nft -a`); null where it is not printed. */
	readonly handle: number | null
	/** The rule as its tool prints it, without counters and handle; untrusted text. */
	readonly text: string
	/** Null: says nothing about the state. */
	readonly state: StateMatch | null
	/** What it asks of the state as far as it is printed, where that does not tell which: `xt match "conntrack"`. Untrusted. */
	readonly hidden?: string
	/** Chains that it leads to by a map, besides its verdict. */
	readonly targets?: readonly string[]
	readonly verdict: Verdict
	readonly log: LogAction | null
	/** Null: has no counter. */
	readonly counter: RuleCounter | null
	/** Name of a counter that several rules may share: an nft `counter name`, an nfacct object. */
	readonly sharedCounter: string | null
	readonly comment: string
}

export type Chain = {
	readonly backend: Backend
	readonly family: RuleFamily
	readonly table: string
	readonly name: string
	/** As that of its rules. */
	readonly listing?: number
	/** Where packets come in by themselves; null: only by jumps. */
	readonly base: {
		/** prerouting, input, forward, output, postrouting, ingress, egress */
		readonly hook: string
		/** -300 raw, -150 mangle, -100 dstnat, 0 filter, 50 security, 100 srcnat; conntrack itself sits at -200. */
		readonly priority: number
		readonly type: string
		/** accept or drop. */
		readonly policy: string
	} | null
	/** Of the policy; null where it is not counted (nft). */
	readonly counter: RuleCounter | null
	/** How many rules it has, read or left out. */
	readonly size: number
}

/**
 * What a rule does to what conntrack sees or does, beyond looking at its state.
 * `notrack`: takes packets out of its sight. `zone`: gives them a table of their own. `nat`: translates. `synproxy`: answers in
 * the place of a server, with packets that are INVALID by design. `offload`: hands flows to a flowtable, past conntrack.
 * `helper`: has their content read.
 */
export type ShapingKind = 'notrack' | 'zone' | 'nat' | 'synproxy' | 'offload' | 'helper'

export type ShapingRule = {
	readonly kind: ShapingKind
	readonly family: RuleFamily
	readonly table: string
	readonly chain: string
	/** Place in its chain, from 1. */
	readonly number: number
	/** As its tool prints it; untrusted. */
	readonly text: string
}

/**
 * What belongs to a ruleset and is not in its text. `include`: a file, by its name or pattern. `table`: one that only nft prints, as
 * iptables-save says. `diff`: all that stands around the lines of a diff. `cut`: the rest of a text that ends too early.
 */
export type Elsewhere = { readonly kind: 'include' | 'table' | 'diff' | 'cut'; readonly name: string }

/** One reading of everything, in the order of its tools' output. */
export type Ruleset = {
	readonly chains: readonly Chain[]
	/** Only the rules that matter here: those that name a ct state, log or trace, and those that lead to them (jumps). */
	readonly rules: readonly Rule[]
	/**
	 * Rules that say what becomes of a connection before or behind its state: that translate addresses, take packets out of
	 * conntrack or give them a zone; with the jumps that lead to them, in their order. Of very many the first: `leftOut` says how
	 * many there are besides. Undefined in recordings of earlier versions.
	 */
	readonly shaping?: { readonly rules: readonly Rule[]; readonly leftOut: number }
	/** Rules of all kinds that were read. */
	readonly total: number
	/**
	 * The first rule that makes conntrack work on packets here: its state, NAT, a mark, a helper, a flowtable. Null: there is
	 * none; absent where it was not looked for, as in recordings of before.
	 */
	readonly tracked?: RulePlace | null
	/** Counters with a name: nft counters and nfacct objects. */
	readonly named: Readonly<Record<string, RuleCounter>>
	/** Sets and maps that these rules look into, as printed, by `FAMILY TABLE NAME`; of long ones the beginning. */
	readonly sets: Readonly<Record<string, string>>
	/** Lines that look like a rule and could not be understood, at most 20, as they came. */
	readonly unread: readonly string[]
	/** How many there are of them; absent in recordings of earlier versions. */
	readonly unreadCount?: number
	/** What belongs to it and is not in the text, at most 20. */
	readonly elsewhere?: readonly Elsewhere[]
	/** Where one text holds several listings: the line that stands over each, untrusted; empty where none does. */
	readonly listings?: readonly string[]
}
