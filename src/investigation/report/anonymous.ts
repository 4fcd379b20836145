const IPV4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g
const MAC = /(?<![\w:])(?:[\da-f]{2}:){5,13}[\da-f]{2}(?![\w:])/gi
const IPV6 = /(?<![\w:.])(?=[\da-f:]*:[\da-f:]*:)[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])/gi

/** Addresses that name nobody. */
const KEPT = /^(?:0\.0\.0\.0|127\.|255\.|::1?$)/

/**
 * Gives each address of a text a name of its own, the same one wherever it stands, also in the next text: `v4-1`,
 * `v6-1`, `mac-1`. `names` are other words to be hidden, such as that of the host.
 */
export function createAnonymiser(names: Readonly<Record<string, string>> = {}): (text: string) => string {
	const known = new Map<string, string>()
	const counts: Record<string, number> = {}
	const nameOf = (kind: string, value: string): string => {
		const key = value.toLowerCase()
		const name = known.get(key) ?? `${kind}-${(counts[kind] ?? 0) + 1}`
		if (!known.has(key)) {
			known.set(key, name)
			counts[kind] = (counts[kind] ?? 0) + 1
		}
		return name
	}
	return (text) => {
		let hidden = text
			.replaceAll(MAC, (value) => nameOf('mac', value))
			.replaceAll(IPV4, (value) => (KEPT.test(value) ? value : nameOf('v4', value)))
			// Times have two colons too, and no letter.
			.replaceAll(IPV6, (value) => (KEPT.test(value) || isTime(value) ? value : nameOf('v6', value)))
		for (const [name, other] of Object.entries(names))
			if (name !== '') hidden = hidden.replaceAll(name, other)
		return hidden
	}
}

const isTime = (text: string): boolean => /^\d{1,2}:\d{2}:\d{2}$/.test(text)
