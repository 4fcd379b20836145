// Sentences for people, by the file that says them.

// app/store/keys.ts
export const noKeyHere = (key: string, help: string): string =>
	`${key} is not a key of this screen; ${help} lists the keys`
export const noKeyOfTheDialog = (key: string): string =>
	`${key} is not a key of this question; the last line lists the keys`

// app/store/lease-slice.ts
export const whatLeftWasUndoneMeanwhile = (leaseId: string): string =>
	`what ${leaseId} left was undone meanwhile`
export const couldNotBePutBack = (sysctl: string, note: string, byHand: string): string =>
	`${sysctl} could not be put back: ${note}. By hand: ${byHand}`
export const guardLostUndoingNow = 'GUARD LOST: undoing now'
export const readsSetBySomeoneElse = (sysctl: string, now: string, byHand: string): string =>
	`${sysctl} reads ${now}, set by someone else: left alone. By hand: ${byHand}`
export const pressKToKeepIt = '. Press K to keep it'
export const inForce = (names: string, keep: string): string => `in force: ${names}${keep}`
export const undoneOf = (undone: number, length: number, why: string): string =>
	`UNDONE ${undone} of ${length}${why}`
export const callSitesPrint = (length: number): string => `${length} call sites print`

// app/store/practice-result.ts
export const theStepsThatWereTaken = 'Your steps led to no cause'
export const theStepsThatWereTakenLed = (title: string, confidence: string): string =>
	`Your steps led to: ${title} (confidence ${confidence})`
export const notFound = 'NOT FOUND'
export const practiceItWas = (part: string, title: string, led: string): string =>
	`Practice: ${part}. It was ${title}. ${led}.`

// app/store/reducer.ts
export const changesAreAllowedNow = 'changes are allowed now'

// app/store/reducer.ts
export const tooManyEntriesEnd =
	'more than 2 000 entries end within a second: the probes that show who ends them are removed'
