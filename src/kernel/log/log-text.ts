/** One line of a file. */
export type LogText = {
	/** Without the newline; bytes that are no UTF-8 are replaced. */
	readonly text: string
	/** Bytes at its end that were left out because the line is too long. */
	readonly cut: number
}

const NEWLINE = 0x0a

/** A thousand times as long as a line of the kernel: no log has such lines, but a file that is none may. */
const LONGEST_LINE = 1_048_576

const FIRST_ROOM = 4096
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Cuts a stream of bytes into lines, also where a character or a line lies in two chunks. Memory is bounded by the
 * longest line and the chunk. The last line needs no newline, and a newline at the end makes no empty line behind it.
 */
export class LineCutter {
	/** The beginning of a line that has not ended yet, in a place that grows. */
	#place = new Uint8Array(FIRST_ROOM)
	#length = 0
	#cut = 0

	/** Lines that end in this chunk. */
	push(chunk: Uint8Array): LogText[] {
		const last = chunk.lastIndexOf(NEWLINE)
		if (last < 0) {
			this.#keep(chunk)
			return []
		}
		const lines: LogText[] = []
		let from = 0
		if (this.#length > 0) {
			from = chunk.indexOf(NEWLINE) + 1
			this.#keep(chunk.subarray(0, from - 1))
			lines.push(...this.end())
		}
		if (from <= last) {
			for (const text of decoder.decode(chunk.subarray(from, last)).split('\n')) lines.push(bounded(text))
		}
		this.#keep(chunk.subarray(last + 1))
		return lines
	}

	/** What is left when nothing more comes. */
	end(): LogText[] {
		if (this.#length === 0) return []
		const line = { text: decoder.decode(this.#place.subarray(0, this.#length)), cut: this.#cut }
		this.#length = 0
		this.#cut = 0
		return [line]
	}

	#keep(bytes: Uint8Array): void {
		const room = this.#cut > 0 ? 0 : LONGEST_LINE - this.#length
		const taken = bytes.length <= room ? bytes : bytes.subarray(0, wholeCharacters(bytes, room))
		this.#cut += bytes.length - taken.length
		const length = this.#length + taken.length
		if (length > this.#place.length) {
			const larger = new Uint8Array(Math.min(LONGEST_LINE, Math.max(length, this.#place.length * 2)))
			larger.set(this.#place.subarray(0, this.#length))
			this.#place = larger
		}
		this.#place.set(taken, this.#length)
		this.#length = length
	}
}

/** No character is cut in two: how many bytes up to `most` are whole ones. */
function wholeCharacters(bytes: Uint8Array, most: number): number {
	let end = most
	while (end > 0 && end > most - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
	return end
}

/** A chunk may hold a whole line that is too long. */
function bounded(text: string): LogText {
	if (text.length <= LONGEST_LINE) return { text, cut: 0 }
	const kept = text.slice(0, LONGEST_LINE)
	return { text: kept, cut: new TextEncoder().encode(text.slice(LONGEST_LINE)).length }
}
