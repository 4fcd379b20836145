import { visible } from '../../words/visible.ts'
import { hasConversions, patternOf } from '../shape/format.ts'
import type { Params, Reason } from '../shape/reason.ts'
import { HELPER_TEXTS, type HelperText, KIND_TITLES, kindOf } from './helper-texts.ts'

type Texts = { readonly exact: ReadonlyMap<string, HelperText>; readonly patterns: readonly HelperPattern[] }
type HelperPattern = { readonly entry: HelperText; readonly pattern: RegExp }

const BY_HELPER: ReadonlyMap<string, Texts> = new Map(
	[...new Set(HELPER_TEXTS.map(({ helper }) => helper))].map((name) => {
		const own = HELPER_TEXTS.filter(({ helper }) => helper === name)
		return [
			name,
			{
				exact: new Map(
					own.filter(({ format }) => !hasConversions(format)).map((entry) => [entry.format, entry]),
				),
				patterns: own
					.filter(({ format }) => hasConversions(format))
					.map((entry) => ({ entry, pattern: patternOf(entry.format) })),
			},
		]
	}),
)

/** The catalogue's entry for a helper's text, with what stands in its quotes or numbers. */
export function findHelperText(
	helper: string,
	body: string,
): { readonly entry: HelperText; readonly captures: readonly string[] } | undefined {
	const texts = BY_HELPER.get(helper)
	if (texts === undefined) return undefined
	const exact = texts.exact.get(body)
	if (exact !== undefined) return { entry: exact, captures: [] }
	for (const { entry, pattern } of texts.patterns) {
		const found = pattern.exec(body)
		if (found !== null) return { entry, captures: found.slice(1) }
	}
	return undefined
}

/** Every line of a helper is about a packet that it dropped, also when the text is a new one: `helper-NAME-KIND`. */
export function helperReason(helper: string, text: string, protocol: string): Reason {
	// Up to 6.12 a helper that was loaded with ports= of its own prints the port too: ftp-2121.
	const [, own = helper, port] = /^(.*)-(\d{1,5})$/.exec(helper) ?? []
	const name = visible(own)
	const body = text.replace(/(?:\\x0a|\\n|#012)\s*$/, '').trim()
	const found = findHelperText(name, body)
	const loaded: Params = port === undefined ? {} : { loadedPort: Number(port) }
	if (found === undefined) {
		const kind = kindOf(body)
		return {
			id: `helper-${name}-${kind}`,
			title: `${name}: ${KIND_TITLES[kind]}`,
			protocol,
			verdict: 'dropped',
			detail: visible(body),
			params: { helper: name, ...loaded },
		}
	}
	const { entry, captures } = found
	return {
		id: entry.id,
		title: `${name}: ${entry.title ?? entry.format}`,
		protocol,
		verdict: 'dropped',
		detail: visible(body),
		params: { helper: name, ...loaded, ...saidIn(entry, captures) },
	}
}

function saidIn({ kind }: HelperText, [said]: readonly string[]): Params {
	if (said === undefined) return {}
	return kind === 'partial' ? { command: visible(said) } : { port: Number(said) }
}
