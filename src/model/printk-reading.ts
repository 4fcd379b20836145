import type { PrintkSite } from '../kernel/dyndbg/dyndbg-control.ts'
import type { MonotonicMs } from './clock.ts'

/** Where dynamic debug is read and asked, or why nowhere. */
export type ControlPlace = {
	/** Absolute path of a control file that this process can read; null when there is none. */
	readonly path: string | null
	/** One sentence: why there is none; empty when there is. */
	readonly why: string
	/** What can be done about it, or used instead; may be empty. */
	readonly next: string
	/** debugfs is in the kernel, mounted nowhere; mounting it would probably show the file, and this process may. */
	readonly canMount: boolean
}

/** All rows of dynamic debug's control file, or why there is none. It is global: the same in every network namespace. */
export type PrintkReading = ControlPlace & {
	readonly at: MonotonicMs
	/** Every site of the kernel, those outside netfilter too, in the order of the file. */
	readonly sites: readonly PrintkSite[]
	/** Lines of the file that are no site; they are not shown, and their flags are never changed. */
	readonly unread: number
}
