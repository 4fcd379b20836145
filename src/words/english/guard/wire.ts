// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// guard/wire/channel.ts
export const theConnectionToItHas = 'the connection to it has ended'

// guard/wire/guard-options.ts
export const guard = (message: string): string => `guard: ${message}`
export const theGuardIsStartedBy = 'the guard is started by ctscope itself'
export const leaseIsNoLease = '--lease is not a lease'
export const ttlIsNoTimeIn = '--ttl is not a time in ms'
export const stateDirIsNoAbsolute = '--state-dir is not an absolute path'
export const netnsInodeIsNoInode = '--netns-inode is not an inode'
export const netnsRtnlIsNoInode = '--netns-rtnl is not an inode'
export const formIsNeitherServiceNor = '--form is neither service nor child'

// guard/wire/lease-reader.ts
export const nothingInItsJournalCan = 'nothing in its journal can be read'
export const tornLineInItsJournal = (damaged: number): string =>
	`${damaged} torn line in its journal: what was not recorded whole was not written`
export const n1RecordWas = '1 record was'
export const recordsWere = (count: number): string => `${some(count, 'record was', 'records were')}`
export const itTells = 'it says'
export const theyTell = 'they say'
export const writtenByAnotherVersionOf = (
	part: string,
	version: number,
	journalVersion: number,
	part2: string,
): string =>
	`${part} written by another version of ctscope (journal ${version}, this one reads ${journalVersion}): what ${part2} is not known here, use that version`
