export type ByteQueue = {
	add(piece: Uint8Array): void
	/** The oldest piece; undefined when there is none. */
	take(): Uint8Array | undefined
	/** How many bytes wait. */
	bytes(): number
}

/** Taken pieces are cut off only so often: a flood comes in many small pieces, and cutting off one moves all others. */
const CUT_AT = 1_024

/** First in, first out. */
export function createByteQueue(): ByteQueue {
	let pieces: (Uint8Array | undefined)[] = []
	let head = 0
	let bytes = 0
	return {
		add(piece) {
			pieces.push(piece)
			bytes += piece.length
		},
		take() {
			const piece = pieces[head]
			if (piece === undefined) return undefined
			pieces[head] = undefined
			head += 1
			bytes -= piece.length
			if (head === pieces.length) {
				pieces = []
				head = 0
			} else if (head >= CUT_AT && head * 2 >= pieces.length) {
				pieces = pieces.slice(head)
				head = 0
			}
			return piece
		},
		bytes: () => bytes,
	}
}
