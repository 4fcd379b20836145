import type { EndedEntry } from '../kernel/conntrack/ended-entry.ts'
import type { FlowFacts } from '../kernel/conntrack/flow-facts.ts'
import type { Segments } from '../kernel/packet/segments.ts'
import type { ShapingRule } from '../kernel/rules/rule.ts'
import type { SurroundingsState } from '../model/surroundings.ts'
import type { Reason } from '../reasons/classify.ts'
import type { SilentPath } from '../reasons/silent-paths.ts'
import type { Accounting } from './accounting/accounting.ts'
import type { ActingRule } from './join/acting-rules.ts'
import type { JoinRules } from './join/view.ts'
import type { Rung } from './ladder/rung.ts'
import type { TableFill, TableLevel } from './table/fill.ts'
import type { Tracking } from './table/tracking.ts'

export type SeenFlow = {
	readonly flow: string
	readonly count: number
	/** `eth0` came in there, `>eth0` was sent from here, `eth0>eth1` passes, '' not printed. */
	readonly where: string
	/** Ports of bridges that its packets came in through (PHYSIN), the first ones; none where no bridge has them. */
	readonly ports: readonly string[]
	readonly segments: Segments
	/** Bytes beyond the bound of the window, as its lines have told; null where none did. */
	readonly beyond: { readonly least: number; readonly most: number } | null
	/** When its packets were read, ms by the clock of the ends of entries; undefined where that is another one. */
	readonly came?: { readonly first: number; readonly last: number }
}

/** A reason with what its lines have shown so far. */
export type SeenReason = {
	readonly reason: Reason
	readonly count: number
	/** Its lines since the start, as lists of reasons show them; undefined where they are those of `count`. */
	readonly listed?: number
	/** Lines a second. */
	readonly rate: number
	/** `10.0.3.7:443 > 10.0.9.21:51514`, most frequent first. */
	readonly flows: readonly SeenFlow[]
	/** The last line as it was printed, untrusted. */
	readonly sample: string
	/** What its numbers say. */
	readonly detail: string
}

/** One flow of INVALID packets with what this host knows of it. */
export type SampledFlow = { readonly reasonId: string; readonly flow: string; readonly facts: FlowFacts }

/** Packets of one service in both directions, counted by rules of our own. */
export type BothWays = {
	readonly there: number
	readonly back: number
	/** Of `back` those without SYN: what follows a handshake; null where that was not counted apart. */
	readonly backWithoutSyn: number | null
	readonly seconds: number
	readonly of: {
		readonly protocol: string
		/** Of one client and one server. */
		readonly client: string
		readonly server: string
		/** Of the server; null where the protocol has none. */
		readonly port: number | null
	}
}

/** So many entries that ended are kept, the first ones: who deletes them does it again and again. */
export const ENDED_LIMIT = 5_000

