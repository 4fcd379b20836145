/** How long something took, many times: counts by powers of ten of microseconds. */
export type Took = {
	readonly count: number
	/** The first: less than 10 us; each of the others up to ten times as long; the last: 10 s or longer. */
	readonly powers: readonly number[]
	/** Microseconds; 0 where nothing was counted. */
	readonly longest: number
}

/** Below how many microseconds each power but the last one ends. */
export const POWERS_END = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000] as const

export function createTook() {
	const powers: number[] = Array.from({ length: POWERS_END.length + 1 }, () => 0)
	let count = 0
	let longest = 0
	return {
		/** Of two CPUs the clocks differ by some: less than nothing is nothing. */
		add(micros: number): void {
			let power = 0
			while (power < POWERS_END.length && micros >= (POWERS_END[power] ?? 0)) power++
			powers[power] = (powers[power] ?? 0) + 1
			count += 1
			longest = Math.max(longest, micros)
		},
		value: (): Took => ({ count, powers: [...powers], longest }),
	}
}

export const togetherTook = (parts: readonly Took[]): Took => ({
	count: parts.reduce((sum, { count }) => sum + count, 0),
	powers: [...POWERS_END, Number.POSITIVE_INFINITY].map((_, power) =>
		parts.reduce((sum, { powers }) => sum + (powers[power] ?? 0), 0),
	),
	longest: Math.max(0, ...parts.map(({ longest }) => longest)),
})
