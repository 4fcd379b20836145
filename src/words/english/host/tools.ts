// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'

// host/tools/proc-fs.ts
export const itIsMountedReadOnly = 'it is mounted read-only here, as in most containers'
export const itDoesNotExist = 'it does not exist'
export const thisProcessMayNotWrite = 'this process may not write it, although it is root'
export const itNeedsRootRunWith = 'it needs root: run with sudo'
export const reading = (path: string): string => `reading ${path}`
export const itCannotBeRead = (code: string): string => `it cannot be read: ${errnoWords(code)}`

// host/tools/systemd.ts
export const descriptionCtscopePutsTemporaryKernel = (leaseId: string): string =>
	`--description=ctscope: puts temporary kernel settings back (${leaseId})`
export const descriptionCtscopeUndoAtThe = '--description=ctscope: undo at the deadline'

// host/tools/tool-answer.ts
export const noEndAfterS = (timeoutMs: number): string => `it did not end within ${timeoutMs} s`
export const itPrintedTooMuch = 'it printed more than can be kept'
export const endedBy = (signal: string): string => `${signal} ended it`
export const couldNotBeStarted = (code: string): string => `it could not be started: ${errnoWords(code)}`
