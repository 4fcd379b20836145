import type { Segments } from '../../kernel/packet/segments.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { Reason } from '../../reasons/classify.ts'
import type { SilentShape } from '../../reasons/silent-names.ts'

export type FlowCount = {
	/** `10.0.3.7:443 > 10.0.9.21:51514`: one direction of a connection. The other one is a row of its own. */
	readonly flow: string
	readonly count: number
	readonly firstAt: MonotonicMs
	readonly lastAt: MonotonicMs
	/** Where the last of its packets was seen: `eth0` came in there, `>eth0` was sent from here, '' not printed. */
	readonly where: string
	/** Ports of bridges that they came in through (PHYSIN), the first ones. */
	readonly ports: readonly string[]
	readonly segments: Segments
	/** Bytes beyond the bound of the window, the least and the most that its lines have told; null where none did. */
	readonly beyond: Range | null
}

export type Range = { readonly least: number; readonly most: number }

export type ReasonRow = {
	/** Group key: protocol and reason id, or the text itself for unknown ones. */
	readonly key: string
	readonly reason: Reason
	readonly count: number
	readonly firstAt: MonotonicMs
	readonly lastAt: MonotonicMs
	/**
	 * Counts in each of the last seconds, newest last, at most REASON_RATE_SECONDS + 1: the newest second is not
	 * over yet, so the rate (`reasonRate`) is the mean of the others.
	 */
	readonly recent: readonly number[]
	/** The last line of this reason as it was printed. */
	readonly sample: string
	readonly lastDetail: string
	/** Most frequent first, at most FLOW_LIMIT. */
	readonly flows: readonly FlowCount[]
}

/** Packets without a line that are alike. `flow` and `sample` of the last one. */
export type ShapeRow = {
	readonly shape: SilentShape
	readonly protocol: string
	readonly count: number
	readonly firstAt: MonotonicMs
	readonly lastAt: MonotonicMs
	/** Counts in each of the last seconds, as those of the reasons. */
	readonly recent: readonly number[]
	readonly flow: string
	/** The packet as it was logged, from `IN=` on. */
	readonly sample: string
}
