import { CATALOGUE } from './catalogue.ts'
import { HELPER_EXPLANATIONS, OTHER_EXPLANATIONS } from './explain-other.ts'
import { TCP_EXPLANATIONS } from './explain-tcp.ts'
import type { Explanation } from './reason.ts'

const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
	...Object.entries(TCP_EXPLANATIONS),
	...Object.entries(OTHER_EXPLANATIONS),
])

/** Ids that share the explanation of another one. */
const LIKE: ReadonlyMap<string, string> = new Map(
	[...CATALOGUE.values()]
		.flat()
		.flatMap(({ id, like }): [string, string][] => (like === undefined ? [] : [[id, like]])),
)

/** What a reason means, by its id. Undefined for `unknown` and for ids that `classify` does not give. */
export function explain(id: string): Explanation | undefined {
	const helper = /^helper-[\w.+-]*-([a-z]+)$/.exec(id)
	if (helper !== null) {
		const kind = helper[1] ?? ''
		return Object.hasOwn(HELPER_EXPLANATIONS, kind) ? HELPER_EXPLANATIONS[kind] : undefined
	}
	return EXPLANATIONS.get(LIKE.get(id) ?? id)
}
