import type { NfLogRow } from '../kernel/nflog/nf-log.ts'
import type { NflogListener } from '../kernel/nflog/nfnetlink-log.ts'
import type { Console } from '../kernel/proc/proc-consoles.ts'
import type { MonotonicMs } from './clock.ts'
import type { KnobId } from './knob.ts'

export type Settings = {
	readonly at: MonotonicMs
	/** Canonical values of all knobs that exist here and can be read. */
	readonly values: Readonly<Record<KnobId, string>>
	/** Knobs that exist, but may not be written by us, with the reason. */
	readonly readOnly: Readonly<Record<KnobId, string>>
	readonly loggers: readonly NfLogRow[]
	/** Who reads from nfnetlink_log in this namespace; null where the kernel has no such file. */
	readonly listeners: readonly NflogListener[] | null
	/** Where the kernel log is written to besides its buffer; null where the kernel does not say. */
	readonly consoles: readonly Console[] | null
	readonly count: number | null
	readonly max: number | null
}
