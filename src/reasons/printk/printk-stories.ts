import type { PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'

/** One line of a story. */
export type StoryLine = {
	readonly line: PrintkLine
	/** Microseconds since boot. */
	readonly at: number
	/** False: it names no entry, and came right behind a line that does. */
	readonly named: boolean
}

/** What was printed about one entry, from its first packet to its end. */
export type EntryStory = {
	/** The entry's address, hashed. It names one entry only until that is freed. */
	readonly pointer: string
	readonly lines: readonly StoryLine[]
	/** Its memory is free: the same address is another entry from here on. */
	readonly ended: boolean
	/** Lines from its middle that are no longer kept. */
	readonly cut: number
}

/** A value: every line gives another one. Newest story first. */
export type Stories = readonly EntryStory[]

export const NO_STORIES: Stories = []

const MOST_STORIES = 100
const MOST_LINES = 40
/** The beginning of a story says how it came about: it stays when lines are cut. */
const FIRST_LINES = 10

/** A tracker is done with one packet much sooner, also on slow machines; records of two processors may be mixed within it. */
const RIGHT_BEHIND_US = 2_000

/** `returning ct=%p to slab`, and `%s(%p)` of nf_ct_destroy on kernels where only that is switched on. */
const FREED = /: returning ct=%p to slab/
const BEGINS = /new packet for %p/

/** The stories after this line too. Lines that no entry can be told for leave them as they are. */
export function withLine(stories: Stories, line: PrintkLine, at: number): Stories {
	if (line.part === 'opening') return stories
	const pointer = entryOf(line)
	const index = pointer === undefined ? neighbour(stories, at) : current(stories, line, pointer)
	if (pointer === undefined && index < 0) return stories
	const before =
		index < 0 ? { pointer: pointer ?? '', lines: [], ended: false, cut: 0 } : (stories[index] as EntryStory)
	const story = added(before, { line, at, named: pointer !== undefined })
	return [story, ...stories.filter((_, other) => other !== index)].slice(0, MOST_STORIES)
}

/** The first address is the entry's in every text of conntrack; `NATing`, lists and keymaps name others. */
export const entryOf = ({ site, pointers }: PrintkLine): string | undefined =>
	/conntrack|nat_core/.test(site.file) ? pointers[0] : undefined

/** The story of that address, unless it has ended or this line begins another one. -1 for none. */
function current(stories: Stories, line: PrintkLine, pointer: string): number {
	const index = stories.findIndex((story) => story.pointer === pointer)
	const story = stories[index]
	if (story === undefined || story.ended) return -1
	// A second packet before the first one is answered: the entry is the same, unless its end was missed.
	return BEGINS.test(line.site.format) && endedUnseen(story) ? -1 : index
}

/** `nf_ct_destroy(%p)` was seen and `returning` is not switched on. */
const endedUnseen = ({ lines }: EntryStory): boolean =>
	lines.some(({ line }) => /^(?:destroy_conntrack|nf_ct_destroy)$/.test(line.site.func))

/** The story that the line before belongs to. */
function neighbour(stories: Stories, at: number): number {
	const [newest] = stories
	const last = newest?.lines.at(-1)
	if (newest === undefined || last === undefined || newest.ended) return -1
	return at >= last.at && at - last.at <= RIGHT_BEHIND_US ? 0 : -1
}

function added(story: EntryStory, line: StoryLine): EntryStory {
	const lines = [...story.lines, line]
	const over = lines.length > MOST_LINES
	return {
		pointer: story.pointer,
		lines: over ? lines.toSpliced(FIRST_LINES, 1) : lines,
		ended: FREED.test(line.line.site.format),
		cut: story.cut + (over ? 1 : 0),
	}
}
