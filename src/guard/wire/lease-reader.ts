import { leaseOf } from '../../changes/fold.ts'
import { decodeJournal, JOURNAL_VERSION } from '../../changes/journal.ts'
import type { Lease } from '../../changes/lease.ts'
import { type LeaseDir, leaseDirs, readJournal, type StateDir } from '../../host/files/state-dir.ts'
import * as english from '../../words/english/guard/wire.ts'

/** What the directory of a lease says about it. Never throws: whoever left it may have died in any moment. */
export type LeaseFile = {
	readonly id: string
	readonly dir: LeaseDir
	/** Undefined when nothing whole is in the journal, so nothing was written to the kernel. */
	readonly lease: Lease | undefined
	readonly earlierBoot: boolean
	/** Why nothing of it can be acted on; empty when something can. */
	readonly unreadable: string
	/** What of it is not known, although the rest can be acted on; empty when all is. */
	readonly unknown: string
	/** What is odd about it, but harmless; empty when nothing is. */
	readonly odd: string
}

export function readLease(dir: LeaseDir, boot: string): LeaseFile {
	const nothing = {
		id: dir.id,
		dir,
		lease: undefined,
		earlierBoot: false,
		unreadable: '',
		unknown: '',
		odd: '',
	}
	const text = readJournal(dir)
	if (!text.ok) return { ...nothing, unreadable: text.problem }
	const journal = decodeJournal(text.text)
	const lease = leaseOf(journal.records)
	const unknown = journal.foreign === null ? '' : foreignWords(journal.foreign)
	if (lease === undefined && unknown !== '') return { ...nothing, unreadable: unknown }
	if (lease === undefined && journal.damaged > 0)
		return { ...nothing, unreadable: english.nothingInItsJournalCan }
	return {
		...nothing,
		lease,
		unknown,
		earlierBoot: lease !== undefined && lease.boot !== boot,
		odd: journal.damaged === 0 ? '' : english.tornLineInItsJournal(journal.damaged),
	}
}

const foreignWords = ({ version, count }: { readonly version: number; readonly count: number }): string =>
	english.writtenByAnotherVersionOf(
		count === 1 ? english.n1RecordWas : english.recordsWere(count),
		version,
		JOURNAL_VERSION,
		count === 1 ? english.itTells : english.theyTell,
	)

/** Every lease of the directory, those that are just being removed left out. */
export function readLeases(state: StateDir, boot: string): readonly LeaseFile[] {
	return leaseDirs(state)
		.filter(({ closing }) => closing === null || !closing.alive)
		.map((dir) => readLease(dir, boot))
}
