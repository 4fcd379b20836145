import type { AskedName, Names } from '../../model/names.ts'
import * as english from '../../words/english/who/app.ts'
import { visible } from '../../words/visible.ts'

/** So many answers are remembered, and so many names are asked for at once. */
export const MOST_NAMES = 200
export const MOST_ASKED = 4

/** Why no further name can be asked for; undefined when one can. */
export function whyNotAsk(names: Names, address: string): string | undefined {
	if (names.get(address)?.kind === 'asked') return english.theNameIsBeingAsked
	const asked = [...names.values()].filter(({ kind }) => kind === 'asked').length
	return asked >= MOST_ASKED ? english.soManyNamesAtOnce(MOST_ASKED) : undefined
}

/** With what is known now of an address; the oldest answer goes where there are too many. */
export function nameWith(names: Names, address: string, now: AskedName): Names {
	const next = new Map(names)
	next.delete(address)
	next.set(address, now)
	if (next.size <= MOST_NAMES) return next
	const oldest = [...next].find(([, { kind }]) => kind !== 'asked')
	if (oldest !== undefined) next.delete(oldest[0])
	return next
}

/** An answer in a few words, safe to print; undefined where nobody has asked. */
export function nameWords(name: AskedName | undefined): string | undefined {
	switch (name?.kind) {
		case 'named':
			return visible(name.name)
		case 'none':
			return english.noName
		case 'late':
			return english.notAnsweredWithin(name.seconds)
		case 'failed':
			return english.nameNotAsked(visible(name.why))
		case 'asked':
			return english.askingForTheName
		case undefined:
			return undefined
	}
}
