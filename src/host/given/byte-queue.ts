/** Takes pieces of any length and gives them out in the lengths that are asked for. */
export class ByteQueue {
	readonly #source: AsyncIterator<Uint8Array>
	#rest: Uint8Array = new Uint8Array(0)
	#isOver = false

	constructor(source: AsyncIterable<Uint8Array>) {
		this.#source = source[Symbol.asyncIterator]()
	}

	/** The next piece, at most so long; undefined at the end. */
	async piece(most: number): Promise<Uint8Array | undefined> {
		while (this.#rest.length === 0) {
			if (this.#isOver) return undefined
			const { value, done } = await this.#source.next()
			if (done === true) this.#isOver = true
			else this.#rest = value
		}
		const piece = this.#rest.subarray(0, most)
		this.#rest = this.#rest.subarray(piece.length)
		return piece
	}

	/** Exactly so many bytes, fewer only at the end. */
	async take(count: number): Promise<Uint8Array> {
		const bytes = new Uint8Array(count)
		let filled = 0
		while (filled < count) {
			const piece = await this.piece(count - filled)
			if (piece === undefined) return bytes.subarray(0, filled)
			bytes.set(piece, filled)
			filled += piece.length
		}
		return bytes
	}

	/** Passes over so many; false when there were fewer. */
	async skip(count: number): Promise<boolean> {
		for (let left = count; left > 0; ) {
			const piece = await this.piece(left)
			if (piece === undefined) return false
			left -= piece.length
		}
		return true
	}

	/** Gives the source back. */
	async close(): Promise<void> {
		this.#isOver = true
		await this.#source.return?.()
	}
}

/** The first bytes, at most so many, and the whole with them. */
export async function peeked(
	chunks: AsyncIterable<Uint8Array>,
	count: number,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
	const queue = new ByteQueue(chunks)
	const head = new Uint8Array(count)
	let filled = 0
	let trouble: { readonly error: unknown } | undefined
	try {
		while (filled < count) {
			const piece = await queue.piece(count - filled)
			if (piece === undefined) break
			head.set(piece, filled)
			filled += piece.length
		}
	} catch (error) {
		// What came before is told first.
		if (filled === 0) throw error
		trouble = { error }
	}
	const first = head.subarray(0, filled)
	async function* whole(): AsyncGenerator<Uint8Array> {
		try {
			if (filled > 0) yield first
			if (trouble !== undefined) throw trouble.error
			for (;;) {
				const piece = await queue.piece(Number.MAX_SAFE_INTEGER)
				if (piece === undefined) return
				yield piece
			}
		} finally {
			await queue.close()
		}
	}
	return { head: first, whole: whole() }
}
