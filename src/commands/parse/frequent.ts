const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const FIRST_ROOM = 48
/** Chains by hash; names are some hundred at most. */
const CHAINS = 256

/** A name that is counted often, prepared once. */
export type Prepared = { readonly bytes: Uint8Array; readonly hash: number }

export function prepared(name: string): Prepared {
	const bytes = encoder.encode(name)
	return { bytes, hash: hashOf(bytes, bytes.length) }
}

/**
 * Counts of what comes again and again, the most frequent ones in a bounded number of places. What comes when all are
 * taken gets that of the rarest one, whose count goes to `others`: no count is ever too high. Names are kept as bytes: most are in
 * their place for a moment only, and never become a text.
 */
export class Frequent {
	readonly #limit: number
	readonly #chains = new Int16Array(CHAINS).fill(-1)
	/** By place: the name, its hash, how often it came, when it came first, and which place is behind it in its chain. */
	readonly #names: Uint8Array[] = []
	readonly #lengths: number[] = []
	readonly #hashes: number[] = []
	readonly #counts: number[] = []
	readonly #born: number[] = []
	readonly #behind: number[] = []
	#births = 0
	/** Places of names that came once, the oldest first, from `#next` on; some of them have come again since. */
	readonly #once: Int16Array
	#next = 0
	#waiting = 0
	#others = 0

	constructor(limit: number) {
		this.#limit = limit
		this.#once = new Int16Array(limit)
	}

	add(name: string, times = 1): void {
		const { bytes, hash } = prepared(name)
		this.addBytes(bytes, bytes.length, hash, times)
	}

	/** The same of UTF-8, with what hashOf says of it. */
	addBytes(bytes: Uint8Array, length: number, hash: number, times = 1): void {
		const known = this.#find(bytes, length, hash)
		if (known >= 0) {
			this.#counts[known] = (this.#counts[known] as number) + times
			return
		}
		const place = this.#counts.length < this.#limit ? this.#counts.length : this.#makeRoom()
		this.#put(place, bytes, length, hash, times)
	}

	/** Most frequent first. */
	top(count: number): readonly (readonly [name: string, count: number])[] {
		return this.#counts
			.map((_, place) => place)
			.sort((a, b) => this.#count(b) - this.#count(a) || (this.#born[a] ?? 0) - (this.#born[b] ?? 0))
			.slice(0, count)
			.map((place) => [
				decoder.decode(this.#names[place]?.subarray(0, this.#lengths[place])),
				this.#count(place),
			])
	}

	get size(): number {
		return this.#counts.length
	}

	/** Lines whose name had to make room: then there were more names than `size`. */
	get others(): number {
		return this.#others
	}

	#count(place: number): number {
		return this.#counts[place] as number
	}

	#find(bytes: Uint8Array, length: number, hash: number): number {
		let place = this.#chains[hash & (CHAINS - 1)] as number
		while (place >= 0) {
			if (
				this.#hashes[place] === hash &&
				this.#lengths[place] === length &&
				isSame(this.#names[place] as Uint8Array, bytes, length)
			)
				return place
			place = this.#behind[place] as number
		}
		return -1
	}

	#put(place: number, bytes: Uint8Array, length: number, hash: number, times: number): void {
		let name = this.#names[place]
		if (name === undefined || name.length < length) {
			name = new Uint8Array(Math.max(FIRST_ROOM, length))
			this.#names[place] = name
		}
		for (let at = 0; at < length; at++) name[at] = bytes[at] as number
		this.#lengths[place] = length
		this.#hashes[place] = hash
		this.#counts[place] = times
		this.#born[place] = this.#births++
		this.#behind[place] = this.#chains[hash & (CHAINS - 1)] as number
		this.#chains[hash & (CHAINS - 1)] = place
		if (times !== 1) return
		// Whoever stands there has left its place when that is taken anew: there are never more than places.
		this.#once[(this.#next + this.#waiting++) % this.#limit] = place
	}

	/** Of the rarest ones the oldest goes. In a log of many flows that is one of those that came once. */
	#makeRoom(): number {
		const once = this.#oldestOnce()
		const place = once < 0 ? this.#rarest() : once
		const chain = (this.#hashes[place] as number) & (CHAINS - 1)
		const behind = this.#behind[place] as number
		let before = this.#chains[chain] as number
		if (before === place) this.#chains[chain] = behind
		else {
			while (this.#behind[before] !== place) before = this.#behind[before] as number
			this.#behind[before] = behind
		}
		this.#others += this.#count(place)
		return place
	}

	#oldestOnce(): number {
		while (this.#waiting > 0) {
			const place = this.#once[this.#next] as number
			this.#next = (this.#next + 1) % this.#limit
			this.#waiting--
			if (this.#counts[place] === 1) return place
		}
		return -1
	}

	#rarest(): number {
		let rarest = 0
		for (let place = 1; place < this.#counts.length; place++) {
			const less = this.#count(place) - this.#count(rarest)
			if (less < 0 || (less === 0 && (this.#born[place] as number) < (this.#born[rarest] as number)))
				rarest = place
		}
		return rarest
	}
}

function isSame(name: Uint8Array, bytes: Uint8Array, length: number): boolean {
	for (let at = 0; at < length; at++) if (name[at] !== bytes[at]) return false
	return true
}

/** Of the first bytes. */
export function hashOf(bytes: Uint8Array, length: number): number {
	let hash = length
	for (let at = 0; at < length; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
	return hash ^ (hash >>> 15)
}
