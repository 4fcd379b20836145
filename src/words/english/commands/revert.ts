// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// commands/revert/command.ts
export const putBackWhatSessionsHave = 'put back what sessions have changed, also dead ones'
export const putBackEverything = 'put back everything'
export const putBackTheChangesOf = 'put back the changes of one session'
export const tellWhatWouldBeWritten = 'show what would be written, write nothing'
export const doNotAskBeforeChanges = 'do not ask before changes of a live session are put back'
export const printJson = 'print JSON'
export const whyForTheRecord = 'why, for the record'
export const goOnEveryMinuteUntil = 'go on every minute until nothing is in force'
export const doNotAskTheGuard = 'do not ask the guard, which is frozen'
export const giveEitherLeaseIdOr = "give either --lease ID or --all; 'ctscope status' lists the leases"

// commands/revert/guard.ts
export const ctscopeGuard = (leaseId: string): string => `ctscope guard ${leaseId}`
export const thePathIsTooLong = (stateDir: string): string => `the path ${stateDir} is too long`
export const recordingInTheStateDirectory = 'recording in the state directory'
export const ctscopeGuardAFloodIs = (leaseId: string, why: string): string =>
	`ctscope guard ${leaseId}: a flood is not noticed: ${why}\n`
export const ctscopeGuard2 = (leaseId: string, error: string): string =>
	`ctscope guard ${leaseId}: ${error}\n`
export const nobodyCame = 'no client connected'
export const theGuardWasToldTo = 'the guard was told to stop'
export const theGuardHadAnError = 'the guard had an error'
export const theNetworkNamespace = (inode: number): string => `the network namespace ${inode}`
export const theGuardWasStartedIn = 'the guard was started in another one, so it changes nothing'

// commands/revert/inside.ts
export const enteringItsNetworkNamespaceHas = 'entering its network namespace has led to another one'
export const whetherThisNetworkNamespaceIs =
	'whether this network namespace is the one that was changed is not known (/proc/net/netlink cannot be read), so nothing was written'
export const enteringItsNetworkNamespaceFailed = (trim: string): string =>
	`entering its network namespace failed: ${trim}`

// commands/revert/lease.ts
export const ctscopeRevert = 'ctscope revert'
export const leaseIsOfAnotherVersion = (id: string): string =>
	`lease ${id} is of another version of ctscope: ask its guard to undo everything?`
export const changes = (length: number): string => `${some(length, 'change')}`
export const isUsingLeaseUndo = (name: string, id: string, changes: string): string =>
	`${name} is using lease ${id}: undo ${changes}?`
export const leftTo = (name: string): string => `left to ${name}`

// commands/revert/strays.ts
export const wouldRestore = 'would restore'
export const noRecordOfThem = 'their record is gone'
export const theKernelSays = (code: string): string =>
	code === 'EBUSY' ? 'someone else reads them, or has them switched on in another instance (EBUSY)' : code

// commands/revert/revert.ts
export const isNoLease = (stringify: string): string => `${stringify} is not a lease`
export const nothingToUndoNoLease = (part: string, name: string, stateDir: string): string =>
	`nothing to undo: no lease ${part}of the network namespace ${name} in ${stateDir}`
export const seeCtscopeStatus = 'see: ctscope status'
