// Sentences for people, by the file that says them.

// investigation/accounting/accounting.ts
export const counted0SoFar = 'counted 0 so far'
export const counted0NoPacketWas = 'counted 0: no packet was INVALID'
export const countedLogInvalidIs0 = (packets: string): string =>
	`counted ${packets}: log_invalid is 0, so the kernel does not say why`
export const countedLogInvalidIs02 = (packets: string, toldWords: string): string =>
	`counted ${packets}: log_invalid is 0; ${toldWords}`
export const byPrintk = (part: string, part2: string): string => ` (${part}${part2} by printk)`
export const atMostToldByPrintk = (part: string): string => `at most ${part} shown by printk`
export const toldByPrintkLikely = (part: string): string => `${part} shown by printk, likely`
export const countedExplained = (part: string, range: string): string =>
	`counted ${part} = explained ${range}`
export const named = (part: string): string => `named ${part}`
export const silent = (range: string, told: string): string => `silent ${range}${told}`
export const upTo = (part: string): string => `up to ${part}`
export const lost = (part: string): string => `lost ${part}`
export const readerStopped = 'reader stopped'
export const readingOn = 'reading on'
export const linesOfOtherNetns = 'lines of other netns'
export const otherNetnsMixedIn = 'other netns mixed in'
export const judgedTwice = 'judged twice'
export const countTwice = (packets: string): string =>
	`${packets} judged twice and counted twice: over loopback when sent and when received, on a bridge at each port`
export const ownRst = 'RST sent by this host'
export const droppedByHelpers = 'dropped by helpers'
export const secondLines = 'second lines'
export const notCountedYet = 'not counted yet'
export const askedForOnly = (protocolName: string): string => `logging ${protocolName} only`
