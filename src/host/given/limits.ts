import * as english from '../../words/english/host/given.ts'
import type { Failure } from '../../words/failure.ts'

/** What is unpacked at most, in all: bytes. */
const MOST_UNPACKED = 4 * 1024 ** 3
/** So many files in all, and so many packings one in another. */
export const MOST_FILES = 100_000
export const DEEPEST = 5
/** A zip has its table of contents at its end, so it is kept whole: bytes. */
export const LARGEST_ZIP = 256 * 1024 ** 2
/** Nothing that people keep becomes so many times larger; looked at from this many bytes on. */
const MOST_TIMES = 500
const TIMES_FROM = 64 * 1024 ** 2

/** Ends the reading of one file or archive, in words; what came before is kept. */
export class Refused extends Error {
	readonly failure: Failure
	constructor(failure: Failure) {
		super('refused')
		this.failure = failure
	}
}

/** In words, for what is not read: what is the matter with it, and what helps. */
export const refusal = (message: string, next = ''): Refused => new Refused({ kind: 'usage', message, next })

export type Budget = {
	unpacked: number
	files: number
	/** Bytes that were read of the files themselves. */
	read: number
	readonly most: number
}

export const createBudget = (most = MOST_UNPACKED): Budget => ({ unpacked: 0, files: 0, read: 0, most })

/** Counts what comes out of a packing against the bounds; throws Refused. */
export async function* bounded(
	chunks: AsyncIterable<Uint8Array>,
	budget: Budget,
	packed: () => number,
): AsyncGenerator<Uint8Array> {
	let own = 0
	for await (const chunk of chunks) {
		own += chunk.length
		budget.unpacked += chunk.length
		if (budget.unpacked > budget.most) throw refusal(english.unpacksToMore(gigabytes(budget.most)))
		if (own > TIMES_FROM && own > MOST_TIMES * Math.max(1, packed()))
			throw refusal(english.growsTooMuch(MOST_TIMES))
		yield chunk
	}
}

const gigabytes = (bytes: number): string => `${Math.round((bytes / 1024 ** 3) * 10) / 10} GB`
