// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/effects/capturing.ts
export const theNewestPacketsAreKept = (packetsKept: number, bytesKept: number): string =>
	`the newest ${some(packetsKept, 'packet is', 'packets are')} kept, up to ${bytesKept} MB`
export const noPacketThatIsKept = (bound: string): string => `no packet that is kept belongs to it: ${bound}`
export const packets = (length: number): string => `${some(length, 'packet')}`

// app/effects/effects.ts
export const thereIsNothingToCopy = 'there is nothing to copy here'
export const sentTheFirstOfBytes = (bytes: number, all: number): string =>
	`sent the first ${bytes} of ${some(all, 'byte')} to your terminal`
export const sentToYourTerminalBytes = (bytes: number): string =>
	`sent to your terminal (${some(bytes, 'byte')})`
export const changeStays = 'change stays'
export const changesStay = 'changes stay'
export const onUntilFgToReturn = (counted: string, until: string): string =>
	`${counted} on until ${until}; fg to return`

// app/effects/lives-following.ts
export const followEntries = 'see what is unconfirmed and dying'
export const theyGoByThemselves = (seconds: number): string =>
	`these probes go by themselves after ${seconds} s`

// app/effects/reporting.ts
export const theReportIsInAnd = (first: string): string => `the report is in ${first}, and as JSON beside it`

// app/effects/requesting.ts
export const keptUntilItsTimeIs = 'kept until it expires'
export const anHourFromNowE = 'an hour from now; e gives no more than that'
export const n10MoreMinutes = '10 more minutes'
export const itIsUndoneAlready = 'it is undone already'

// app/effects/requesting.ts
export const isNotShown = (what: string, why: string): string => `not shown: ${what} (${why})`