/** Everything that the steps look at, as it is now. What was not read is undefined. */
export type Evidence = {
	readonly kernel: string
	/** Since the present step was begun, seconds. */
	readonly seconds: number
	readonly counts:
		| {
				/** INVALID packets since the namespace is there, and since watching began `watched` seconds ago. */
				readonly total: number
				readonly since: number
				readonly watched: number
				/** Packets a second now; INVALID packets in each past second, oldest first. */
				readonly rate: number
				readonly history: readonly number[]
				readonly byCpu: readonly number[]
		  }
		| undefined
	/** Other network namespaces where INVALID rises: what they are called, packets a second; fastest first. */
	readonly elsewhere: readonly { readonly name: string; readonly rate: number }[]
	/** Why the counters could not be read; empty when they could. */
	readonly countsProblem: string
	readonly rules:
		| (JoinRules & {
				readonly acting: readonly ActingRule[]
				/** A chain of type nat has rules. */
				readonly translates: boolean
				/** Rules that decide what conntrack sees, or does to addresses. */
				readonly shaping: readonly ShapingRule[] | undefined
				readonly warnings: readonly string[]
				/** Other rules of this host may not be among them: that there is none of a kind is not known. */
				readonly isPart?: true
		  })
		| undefined
	/** Why the rules could not be read; empty when they could, or were not yet. */
	readonly rulesProblem: string
	readonly rungs: readonly Rung[]
	/** Reasons reach us as things stand. */
	readonly isTold: boolean
	/** Why the kernel cannot be made to tell from here; undefined when it can. */
	readonly whyNotTell: string | undefined
	readonly reasons: readonly SeenReason[]
	/**
	 * Packets of which lists of reasons show the shares, and the lines among them, since the start; undefined where no list
	 * stands beside the steps.
	 */
	readonly shared?: { readonly packets: number; readonly lines: number }
	/**
	 * What INVALID packets without a line are, looked at one by one, a part of them where many come: `unlined-tcp`,
	 * `unlined-icmp-error`, `unlined-icmp-too-big`, `unlined-icmp-reply` and `unlined-other`. Undefined where nobody has looked.
	 */
	readonly unlined: readonly SeenReason[] | undefined
	readonly accounting: Accounting | undefined
	/** Some of the lines may be of other network namespaces: the kernel log has those of all. */
	readonly isShared: boolean
	/** INVALID packets without a line, more than what may just be under way. */
	readonly meantSilent: number
	/** Records lost before we read them, and packet lines that nobody understands. */
	readonly lost: number
	readonly notUnderstood: number
	readonly sampled: readonly SampledFlow[]
	readonly bothWays: BothWays | undefined
	/** Entries that have ended while it was watched; undefined where nobody watches. */
	readonly ended: readonly EndedEntry[] | undefined
	/** Some that ended may not have been told: that none is among them says nothing. */
	readonly endsMissed: boolean
	/** How packets without a line can have come about, likely ones first. */
	readonly silent: readonly SilentPath[]
	/** Call sites of this kernel that would tell of them, those that print now, and the lines that they have printed. */
	readonly sites: { readonly proposed: number; readonly printing: number; readonly lines: number }
	/** Conntrack is a part of this kernel, not a module; false also where that was not read. */
	readonly conntrackBuiltIn: boolean
	/** What decides over packets beside conntrack and the rules; undefined before it was read. */
	readonly surroundings: SurroundingsState | undefined
	/** How full the connection table is; undefined before it was read. */
	readonly table: TableFill | undefined
	/** How many entries it had, oldest first, about once a second. */
	readonly levels: readonly TableLevel[]
	/** Whether conntrack works here; undefined before the settings were read. */
	readonly tracking: Tracking | undefined
	/** Settings by their knobs. */
	readonly values: Readonly<Record<string, string>>
	readonly experiments: readonly Experiment[]
	/** The setting that is being tried at this moment. */
	readonly trying:
		| { readonly knob: string; readonly to: string; readonly phase: 'during' | 'after' }
		| undefined
	/** Where the report was written to last. */
	readonly report: string | undefined
	readonly changes: { readonly inForce: number; readonly undone: number; readonly left: number }
	/** Whether this session may write, in words when not. */
	readonly whyNotWrite: string | undefined
}

/** A setting tried for a while: INVALID packets in each second before, during and after. */
export type Experiment = {
	readonly knob: string
	readonly from: string
	readonly to: string
	readonly before: readonly number[]
	readonly during: readonly number[]
	readonly after: readonly number[]
	/** Lines of the reason in question in the same seconds; undefined where no reason was told. */
	readonly lines:
		| {
				/** `tcp packet is out of window`. */
				readonly reason: string
				readonly before: readonly number[]
				readonly during: readonly number[]
				readonly after: readonly number[]
		  }
		| undefined
	/** What ended it early, in words; empty when it ran its time. */
	readonly cut: string
	/** What was said of it before: of `of` INVALID packets at least and at most so many would pass; undefined where nothing was. */
	readonly said: { readonly least: number; readonly most: number; readonly of: number } | undefined
}

/** INVALID by what the kernel itself says, without this host's own answers to them. */
export const invalidReasons = <Row extends { readonly reason: Reason }>({
	reasons,
}: {
	readonly reasons: readonly Row[]
}): readonly Row[] => reasons.filter(({ reason }) => isInvalid(reason))

export const isInvalid = ({ verdict, answer }: Reason): boolean =>
	answer !== true && (verdict === 'invalid' || verdict === 'depends' || verdict === 'unknown')

/** Its lines as lists of reasons show them. */
export const listed = ({ count, listed = count }: Pick<SeenReason, 'count' | 'listed'>): number => listed

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0)
