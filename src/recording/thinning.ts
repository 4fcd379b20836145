import type { MonotonicMs } from '../model/clock.ts'
import type { LogEvent } from '../model/log-event.ts'

/** More lines a second are a flood: of these only some are kept whole, and of the others how many there were. */
const WHOLE_PER_SECOND = 320
/** What a program that was held up for a second reads at once is no flood. */
const WHOLE_AT_ONCE = 400
/** Of each text in each batch of a flood. */
const KEPT = 2
/** One batch holds no more; a recording that says so is damaged. */
export const MOST_AT_ONCE = 200_000

/** An event that stands for so many more of the same text. */
export type Thinned = LogEvent & { readonly again?: number }

/** Keeps batches whole as long as they are no flood, whatever their sizes. */
export function createThinning(): (events: readonly LogEvent[], at: MonotonicMs) => readonly Thinned[] {
	let room = WHOLE_AT_ONCE
	let before = 0
	return (events, at) => {
		room = Math.min(WHOLE_AT_ONCE, room + (Math.max(0, at - before) * WHOLE_PER_SECOND) / 1000)
		before = at
		const isFlood = events.length > room
		room = Math.max(0, room - events.length)
		return isFlood ? thinned(events) : events
	}
}

/**
 * The lines of a flood by their texts: the first ones whole, the last of them with the number of those that came after
 * it. Counts, rates and reasons stay exact; addresses and times of the lines left out are gone.
 */
export function thinned(events: readonly LogEvent[]): readonly Thinned[] {
	const kept: (LogEvent & { again?: number })[] = []
	const byText = new Map<string, { seen: number; last: LogEvent & { again?: number } }>()
	for (const event of events) {
		const key = keyOf(event)
		const same = key === undefined ? undefined : byText.get(key)
		if (same !== undefined && same.seen >= KEPT) {
			same.last.again = (same.last.again ?? 0) + 1
			continue
		}
		const own = { ...event }
		kept.push(own)
		if (key !== undefined) byText.set(key, { seen: (same?.seen ?? 0) + 1, last: own })
	}
	return kept
}

/** What stands before the packet, whatever its numbers are. Undefined for what is no line of conntrack. */
function keyOf(event: LogEvent): string | undefined {
	const text =
		event.kind === 'record'
			? event.record.text
			: event.kind === 'nflog' || event.kind === 'probe'
				? event.message.text
				: ''
	const end = text.indexOf(' IN=')
	if (end < 0 || !/^(?:nf_ct_|helper )/.test(text)) return undefined
	if (event.kind === 'record' && event.record.facility !== 0) return undefined
	const where = event.kind === 'probe' ? [event.kind, event.message.netns].join(' ') : event.kind
	return `${where} ${text.slice(0, end).replaceAll(/\d+/g, 'N')}`
}

/** All lines again, one after the other. Undefined when there would be more than any batch has. */
export function expanded(events: readonly Thinned[]): readonly LogEvent[] | undefined {
	let total = 0
	for (const { again = 0 } of events) {
		if (!Number.isSafeInteger(again) || again < 0) return undefined
		total += again + 1
		if (total > MOST_AT_ONCE) return undefined
	}
	if (total === events.length) return events
	const all: LogEvent[] = []
	const first = { record: 0, nflog: 0 }
	const count = { record: 0, nflog: 0 }
	for (const { again = 0, ...event } of events) {
		for (let copy = 0; copy <= again; copy++) {
			if (event.kind === 'record') {
				first.record ||= event.record.seq
				// A number that was jumped over is jumped over again.
				const seq = Math.max(event.record.seq, first.record + count.record++)
				all.push(
					copy === 0 && seq === event.record.seq ? event : { ...event, record: { ...event.record, seq } },
				)
			} else if (event.kind === 'nflog') {
				first.nflog ||= event.message.number
				const number = first.nflog + count.nflog++
				all.push({ ...event, message: { ...event.message, number } })
			} else all.push(event)
		}
	}
	return all
}

/** Lines that were left out of this line of a recording. */
export function leftOut(line: string): number {
	if (!line.includes('"again":')) return 0
	let count = 0
	for (const [, again] of line.matchAll(/[^\\]"again":(\d{1,6})\b/g)) count += Number(again)
	return count
}
