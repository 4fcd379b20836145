import type { PrintkSite } from '../kernel/dyndbg/dyndbg-control.ts'
import type { MonotonicMs } from './clock.ts'

/** All rows of dynamic debug's control file, or why there is none. It is global: the same in every network namespace. */
export type PrintkReading = {
	readonly at: MonotonicMs
	/** The control file that was read; null when there is none to read. */
	readonly path: string | null
	/** One sentence: why there is none to read; empty when there is. */
	readonly why: string
	/** What the reader can do about it; may be empty. */
	readonly next: string
	/** debugfs is in the kernel, mounted nowhere, and mounting it would probably show the file. */
	readonly canMount: boolean
	/** Every site of the kernel, those outside netfilter too, in the order of the file. */
	readonly sites: readonly PrintkSite[]
	/** Lines of the file that are no site; they are not shown, and their flags are never changed. */
	readonly unread: number
}
