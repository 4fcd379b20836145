/**
 * Gives a small number to each distinct run of bytes, so that a word that comes back a million times is turned into a
 * string once. At most `limit` words are kept, whatever the input; `find` answers -1 for what is not in it.
 */
export function createByteWords(limit: number): {
	/** Code of bytes[from, to) or -1. */
	find(bytes: Uint8Array, from: number, to: number): number
	/** Keeps a word that `find` did not know; -1 when there is no room left. */
	add(bytes: Uint8Array, from: number, to: number): number
	readonly size: number
} {
	const slots = new Int16Array(nextPowerOfTwo(limit * 4)).fill(-1)
	const mask = slots.length - 1
	const words: Uint8Array[] = []

	const slotOf = (bytes: Uint8Array, from: number, to: number): number => {
		let hash = to - from
		for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
		let slot = (hash ^ (hash >>> 13)) & mask
		for (;;) {
			const code = slots[slot] as number
			if (code < 0 || equal(words[code] as Uint8Array, bytes, from, to)) return slot
			slot = (slot + 1) & mask
		}
	}

	return {
		find: (bytes, from, to) => slots[slotOf(bytes, from, to)] as number,
		add(bytes, from, to) {
			if (words.length >= limit) return -1
			const code = words.length
			slots[slotOf(bytes, from, to)] = code
			words.push(bytes.slice(from, to))
			return code
		},
		get size() {
			return words.length
		},
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
