// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'
import { some } from '../../numbers.ts'

// host/files/capture-file.ts
export const writing = (path: string): string => `writing ${path}`
export const theDiskIsSlowerThan = (waitingBytes: number): string =>
	`the disk is slower than the packets come: the capture ended with ${waitingBytes} MiB waiting`

// host/files/lease-store.ts
export const lease = (id: string): string => `lease ${id}`
export const anotherGuard = 'another guard'
export const theDirectory = (dir: string): string => `the directory ${dir}`
export const theJournalIn = (dir: string): string => `the journal in ${dir}`
export const itBelongsToUid = (uid: number): string => `it belongs to uid ${uid}`

// host/files/made-file.ts
export const soItIsNotWritten = (path: string, why: string): string =>
	`${path} ${why}, so it is not overwritten`
export const isASymbolicLink = 'is a symbolic link'
export const isNoPlainFile = 'is not a regular file'
export const belongsToUid = (uid: unknown): string => `belongs to uid ${uid}`
export const hasNamesHardLinks = (nlink: unknown): string => `has ${some(String(nlink), 'name')} (hard links)`
export const leadsThroughTooManyLinks = (path: string): string => `${path} leads through too many links`
export const isALinkThatOthers = (name: string): string =>
	`${name} is a link that others could have put there, and is not followed`
export const withWord = (option: string): string => ` with ${option}`
export const giveAnotherFile = (part: string): string => `give another file${part}`
export const orWriteOverItWith = (other: string): string => `${other}, or write over it with --force`
export const existsAlreadyAndIsNot = (file: string): string =>
	`${file} already exists, and is not overwritten`
export const noFileMayBeMade = (folder: string, code: string): string =>
	`no file can be created in ${folder}: ${code === 'ENOENT' ? `its file system takes none (${code})` : errnoWords(code)}`
export const thereIsNoFolder = (folder: string): string => `there is no directory ${folder}`
export const makeItOr = (other: string): string => `make it, or ${other}`
export const isNotAFolder = (folder: string): string => `${folder} is not a directory`
export const theNameIsTooLong = (slice: string): string => `the name ${slice}... is too long`
export const isOnAFileSystem = (folder: string): string =>
	`${folder} is on a file system that is mounted read-only`
export const theDiskIsFull = 'the disk is full'
export const theQuotaOfTheDisk = 'the quota of the disk is used up'
export const theFileIsAsLarge = 'the file is as large as a file may be here'
export const itFailed = 'it failed'

// host/files/recording-file.ts
export const theRecordingEndsHereCannot = (path: string, errorCode: string): string =>
	`the recording ends here: ${path} cannot be written: ${errnoWords(errorCode)}`
export const theRecordingEndsHereIt = (mostBytes: number): string =>
	`the recording ends here: it is full with ${mostBytes} MB of readings`
export const theRecordingEndsHereThe =
	'the recording ends here: the disk does not take it as fast as it comes'
export const aLineOfItHas = (longestLine: number): string => `a line of it has more than ${longestLine} MB`
export const itHoldsMoreThanMb = (part: number): string => `it holds more than ${part} MB`
export const cannotBePlayedAndNo = (path: string, tooMuch: string): string =>
	`${path} cannot be played: ${tooMuch}, and no recording of ctscope does`
export const giveAFileThatCtscope = 'give a file that ctscope --record has made'
export const cannotBeReadAsA = (path: string, part: string): string =>
	`${path} cannot be read as a recording${part}`

// host/files/state-dir.ts
export const lookingInto = (path: string): string => `looking into ${path}`
export const isNoDirectory = 'is not a directory'
export const belongsToUid2 = (uid: number): string => `belongs to uid ${uid}`
export const isOpenToOthersMode = (mode: string): string => `is open to others (mode ${mode}, must be 700)`
export const theStateDirectory = (path: string): string => `the state directory ${path}`
export const itSoItIsNot = (why: string): string => `it ${why}, so it is not used`
export const makingTheDirectory = (path: string): string => `making the directory ${path}`
export const needsRoot = 'needs root'
export const itsJournalIsNoFile = 'its journal is not a file'
export const itsJournalBelongsToUid = (uid: number): string => `its journal belongs to uid ${uid}`
export const itsJournalIsTooLarge = (size: number): string =>
	`its journal is too large (${some(size, 'byte')})`
export const itsJournalCannotBeRead = (basename: string, code: string): string =>
	`its journal ${basename} cannot be read: ${errnoWords(code)}`
