import { EVERY, type Explanation, type ExplanationText } from '../shape/reason.ts'
import { CATALOGUE } from '../texts/catalogue.ts'
import { HELPER_TEXTS, type HelperKind } from '../texts/helper-texts.ts'
import { LEGACY_TEXTS } from '../texts/legacy-texts.ts'
import { HELPER_EXPLANATIONS } from './explain-helpers.ts'
import { ICMP_EXPLANATIONS } from './explain-icmp.ts'
import { LEGACY_EXPLANATIONS } from './explain-legacy.ts'
import { SCTP_EXPLANATIONS } from './explain-sctp.ts'
import { TCP_EXPLANATIONS } from './explain-tcp.ts'
import { WINDOW_EXPLANATIONS } from './explain-tcp-window.ts'
import { UDP_EXPLANATIONS } from './explain-udp.ts'

export type { Explanation } from '../shape/reason.ts'

const TEXTS: ReadonlyMap<string, ExplanationText> = new Map([
	...Object.entries(TCP_EXPLANATIONS),
	...Object.entries(WINDOW_EXPLANATIONS),
	...Object.entries(UDP_EXPLANATIONS),
	...Object.entries(ICMP_EXPLANATIONS),
	...Object.entries(SCTP_EXPLANATIONS),
	...Object.entries(LEGACY_EXPLANATIONS),
])

/** Names that reasons go by elsewhere, or that say the same as another one. */
const ALIASES: ReadonlyMap<string, string> = new Map([
	['sctp-short', 'sctp-1'],
	['sctp-header', 'sctp-2'],
	['sctp-crc', 'sctp-3'],
	// The same words from the place where an association begins.
	['dccp-new', 'dccp-state'],
])

const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map(
	[...CATALOGUE.values(), ...LEGACY_TEXTS.values()].flat().flatMap(({ id, like, kernels }) => {
		const told = TEXTS.get(id) ?? TEXTS.get(like ?? '')
		return told === undefined ? [] : [[id, complete(told, kernels)] as const]
	}),
)

const HELPERS: ReadonlyMap<string, Explanation> = new Map(
	HELPER_TEXTS.map(({ id, kind }) => [id, complete(HELPER_EXPLANATIONS[kind], EVERY)] as const),
)

/** The one name of a reason that has several. */
export const canonicalId = (id: string): string => ALIASES.get(id) ?? id

/** What a reason means, by its id. Undefined for `unknown` and for ids that nobody has. */
export function explain(id: string): Explanation | undefined {
	const name = canonicalId(id)
	const known = EXPLANATIONS.get(name) ?? HELPERS.get(name)
	if (known !== undefined) return known
	// A helper or a text that is not in the catalogue: only its kind is known.
	const kind = /^helper-[\w.+-]*-([a-z]+)$/.exec(name)?.[1] ?? ''
	return isHelperKind(kind) ? complete(HELPER_EXPLANATIONS[kind], '') : undefined
}

const isHelperKind = (kind: string): kind is HelperKind => Object.hasOwn(HELPER_EXPLANATIONS, kind)

function complete(
	{ meaning, causes, next, settings = [], hides = [] }: ExplanationText,
	kernels: string,
): Explanation {
	return { meaning, causes, next, settings, hides, kernels }
}
