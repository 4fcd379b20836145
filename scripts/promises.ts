/** What the program promises about the settings it changes, P1 first; tests name them by their number. */
export const PROMISES: readonly string[] = [
	'Looking changes nothing',
	'Nothing is written before it is recorded',
	'One writer at a time; the screen never writes',
	'If the program ends in any way, changes are undone within 2 s',
	'If the guard ends, changes are undone at once, else by the timer',
	'Nothing outlives its deadline without a human pressing `e`',
	'A value someone else set is never overwritten',
	'A step is applied whole or not at all',
	'Two sessions never hold the same setting',
	'Undo may be run by anybody, any number of times, at the same time',
	'Nothing survives a reboot or power loss',
	'The undo path is proven before the first change',
	'A log flood is stopped',
	'The namespace is the one shown',
	'You are told the truth',
	'Leftovers are found',
]

/**
 * Numbers of the promises that a test shows: those that its own name begins with (`P2 P5 ...`, `P1 to P8 ...`), else those
 * of the nearest group around it. `names`: the groups from outside in, and its own.
 */
export function promisesOf(names: readonly string[]): readonly number[] {
	for (const name of names.toReversed()) {
		const found = numbersIn(name)
		if (found.length > 0) return found
	}
	return []
}

function numbersIn(name: string): readonly number[] {
	const found = new Set<number>()
	const [head = ''] = /^(?:P\d+(?: to (?=P\d))?[ :]*)+/.exec(name) ?? []
	for (const [, from, to] of head.matchAll(/P(\d+)(?: to P(\d+))?/g))
		for (let number = Number(from); number <= Number(to ?? from); number++) found.add(number)
	if (head === '') for (const [, one] of name.matchAll(/(?<=: )P(\d+)(?= )/g)) found.add(Number(one))
	return [...found].filter((number) => number >= 1 && number <= PROMISES.length).toSorted((a, b) => a - b)
}
