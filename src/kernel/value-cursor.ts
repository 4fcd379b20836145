import type { Scan } from './scan.ts'

const BLANK = 0x20
const ZERO = 0x30
const LETTER_X = 0x78

/** The value of a field was taken out by hand. */
export const EMPTY = -1
export const NO_NUMBER = -2

/** Stands at the value of a field; each reading moves it to the end of the word, whatever is there. */
export class ValueCursor {
	readonly #text: string
	readonly #codes: Uint8Array
	readonly #to: number
	at: number

	/** Looks at text[from, to). */
	constructor({ text, codes }: Scan, from: number, to: number) {
		this.#text = text
		this.#codes = codes
		this.#to = to
		this.at = from
	}

	/** A number of at most ten digits and not above `most`; EMPTY or NO_NUMBER for anything else. */
	number(most: number): number {
		const codes = this.#codes
		const from = this.at
		let at = from
		let value = 0
		for (;;) {
			const digit = (codes[at] ?? 0) - ZERO
			if (digit < 0 || digit > 9) break
			value = value * 10 + digit
			at++
		}
		this.at = at
		if (at < this.#to && codes[at] !== BLANK) {
			this.skip()
			return NO_NUMBER
		}
		if (at === from) return EMPTY
		return at - from <= 10 && value <= most ? value : NO_NUMBER
	}

	text(): string {
		const from = this.at
		this.skip()
		return this.#text.slice(from, this.at)
	}

	textOrNull(): string | null {
		const from = this.at
		this.skip()
		return this.at === from ? null : this.#text.slice(from, this.at)
	}

	/** As `text`, for what is nearly always zero: that text is not made anew each time. */
	hex(): string {
		const codes = this.#codes
		const from = this.at
		this.skip()
		const isZero =
			this.at - from === 4 &&
			codes[from] === ZERO &&
			codes[from + 1] === LETTER_X &&
			codes[from + 2] === ZERO &&
			codes[from + 3] === ZERO
		return isZero ? '0x00' : this.#text.slice(from, this.at)
	}

	skip(): void {
		const codes = this.#codes
		const to = this.#to
		let at = this.at
		while (at < to && codes[at] !== BLANK) at++
		this.at = at
	}
}
