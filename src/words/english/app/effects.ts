// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/effects/saving/capturing.ts
export const theNewestPacketsAreKept = (packetsKept: number, bytesKept: number): string =>
	`the newest ${some(packetsKept, 'packet is', 'packets are')} kept, up to ${bytesKept} MB`
export const noPacketThatIsKept = (bound: string): string =>
	`none of the kept packets belongs to it: ${bound}`
export const packets = (length: number): string => `${some(length, 'packet')}`

// app/effects/saving/copying.ts
export const thereIsNothingToCopy = 'there is nothing to copy here'
export const markedRow = 'marked row'
export const markedRows = (rows: string): string => `${rows}: `
export const marksAreAway = (rows: string): string =>
	`; ${rows} not among them: hidden by the filter, or gone`
export const noClipboardHere = (key: string): string =>
	`nothing was sent: this terminal has no clipboard that a program can write; ${key} writes a file`
export const sentBytes = (bytes: string): string => `${bytes} sent to the clipboard of your terminal (OSC 52`
/** Behind that: what passes it on, and what may be in the way. The terminal gives no answer. */
export const COPIED_THROUGH = {
	terminal: (key: string): string =>
		`). Terminals that forbid this say nothing: if it does not paste, ${key} writes a file`,
	tmux: (key: string): string =>
		` through tmux). If it does not paste: tmux needs set -g set-clipboard on; or ${key} writes a file`,
	screen: (key: string): string =>
		` through screen, or tmux). If it does not paste: tmux needs set -g set-clipboard on, screen a terminal that takes OSC 52; or ${key} writes a file`,
} as const
export const sentOnly = (bytes: string, all: string, key: string): string =>
	`only the first ${bytes} of ${all} sent to the clipboard of your terminal (OSC 52), which takes no more; ${key} writes all of it to a file`
export const writtenTo = (bytes: string, path: string): string =>
	`${bytes} written to ${path}, which only its owner can read`

// app/effects/effects.ts
export const changeStays = 'change stays'
export const changesStay = 'changes stay'
export const onUntilFgToReturn = (counted: string, until: string): string =>
	`${counted} on until ${until}; fg to return`

// app/effects/lives-following.ts
export const followEntries = 'show unconfirmed and dying entries'
export const theyGoByThemselves = (seconds: number): string => `these probes are removed after ${seconds} s`

// app/effects/saving/reporting.ts
export const theReportIsInAnd = (first: string): string => `the report is in ${first}, and as JSON beside it`

// app/effects/requesting.ts
export const keptUntilItsTimeIs = 'kept until it expires'
export const anHourFromNowE = 'an hour from now; e cannot extend it further'
export const n10MoreMinutes = '10 more minutes'
export const itIsUndoneAlready = 'it is already undone'

// app/effects/requesting.ts
export const isNotShown = (what: string, why: string): string => `not shown: ${what} (${why})`
