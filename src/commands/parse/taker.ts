import { FoldJoiner, standsAlone } from '../../kernel/log/fold-joiner.ts'
import { LineCutter, type LogText } from '../../kernel/log/log-text.ts'
import { QuickLine } from '../../kernel/log/quick/line.ts'
import { QuickSummary } from './quick.ts'
import { LineReader } from './reader.ts'
import { ParseSummary } from './summary.ts'

const NEWLINE = 0x0a
const EQUALS = 0x3d

/**
 * Takes a log in chunks of bytes and sums it up. Lines of the usual forms are counted where they lie; everything else, whatever
 * is or may be folded, and what lies in two chunks is made into text and read with care. The sums are the same.
 */
export class SummaryTaker {
	readonly summary = new ParseSummary()
	readonly #reader = new LineReader()
	readonly #cutter = new LineCutter()
	readonly #joiner = new FoldJoiner()
	readonly #line = new QuickLine()
	readonly #quick = new QuickSummary(this.#line, this.#reader, this.summary)

	take(chunk: Uint8Array): void {
		const after = chunk.lastIndexOf(NEWLINE) + 1
		if (after === 0) {
			this.#cutter.push(chunk)
			return
		}
		// The first line goes on with what was left over, or follows a line that is not there any more.
		let careful = 0
		let at = chunk.indexOf(NEWLINE) + 1
		while (at < after) {
			if (this.#isQuick(chunk, at)) {
				if (careful < at) this.#readCarefully(chunk, careful, at)
				if (this.#joiner.isInRecord) careful = at
				else {
					if (careful < at) this.#sum(this.#joiner.end())
					careful = this.#quick.take(chunk, at) ? this.#line.to + 1 : at
				}
				at = this.#line.to + 1
			} else at = chunk.indexOf(NEWLINE, at) + 1
		}
		if (careful < after) this.#readCarefully(chunk, careful, after)
		this.#quick.settle()
		this.#cutter.push(chunk.subarray(after))
	}

	end(): void {
		this.#sum(this.#joiner.push(this.#cutter.end()))
		this.#sum(this.#joiner.end())
	}

	/** The lines before and behind must not be a part of it, nor it of them. */
	#isQuick(chunk: Uint8Array, at: number): boolean {
		if (chunk[at - 2] === EQUALS || !this.#line.read(chunk, at)) return false
		const { to } = this.#line
		return to + 1 < chunk.length && chunk[to - 1] !== EQUALS && standsAlone(chunk, to + 1)
	}

	#readCarefully(chunk: Uint8Array, from: number, to: number): void {
		this.#quick.settle()
		this.#sum(this.#joiner.push(this.#cutter.push(chunk.subarray(from, to))))
	}

	#sum(lines: readonly LogText[]): void {
		for (const { text, cut } of lines) this.summary.add(this.#reader.read(text), cut)
	}
}
