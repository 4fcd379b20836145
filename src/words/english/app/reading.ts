// Sentences for people, by the file that says them.

// app/screens/parts/reading.ts
export const reading = {
	table: 'Reading the table',
	printk: 'Reading the call sites of the kernel',
	modules: 'Reading the kernel modules',
	namespaces: 'Reading the network namespaces',
} as const
export const soMany = {
	table: (done: string, all: string): string =>
		all === '' ? `${done} entries` : `${done} of about ${all} entries`,
	printk: (done: string, _all: string): string => `${done} rows`,
	modules: (done: string, _all: string): string => `${done} modules`,
	namespaces: (done: string, all: string): string => `${done} of ${all}`,
} as const
export const ends = {
	table: 'esc stops it.',
	printk: 'It goes on while you are on another screen.',
	modules: 'It goes on while you are on another screen.',
	namespaces: 'esc closes this list.',
} as const

// app/commands/levels.ts
export const readingTheTable = 'reading'
export const stopReading = 'stop reading'

// app/effects/observing.ts
export const readingTheTableWhat = 'reading the table to its end'
export const youStoppedIt = (done: string): string =>
	`you stopped it${done === '' ? '' : ` at ${done} entries`}; it is read again when you come back to this screen`
