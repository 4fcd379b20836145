import { withoutAddresses } from '../../kernel/packet/addresses-in-text.ts'

/**
 * Gives each address of a text a name of its own, the same one wherever it stands and however it is spelled, also in the
 * next text: `v4-1`, `v6-1`, `mac-1`. `names` are other words to be hidden, such as that of the host, in capitals too.
 */
export function createAnonymiser(names: Readonly<Record<string, string>> = {}): (text: string) => string {
	const known = new Map<string, string>()
	const counts = { v4: 0, v6: 0, mac: 0 }
	const naming = {
		nameOf(kind: keyof typeof counts, key: string): string {
			const whole = `${kind} ${key}`
			const name = known.get(whole) ?? `${kind}-${++counts[kind]}`
			known.set(whole, name)
			return name
		},
		isKnown: (key: string) => known.has(`v6 ${key}`),
	}
	const words = wordsOf(names)
	return (text) => {
		// Names first: one may look like an address.
		let hidden = text
		for (const [pattern, other] of words) hidden = hidden.replaceAll(pattern, other)
		return withoutAddresses(hidden, naming)
	}
}

/** A host is also known by its name without the domain. Never a piece of a longer word: `gw` is in many. */
function wordsOf(names: Readonly<Record<string, string>>): readonly (readonly [RegExp, string])[] {
	return Object.entries(names)
		.flatMap(([name, other]) =>
			[...new Set([name, name.split('.')[0] ?? ''])].map((word) => [word, other] as const),
		)
		.filter(([word]) => word !== '')
		.map(([word, other]) => {
			const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
			return [new RegExp(`(?<![a-z\\d])${escaped}(?![a-z\\d])`, 'gi'), other]
		})
}
