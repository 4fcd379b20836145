// Sentences for people, by the file that says them.

// app/screens/parts/check-lines.ts
export const next = (next: string): string => `Next: ${next}.`
export const next2 = (next: string): string => ` Next: ${next}.`
export const pressItIsPutRight = (words: string, key: string): string =>
	`${words} Press ${key}: it is fixed temporarily.`
export const fromHere = (words: string, refused: string): string => `${words} From here: ${refused}.`
export const switchesChanges = (words: string, key: string, fix: string): string =>
	`${words} Switches (${key}) changes ${fix}.`

// app/screens/parts/flood-line.ts
export const linesSPeak = (now: string, peak: string): string => `${now} lines/s, peak ${peak}`
export const linesSPeakLimit = (now: string, peak: string, limit: number): string =>
	`${now} lines/s, peak ${peak} of ${limit}`

// app/screens/parts/headline.ts
export const sure = (confidence: string): string => `confidence ${confidence}`
export const stillLooking = 'still looking'
export const notKnown = 'not known'

// app/screens/parts/join-lines.ts
export const lookingForEntryAndSocket = 'Looking for the entry and socket of this flow.'
export const notChecked = (notChecked: string): string => `Not checked: ${notChecked}.`

// app/screens/parts/printed.ts
export const probably = (says: string): string => `probably ${says}`
export const entry = (pointer: string): string => `entry ${pointer}`
export const printk = (placeOf: string, printkSays: string, titleOf: string): string =>
	`${placeOf} ${printkSays} ${titleOf} printk`
export const aPrintkNamesNoPacket =
	'A printk names no packet and no network namespace: it may be about a packet in any of them.'
export const otherCallSiteHas = 'other call site has'
export const otherCallSitesHave = 'other call sites have'
export const theSameText = (counted: string): string => `${counted} the same text.`

// app/screens/parts/related.ts
export const reasonsSoFar = 'Lines so far, by reason'
export const flowsOf = (reason: string): string => `Flows of: ${reason}`
export const andMore = (count: string): string => `and ${count} more`
export const rulesThatAct = 'Rules that act on INVALID packets'
export const ruleAt = (hook: string, action: string, table: string, path: string): string =>
	`${hook}${action} (${table} ${path})`
export const noRuleActs = 'none of those that were read'
export const notCounted = 'not counted'
export const often = 'Often'
export const lookNext = 'Look next'

// app/screens/parts/reading.ts
export const longReading = {
	table: 'Reading the table',
	printk: 'Reading the call sites of the kernel',
	modules: 'Reading the kernel modules',
	namespaces: 'Reading the network namespaces',
} as const
export const readSoFar = {
	table: (done: string, all: string): string =>
		all === '' ? `${done} entries` : `${done} of about ${all} entries`,
	printk: (done: string, _all: string): string => `${done} rows`,
	modules: (done: string, _all: string): string => `${done} modules`,
	namespaces: (done: string, all: string): string => `${done} of ${all}`,
} as const
export const readingEnds = {
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
	`you stopped it${done === '' ? '' : ` at ${done}`}; it is read again when you come back to this screen`
