// Sentences for people, by the file that says them.

// app/screens/changes/detail.ts
/** What became of a change, by its state. */
export const changeIs = {
	'in-force': (name: string): string => `${name} is in force, and will be undone automatically.`,
	confirm: (name: string): string =>
		`${name} is in force, and will be undone in a moment unless you keep it.`,
	undone: (name: string): string => `${name} is undone.`,
	conflict: (name: string): string =>
		`${name} has been changed by someone else since, so ctscope leaves it alone.`,
	vanished: (name: string): string => `${name} is gone, and the change with it.`,
	failed: (name: string): string => `${name} could not be undone.`,
} as const
export const netns = (inode: number, name: string): string => `   netns ${inode} (${name})`
export const wasWeWroteAt = (was: string, set: string, appliedAt: string): string =>
	`was ${was}, ctscope set ${set} at ${appliedAt}, `
export const toPutItBackBy = (byHand: string): string => `To put it back by hand:  ${byHand}`
export const pressToKeepItWithout = (key: string): string =>
	`Press ${key} to keep it; otherwise it is undone automatically.`
export const whyLease = (purpose: string, part: string, leaseId: string): string =>
	`Why: ${purpose}${part}. Lease ${leaseId}.`
export const undoneReadsAgain = (at: string, value: string): string => `undone${at}, reads ${value} again.`
export const nowItReadsNotOurs = (value: string): string => `now it reads ${value}, set by someone else.`
export const andItIsGoneThe = (at: string): string =>
	`and it is gone: the file, the namespace or the module vanished${at}.`
export const nowItReadsTheKernel = (value: string): string =>
	`now it reads ${value}: the kernel refused to restore the old value.`
export const nowItReads = (value: string): string => `now it reads ${value}.`
export const since = (createdAt: string): string => ` since ${createdAt}`
export const toUndoItFromHere = (leaseId: string): string =>
	`To undo it from here: ctscope revert --lease ${leaseId}`
export const itsGuardIsGoneUndoes = (key: string): string => `Its guard is gone. ${key} undoes it.`
export const thereIsNothingLeftIn = 'There is nothing left in it to undo.'
export const sessionOfLease = (ownerOf: string, leaseId: string, when: string, counted: string): string =>
	`Session of ${ownerOf}, lease ${leaseId}${when}: ${counted}.`
export const ranNothingWasWritten = ' RAN   nothing was written'
export const flagsOf = (changeName: string): string => `flags of ${changeName}`
export const write = (set: string, path: string): string => `write ${set} > ${path}`
export const okReadsBack = (set: string): string => `ok, reads back ${set}`
export const leftAlone = (path: string): string => `left ${path} alone`
export const undoneReadsBack = (now: string): string => `undone, reads back ${now}`
export const reads = (state: string, now: string): string => `${state}, reads ${now}`

// app/screens/changes/grid.ts
export const undoIn = 'UNDO IN'
export const inForce = 'in force'
export const inForceConfirm = 'in force, CONFIRM'
export const changedByOthers = 'CHANGED BY OTHERS'
export const undoFailed = 'UNDO FAILED'
export const running = (changes: string): string => `running, ${changes}`
export const ofAnEarlierBoot = 'of an earlier boot'
export const leftOn = (changes: string): string => `LEFT ON, ${changes}`
export const notReadable = 'not readable'
export const noChangeFitsTheFilter = 'No change matches the filter.'
export const nothingWasChangedThisSession = 'Nothing was changed. This session is read-only.'
export const nothingWasChangedOnWatch = (key: string, key2: string): string =>
	`Nothing was changed. On Watch, ${key} switches logging on; on Switches, ${key2} changes a setting.`

// app/screens/changes/rows.ts
export const held = (seq: number): string => `held ${seq}`
export const past = (leaseId: string, seq: number): string => `past ${leaseId} ${seq}`
export const found = (leaseId: string): string => `found ${leaseId}`

// app/screens/changes/screen.ts
export const whatIsInForceWhat = 'what is in force, what was undone, other sessions'
export const ctscopeRevertLease = (ownerOf: string, leaseId: string): string =>
	`${ownerOf}: ctscope revert --lease ${leaseId}`
export const itBelongsToASession = (leaseId: string): string =>
	`it belongs to a session that is running: ctscope revert --lease ${leaseId}`
export const thereIsNothingLeftInIt = 'there is nothing left in it to undo'
export const thisChangeIsOver = 'this change is over'
export const someoneElseChangedItSince = 'someone else has changed it since: left alone'
