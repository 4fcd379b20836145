import { type Bench, createBench } from '../fake/ports.ts'

/** A program that has looked at everything once. */
export async function begun(
	modes: Parameters<typeof createBench>[0] = {},
	set?: (bench: Bench) => void,
): Promise<Bench> {
	const bench = createBench(modes)
	set?.(bench)
	bench.store.start()
	await bench.clock.advance(1000)
	return bench
}

export const values = ({ kernel }: Bench): Readonly<Record<string, string>> => Object.fromEntries(kernel)
export const state = ({ store }: Bench) => store.getState()

/** enter on Watch, enter for all protocols, y. */
export const logOn = (bench: Bench): Promise<void> => bench.press('enter', 'enter', 'y')
/** Selects a setting on Switches by its filter and goes to the exact write. */
export const switchTo = (bench: Bench, words: string): Promise<void> =>
	bench.press('3', '/', ...words, 'enter', 'g', 'space')
