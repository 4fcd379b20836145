import { latin1 } from './byte-scan.ts'
import { ByteWords } from './byte-words.ts'

/** What is longer does not come back. */
const LONGEST = 128

/**
 * Turns bytes into a Latin 1 string, and such that came before into the same string again: making one costs more than all
 * the rest of reading a short event. At most `limit` are kept, whatever the input.
 */
export function createInterned(limit: number): (bytes: Uint8Array, from: number, to: number) => string {
	const words = new ByteWords(limit)
	const texts: string[] = []
	return (bytes, from, to) => {
		if (to <= from || to - from > LONGEST) return latin1(bytes, from, to)
		const known = texts[words.find(bytes, from, to)]
		if (known !== undefined) return known
		const text = latin1(bytes, from, to)
		const code = words.add(bytes, from, to)
		if (code >= 0) texts[code] = text
		return text
	}
}
