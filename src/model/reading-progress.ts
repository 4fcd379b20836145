/** What can take so long that people ask whether anything happens. */
export type LongReading = 'table' | 'printk' | 'modules' | 'namespaces'

/** How far a reading is. */
export type ReadingProgress = {
	/** CLOCK_MONOTONIC ms. */
	readonly since: number
	/** Entries, rows or namespaces so far; undefined where nobody counts them. */
	readonly done: number | undefined
	/** About so many there are; undefined where that is not known before. */
	readonly all: number | undefined
}

/** Told now and then while it reads. */
export type OnReading = (done: number, all?: number) => void
