import { z } from 'zod'
import { LONGEST_TAP } from './tap/tap-text.ts'

/** A record of another version is not understood, and not acted on. */
export const JOURNAL_VERSION = 1

export const word = z.string().max(200)
/** A tap is the longest value. */
export const value = z.string().max(LONGEST_TAP)
const seq = z.int().min(1)

/** Who it is for, on record and on the wire alike. */
export const owner = z.strictObject({
	uid: z.int(),
	user: word,
	sudoUser: word.nullable(),
	tty: word.nullable(),
	pid: z.int(),
	pidStart: word,
})

const entry = z.discriminatedUnion('type', [
	/** First record of a lease: by it the guard says where it is. Times are CLOCK_MONOTONIC ms. */
	z.strictObject({
		type: z.literal('lease'),
		id: word,
		form: z.enum(['service', 'child']),
		netns: z.strictObject({
			inode: z.int(),
			/** Inode number of the kernel's rtnetlink socket in it: see kernel/nflog/netlink-sockets.ts. */
			rtnl: z.int(),
			/** A file to enter it by; null where none is known. */
			path: z.string().max(4096).nullable(),
			initial: z.boolean(),
		}),
		ttlMs: z.number(),
		deadline: z.number(),
		/** How long a change that treats packets differently lasts without K, and in all. */
		confirmMs: z.number(),
		behaveMs: z.number(),
		pid: z.int(),
		pidStart: word,
	}),
	z.strictObject({ type: z.literal('owner'), owner }),
	/** Knobs that were looked at and claimed; nothing is written yet. */
	z.strictObject({ type: z.literal('planned'), knobs: z.array(word).max(1000) }),
	/** Before each write. `was` is what an undo puts back, `from` what the knob read just now. */
	z.strictObject({
		type: z.literal('intent'),
		seq,
		/** Changes of one step stand and fall together. */
		step: z.int().min(1),
		knob: word,
		class: z.enum(['logs-more', 'treats-differently']),
		path: word,
		purpose: word,
		was: value,
		from: value,
		set: value,
		/**
		 * What an undo has to know besides: of a module those that loading it adds, the module itself first; of a call
		 * site where it is (the words of a query), and a piece of the text that it prints.
		 */
		detail: z.array(z.string().max(400)).max(40).exactOptional(),
		/** The change, a module, of which this one is a consequence: the kernel makes both at once. */
		cameWith: seq.exactOptional(),
	}),
	/** Before a tool begins that makes the change: it may be at work when the guard is dead. */
	z.strictObject({
		type: z.literal('hand'),
		seq,
		pid: z.int().min(1),
		/** Field 22 of /proc/PID/stat. */
		pidStart: word,
	}),
	/** Written, and read back as intended. */
	z.strictObject({ type: z.literal('applied'), seq }),
	/** The kernel did not take it: nothing is in force. */
	z.strictObject({ type: z.literal('refused'), seq, code: word }),
	/** The step is being taken back to the `from` of each change. */
	z.strictObject({ type: z.literal('rollback'), step: z.int().min(1) }),
	z.strictObject({
		type: z.literal('undoing'),
		why: word,
		/** Lines a second in the kernel log, when that is why. */
		flood: z.number().exactOptional(),
	}),
	z.strictObject({
		type: z.literal('undone'),
		seq,
		how: z.enum(['restored', 'already', 'conflict', 'vanished', 'rolled-back', 'elsewhere', 'kept']),
		now: value.nullable(),
		note: z.string().max(1000),
	}),
	/** The undo was refused; the change is still in force. */
	z.strictObject({ type: z.literal('undo-failed'), seq, code: word, now: value.nullable() }),
	z.strictObject({ type: z.literal('deadline'), deadline: z.number() }),
	z.strictObject({ type: z.literal('confirmed'), seq }),
	z.strictObject({ type: z.literal('persisted') }),
	z.strictObject({
		type: z.literal('closed'),
		outcome: z.enum(['clean', 'conflict']),
		why: word,
	}),
])

const record = z.strictObject({
	v: z.literal(JOURNAL_VERSION),
	/** /proc/sys/kernel/random/boot_id: a record of another boot describes values that the kernel has forgotten. */
	boot: word,
	/** CLOCK_MONOTONIC ms. */
	at: z.number(),
	/** ms since 1970, for display. */
	wall: z.number(),
	entry,
})

export type JournalEntry = z.infer<typeof entry>
export type JournalRecord = z.infer<typeof record>

/**
 * One record as the text of one write(). It begins with a newline too: when the writer before us died in the middle of
 * its line, ours does not hang on to the torn rest.
 */
export function encodeRecord(given: JournalRecord): string {
	return `\n${JSON.stringify(given)}\n`
}

export type Journal = {
	readonly records: readonly JournalRecord[]
	/** Lines that are no record. A torn one is harmless: what was not recorded whole was never followed by a write. */
	readonly damaged: number
	/** Records of a version that is not ours, left out: how many, and of which version. */
	readonly foreign: { readonly version: number; readonly count: number } | null
}

/** Text of a journal to its records; never throws. */
export function decodeJournal(text: string): Journal {
	const records: JournalRecord[] = []
	let damaged = 0
	let foreign = null as Journal['foreign']
	for (const line of text.split('\n')) {
		if (line.trim() === '') continue
		const json = objectIn(line)
		if (json === undefined) {
			damaged += 1
			continue
		}
		const found = record.safeParse(json)
		if (found.success) records.push(found.data)
		else {
			const version = versionOf(json)
			if (version !== null && version !== JOURNAL_VERSION)
				foreign = { version, count: (foreign?.count ?? 0) + 1 }
			else damaged += 1
		}
	}
	return { records, damaged, foreign }
}

/** The JSON object of a line; undefined where there is none. */
export function objectIn(line: string): unknown {
	// Each exception costs as much as a hundred lines.
	if (!line.startsWith('{"')) return undefined
	try {
		return JSON.parse(line)
	} catch {
		return undefined
	}
}

const versioned = z.object({ v: z.number() })

function versionOf(json: unknown): number | null {
	const found = versioned.safeParse(json)
	return found.success ? found.data.v : null
}
