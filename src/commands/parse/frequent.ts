/**
 * Counts of what comes again and again, the most frequent ones in a bounded number of places. What comes when all are
 * taken gets that of the rarest one, whose count goes to `others`: no count is ever too high.
 */
export class Frequent {
	readonly #limit: number
	readonly #counts = new Map<string, number>()
	#others = 0

	constructor(limit: number) {
		this.#limit = limit
	}

	add(name: string): void {
		const known = this.#counts.get(name)
		if (known === undefined && this.#counts.size >= this.#limit) this.#makeRoom()
		this.#counts.set(name, (known ?? 0) + 1)
	}

	/** Most frequent first. */
	top(count: number): readonly (readonly [name: string, count: number])[] {
		return [...this.#counts].sort((a, b) => b[1] - a[1]).slice(0, count)
	}

	get size(): number {
		return this.#counts.size
	}

	/** Lines whose name had to make room: then there were more names than `size`. */
	get others(): number {
		return this.#others
	}

	#makeRoom(): void {
		let rarest: string | undefined
		let least = Number.POSITIVE_INFINITY
		for (const [name, count] of this.#counts) {
			if (count >= least) continue
			rarest = name
			least = count
			if (count === 1) break
		}
		if (rarest === undefined) return
		this.#counts.delete(rarest)
		this.#others += least
	}
}
