import { bytesOf, NEWLINE } from '../bytes/byte-scan.ts'
import { DASH_AT, isEventStart } from './trace-line.ts'

export type TraceReader = {
	/** Bytes of `trace_pipe`, in any pieces. */
	feed(chunk: Uint8Array): void
	/** What is left when nothing comes any more. */
	end(): void
}

type Options = {
	/**
	 * What each event of ours ends with: its last argument, a number that nobody else knows. Task names and strings are
	 * printed as they are, newlines included: without it one of them could pretend to be an event of its own.
	 */
	readonly end: string
	/**
	 * One event, or one other line: of lost events, a comment, what nobody has asked for. The bytes are only there until
	 * this returns.
	 */
	readonly onEvent: (bytes: Uint8Array, isWhole: boolean) => void
}

/** TRACE_SEQ_BUFFER_SIZE is 8 kB; what is longer is not one event. */
const LONGEST_EVENT = 16_384
/** Name, numbers, time and the name of the event. */
const LONGEST_HEAD = 160

/** Puts the lines of events together that newlines in their texts have parted. Keeps no more than one event. */
export function createTraceReader({ end, onEvent }: Options): TraceReader {
	const ending = bytesOf(end)
	let rest: Uint8Array = new Uint8Array(0)
	/** No end of an event before this. */
	let looked = 0

	const take = (isLast: boolean): void => {
		let from = 0
		let isEvent: boolean | undefined
		const give = (to: number, isWhole: boolean): void => {
			onEvent(rest.subarray(from, to), isWhole)
			from = to + 1
			isEvent = undefined
		}
		/** Asked once for all lines of an event. */
		const isEventHere = (): boolean => {
			isEvent ??= isEventStart(rest, from)
			return isEvent
		}
		while (from < rest.length) {
			const newline = rest.indexOf(NEWLINE, Math.max(from, looked))
			const reached = newline < 0 ? rest.length : newline
			if (newline >= 0 && endsWith(rest, from, newline, ending)) {
				give(newline, true)
			} else if ((newline < 0 && isLast) || reached - from > LONGEST_EVENT) {
				// Its end does not come: the line is let go, and what follows is looked at anew.
				const first = rest.indexOf(NEWLINE, from)
				give(first < 0 ? rest.length : first, false)
				looked = 0
			} else if (newline < 0) {
				break
			} else if (isEventHere()) {
				looked = newline + 1
			} else if (!isLast && newline - from < DASH_AT && rest.length - from < LONGEST_HEAD) {
				// A name with a newline in it, perhaps, whose line has not come yet.
				break
			} else {
				give(newline, false)
			}
		}
		rest = from === 0 ? rest : rest.slice(from)
		looked = Math.max(0, looked - from)
	}

	return {
		feed(chunk) {
			rest = joined(rest, chunk)
			take(false)
		},
		end: () => take(true),
	}
}

/** A copy: whoever feeds may use his piece again, and `slice` of a Buffer copies nothing. */
function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
	const both = new Uint8Array(one.length + other.length)
	both.set(one)
	both.set(other, one.length)
	return both
}

function endsWith(bytes: Uint8Array, from: number, to: number, ending: Uint8Array): boolean {
	const at = to - ending.length
	if (at < from) return false
	for (let index = 0; index < ending.length; index++) if (bytes[at + index] !== ending[index]) return false
	return true
}
