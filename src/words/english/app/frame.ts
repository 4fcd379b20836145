// Sentences for people, by the file that says them.

// ui/components/place.ts
export const rowsAbove = (rows: string): string => `${rows} above`
export const rowsBelow = (rows: string): string => `${rows} below`
export const readOn = (lines: string, key: string): string => `${lines} (${key})`
export const inTheDetails = 'details'
export const pausedWait = (waiting: string): string => ` (paused, ${waiting} wait)`

// app/frame/change-bar.ts
export const guardLostUndoingNow = 'GUARD LOST: undoing now'
export const leftOn = (left: number): string => `${left} LEFT ON`
export const leftOnByASession = (counted: string): string => `${counted} LEFT ON by a session that died`
export const shows = (screenOfChanges: string): string => `${screenOfChanges} shows`
export const readOnly = 'read only'
export const guardStartsWhenNeeded = 'guard: starts when needed'
export const noChangesInForce = 'NO CHANGES IN FORCE'
export const undoFailedForOf = (length: number, length2: number, names: string): string =>
	` UNDO FAILED for ${length} of ${length2}: ${names}`
export const toLookAtReadsNot = (done: string, length: number, changeName: string, now: string): string =>
	`${done}, ${length} TO CHECK  ${changeName} reads ${now}, set elsewhere: left alone`
export const logFloodLinesSFor = (rate: number, counted: string): string =>
	`LOG FLOOD ${rate} lines/s for 3 s: ${counted} switched off`
export const toLookAt = (look: number): string => `${look} TO CHECK`
export const undoIn = (time: string): string => `undo in ${time}`
export const inForce = ' IN FORCE'
export const pressKToKeepOr = (changeName: string, time: string): string =>
	`${changeName}: press K to keep, or undo in ${time}`
export const undoIn2 = (time: string, until: string): string => `undo in ${time}${until}`
export const kKeepUndoIn = (time: string): string => `K keep, undo in ${time}`
export const guardSilentForS = (round: number): string => `GUARD SILENT for ${round} s`
export const staysWhenYouLeave = ', stays when you leave'
export const guardOkChild = (persisted: string): string => `guard ok (child)${persisted}`
export const guardOkTimerOk = 'guard ok, timer ok'
export const guardOkTimer = 'guard ok+timer'
export const guardOkNoTimer = 'guard ok, no timer'
export const guardLost = 'GUARD LOST'
export const undo = (counted: string, undoAt: string): string => `${counted}, undo ${undoAt}`

// app/frame/farewell.ts
export const noneInForceButLate = ', none in force, BUT LATE.'
export const noneInForce = ', none in force.'
export const ctscopeUndone = (counted: string, length: number, standing: string): string =>
	`ctscope: ${counted}, ${length} undone${standing}`
export const onUntilToUndoNow = (counted: string, part: string, until: string, leaseId: string): string =>
	`${counted} ${part} on until ${until}. To undo now: ctscope revert --lease ${leaseId}`
export const notUndoneItIsTried = (counted: string, leaseId: string): string =>
	`NOT UNDONE: ${counted}. It is tried again every minute. To try now: ctscope revert --lease ${leaseId}`
export const byHand = (byHand: string): string => `    by hand: ${byHand}`
export const undone = (name: string, set: string, was: string, part: string): string =>
	`  undone      ${name}  ${set} -> ${was}${part}`
export const leftAloneReadsSetBy = (name: string, now: string): string =>
	`  LEFT ALONE  ${name}  reads ${now}: set by someone else`
export const vanished = (name: string, note: string): string => `  vanished    ${name}  ${note}`
export const failedStill = (name: string, now: string): string => `  FAILED      ${name}  still ${now}`
export const inForce2 = (name: string, was: string, set: string): string =>
	`  in force    ${name}  ${was} -> ${set}`

// app/frame/footer.ts
export const filterNot = 'filter not: '
export const sortedBy = (column: string): string => `by ${column}`
export const filterOf = (part: string, filter: string, length: string, total: string): string =>
	`filter${part}: ${filter}  ${length} of ${total}`

export const nextFilter = (key: string, next: string): string => `  ${key}: ${next}`
export const noFilter = 'none'

// app/frame/header.ts
export const netns = (netns: string, part: string): string => `netns ${netns}${part}`
export const uid = (uid: number, part: string): string => `uid ${uid}${part}`
export const readOnly2 = 'READ ONLY'
export const wait = (waiting: string): string => ` ${waiting} wait`
export const replayEnd = 'REPLAY end'
