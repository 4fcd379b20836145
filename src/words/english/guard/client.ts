// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// guard/client/begin-lease.ts
export const itDoesNotAnswer = 'it does not answer'
export const thisNetworkNamespaceCouldNot =
	'this network namespace could not be distinguished from a later one with the same number (/proc/net/netlink cannot be read), so an undo could hit the wrong one'

// guard/client/client.ts
export const itHasEnded = 'it has ended'
export const youAsked = 'at your request'
export const changesInOneStepAt = (length: number, mostChanges: number): string =>
	`${some(length, 'change')} in one step: ${mostChanges} at most`
export const chooseFewer = 'choose fewer'
export const thereIsNoKnob = (slice: string): string => `there is no setting ${slice}`
export const keepingChangesAfterTheProgram = 'keeping changes after the program ends'
export const noTimerOfSystemdStands = 'no systemd timer backs up the guard, so its end would leave them on'
export const theProgramIsEnding = 'ctscope is exiting'
export const nothingOfOursIsIn = 'nothing of ctscope is in force'

// guard/client/find-leases.ts
export const cannotBeRead = (stateDir: string, error: string): string =>
	`${stateDir} cannot be read: ${error}`

// guard/client/find-strays.ts
export const theirRecordIsGone =
	'a session of ctscope has left these kernel probes behind, and its record is gone'
export const aProcessHasTracefsOpen = (pid: number): string =>
	`no record here lists these kernel probes, but process ${pid} has tracefs open: a session with another state directory may have set them`
export const notAllProcessesAreSeen =
	'no record here lists these kernel probes, and from this PID namespace it cannot be seen whether their session is alive: look from the host'
export const probesWithoutARecord = 'kernel probes without a record'

// guard/client/revert-answer.ts
export const leftAlone = 'left alone'
export const staysLoaded = 'stays loaded'
export const staysMounted = 'stays mounted'
export const wouldRestore = 'would restore'
export const canBeUndone = 'can be undone'

// guard/client/revert-lost.ts
export const theGuardWasLost = 'the guard was lost'
export const theGuardStoodStill = 'the guard stopped responding'
export const theGuardWasRefusedAn = 'the guard was refused an undo'
export const ctscopeRevertFailed = (trim: string): string => `ctscope revert failed: ${trim}`

// guard/client/start-guard.ts
export const seeJournalctlUCtscopeGuard = (leaseId: string): string =>
	`see journalctl -u ctscope-guard-${leaseId}`
export const itDoesNotListen = 'it does not listen'
export const theGuardDidNotGet = (detail: string): string =>
	`the guard did not get ready, so nothing was changed: ${detail}`
export const noEndAfterSIs = (dryRunMs: number): string =>
	`no answer within ${dryRunMs} s: if this host is very busy, try again`
export const theUndoCannotBeProven = (part: string): string =>
	`the undo cannot be proven, so nothing was changed: ${part}`
