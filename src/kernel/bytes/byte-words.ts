const BLANK = 0x20

/**
 * Gives a small number to each distinct run of bytes, so that a word that comes back a million times is turned into a
 * string once. At most `limit` words are kept, whatever the input. A class, so that every instance runs the same
 * compiled code.
 */
export class ByteWords {
	private readonly limit: number
	private readonly slots: Int16Array
	private readonly mask: number
	private readonly words: Uint8Array[] = []
	/** Code of the word found last, by its first byte: nearly always the one that comes next. */
	private readonly recent = new Int16Array(256).fill(-1)

	constructor(limit: number) {
		this.limit = limit
		this.slots = new Int16Array(nextPowerOfTwo(limit * 4)).fill(-1)
		this.mask = this.slots.length - 1
	}

	/** Code of a known word at `from` that a blank follows, or -1: it may still be known to `find`. */
	guess(bytes: Uint8Array, from: number, to: number): number {
		if (from >= to) return -1
		const code = this.recent[bytes[from] as number] as number
		if (code < 0) return -1
		const word = this.words[code] as Uint8Array
		const end = from + word.length
		if (end >= to || bytes[end] !== BLANK) return -1
		for (let at = 1; at < word.length; at++) if (word[at] !== bytes[from + at]) return -1
		return code
	}

	/** Code of bytes[from, to) or -1. */
	find(bytes: Uint8Array, from: number, to: number): number {
		const code = this.slots[this.slotOf(bytes, from, to)] as number
		if (code >= 0) this.recent[bytes[from] as number] = code
		return code
	}

	/** Keeps a word that `find` did not know; -1 when there is no room left. */
	add(bytes: Uint8Array, from: number, to: number): number {
		if (this.words.length >= this.limit) return -1
		const code = this.words.length
		this.slots[this.slotOf(bytes, from, to)] = code
		// Not bytes.slice(): that of a Buffer is no copy.
		this.words.push(new Uint8Array(bytes.subarray(from, to)))
		return code
	}

	/** Bytes of the word with this code. */
	length(code: number): number {
		return (this.words[code] as Uint8Array).length
	}

	/** Where the word is, or the free slot where it would be. */
	private slotOf(bytes: Uint8Array, from: number, to: number): number {
		let hash = to - from
		for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
		let slot = (hash ^ (hash >>> 13)) & this.mask
		for (;;) {
			const code = this.slots[slot] as number
			if (code < 0 || equal(this.words[code] as Uint8Array, bytes, from, to)) return slot
			slot = (slot + 1) & this.mask
		}
	}
}

function equal(word: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
	if (word.length !== to - from) return false
	for (let at = 0; at < word.length; at++) if (word[at] !== bytes[from + at]) return false
	return true
}

function nextPowerOfTwo(size: number): number {
	let power = 16
	while (power < size) power *= 2
	return power
}
