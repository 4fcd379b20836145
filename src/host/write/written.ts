import type { ProcessName } from '../../changes/lease.ts'
import type { Reading } from '../../changes/verdict.ts'
import type { Knob } from '../../model/knob.ts'
import type { Announce } from '../process/hand.ts'
import type { Later } from '../process/later.ts'

export type Written =
	| { readonly ok: true }
	/** errno name. `at` tells a file that is not there from a value that the kernel refuses: nf_log gives ENOENT for both. */
	| {
			readonly ok: false
			readonly code: string
			readonly at: 'open' | 'write'
			/** What a tool or a look at the host says about it. */
			readonly words?: string
	  }

/** What a write has to know besides the value. */
export type ForWrite = {
	/** What the knob was judged by; of a call site only the flags that differ from it are written. */
	readonly now: string
	/** What was recorded of the change: see `detail`. */
	readonly detail: readonly string[]
	/** Tools that were recorded of the change, and may still be about to make it. */
	readonly hands?: readonly ProcessName[]
	/** Given for a change that is made: a tool that could go on without us is recorded before it begins. */
	readonly announce?: Announce
}

/** Reads and writes settings, those of one kind or all. The guard alone writes. */
export interface Writer {
	/**
	 * With what was recorded of a change (`detail`, `hands`): a module is `loaded` as long as one of those is that
	 * loading it added, debugfs is `mounted` as long as our mount is there, and EAGAIN is said as long as a tool lives
	 * that may still make the change.
	 */
	read(knob: Knob, detail?: readonly string[], hands?: readonly ProcessName[]): Later<Reading>
	/**
	 * One open without O_CREAT and O_TRUNC, one write(); for a module one run of modprobe, or of rmmod for each;
	 * for debugfs one of mount(8) or umount(8); for a table of ours one transaction of nft.
	 */
	write(knob: Knob, value: string, more: ForWrite): Later<Written>
	/** Opens for writing and closes again: proves the way, changes nothing. With the value that is to be written it may look at more. */
	probe(knob: Knob, value?: string): Later<Written>
	/**
	 * Before the first write: opens or starts what the undo of this change will need, so that it needs no new process:
	 * the file itself, also that of the initial network namespace, or a tool that waits at its gate.
	 */
	equip(knob: Knob, detail: readonly string[]): Later<Written>
	/** What was opened and started for undos, and is not needed any more. */
	release(): void
	/** Somebody else decides how long it takes: a tool, its locks, a new process. Undone after everything that is a file. */
	isSlow(knob: Knob): boolean
	/** Reading it costs a process, or a long file: not to be done every second. */
	isFar(knob: Knob): boolean
	/**
	 * To be recorded before a change, for its undo: of a module what loading it would add, itself first; of a call site
	 * the words of a query that name it, and a piece of its text; of debugfs the name of our mount, and its mount
	 * namespace. Of other knobs nothing.
	 */
	detail(knob: Knob): Later<readonly string[]>
}

/** What one kind of setting has of that. */
export interface KindWriter extends Writer {
	/**
	 * Ends what is about to write the knob on behalf of a program of ours (see starting-readers.ts), and answers how many
	 * processes that were. After it, and after it once more behind a write, what the knob reads is what stays.
	 */
	settle?(knob: Knob): number
	/** What it reads for whoever asks about the lease of another session, from where this process is; else that is `read`. */
	look?(knob: Knob): Later<Reading>
}

/** Whose settings are written, and for whom. */
export type WriterOf = {
	/** Where readers that begin are on record. */
	readonly stateDir: string
	/** The program that asks; where it is, debugfs is mounted. */
	readonly program?: () => ProcessName | undefined
}
