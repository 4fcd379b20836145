export type LineSplitter = { push(chunk: Uint8Array): void; end(): void }

/** Of a longer line only the beginning is handed over. */
const LONGEST_LINE = 65_536

/**
 * Cuts a stream of bytes into lines, one character a byte (latin1): what is read from lists is ASCII, and anything
 * else must not be able to break the cutting. Memory is bounded by the longest line.
 */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
	let rest = ''
	return {
		push(chunk) {
			const lines = (
				rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
			).split('\n')
			rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
			for (const line of lines) onLine(line.slice(0, LONGEST_LINE))
		},
		end() {
			if (rest !== '') onLine(rest)
			rest = ''
		},
	}
}
