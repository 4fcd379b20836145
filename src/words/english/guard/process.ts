// Sentences for people, by the file that says them.

// guard/process/holder.ts
export const anotherSession = 'another session'
export const itsTimeIsOver = 'its time has expired'
export const undoIn = (two: string, two2: string): string => `undo in ${two}:${two2}`
export const since = (ownerInWords: string, two: string, two2: string, until: string): string =>
	`${ownerInWords} since ${two}:${two2}, ${until}`

// guard/process/lifetime.ts
export const anotherOneIsBeingMade = 'another one is being made'
export const anUndoIsGoingOn = 'an undo is going on'
export const theLeaseIs = (phase: string): string => `the lease is ${phase}`
export const itsRecordWasRemoved = 'its record was removed'
export const theGuardHadAnError = (error: string): string => `the guard had an error: ${error}`
export const itDidNotComeInto = 'it did not come into force completely'
export const theProgramEnded = 'the program ended'
export const logFlood = (rate: number, seconds: number): string =>
	`log flood: ${rate} lines/s for ${seconds} s`

// guard/process/records.ts
export const recordingIt = 'recording it'
export const changeIsNotInForce = (seq: number): string => `change ${seq} is not in force`
export const keepingChangesAfterTheProgram = 'keeping changes after the program ends'
export const withoutSystemdNothingStandsBehind =
	'without systemd nothing backs up the guard, so its end would leave them on'

// guard/process/server.ts
export const youAsked = 'at your request'
export const theGuard = 'the guard'
export const itIsNotReadyYet = 'it is not ready yet'
export const thisLease = 'this lease'
export const anotherProgramOwnsIt = 'another program owns it'
export const thisRequest = 'this request'
export const onlyTheOwnerOfThe = 'only the owner of the lease may make it'
export const undoingItNow = 'undoing it now'
export const itsTimeIsNotOver = 'it is not due yet: the deadline was moved'
