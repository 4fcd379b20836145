export const median = (values: readonly number[]) =>
	[...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** One line of the report: the figure, and whether it keeps the limit. */
export function figure(what: string, value: number, unit: string, limit: number) {
	const verdict = value <= limit ? 'kept' : 'NOT KEPT'
	console.log(`  ${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit} (limit ${limit} ${unit}: ${verdict})`)
}

/** The same for a figure that must not be too small. */
export function atLeast(what: string, value: number, unit: string, limit: number) {
	const verdict = value >= limit ? 'kept' : 'NOT KEPT'
	console.log(`  ${what}: ${value.toFixed(0)} ${unit} (at least ${limit} ${unit}: ${verdict})`)
}

export const note = (text: string) => console.log(`  ${text}`)

/** Milliseconds that `run` takes. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
	const start = process.hrtime.bigint()
	await run()
	return Number(process.hrtime.bigint() - start) / 1e6
}
