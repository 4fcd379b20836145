import { decisionText } from '../../investigation/path/decision.ts'
import { pathJson } from '../../investigation/path/json.ts'
import { type PathLine, pathLines, textOf } from '../../investigation/path/lines.ts'
import type { Path } from '../../investigation/path/path.ts'
import { sameWays } from '../../investigation/path/same-way.ts'
import * as english from '../../words/english/commands/rules.ts'
import { fact } from '../../words/fact.ts'
import { beside } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'

type Traced = {
	readonly paths: readonly Path[]
	/** What rules of the legacy tables have counted meanwhile. */
	readonly legacy: readonly string[]
	readonly hasLegacy: boolean
}

/** For a terminal: each way once, with the packets that went it. */
export function traceText({ paths, legacy, hasLegacy }: Traced, columns: number): readonly string[] {
	const lines: string[] = []
	if (paths.length === 0) lines.push(english.noPacketCameThatWould)
	for (const { path, paths: all } of sameWays(paths)) {
		lines.push(...beside('', english.flowAndMore(path.flow, all.length - 1), columns))
		for (const line of pathLines(path)) lines.push(...lineText(line, columns))
		lines.push(...beside(`   ${english.verdictHead} `, decisionText(path), columns), '')
	}
	if (hasLegacy) {
		lines.push(...beside('', `${english.thereAreIptablesLegacyRules}:`, columns))
		for (const line of legacy.length === 0 ? [english.nothing] : legacy)
			lines.push(...beside('  ', line, columns))
	}
	return lines.map((line) => visible(line))
}

/** What goes on below stands two blanks further in. */
function lineText(line: PathLine, columns: number): readonly string[] {
	const whole = textOf(line)
	const head = whole.slice(0, whole.length - line.text.length)
	const [first = '', ...rest] = beside(`${' '.repeat(head.length)}  `, visible(line.text), columns)
	return [`${head}${first.trimStart()}`, ...rest]
}

/** For a pipe: one fact a line, behind its name the number of its packet. */
export function traceFacts({ paths, legacy, hasLegacy }: Traced): readonly string[] {
	return [
		...(paths.length === 0 ? [fact('packets', 0, english.noPacketCameThatWould)] : []),
		...paths.flatMap((path, index) => {
			const number = index + 1
			return [
				fact('packet', number, path.flow),
				...factsOf(path).map(([name, ...parts]) => fact(name, number, ...parts)),
				fact(english.verdictHead, number, decisionText(path)),
			]
		}),
		...(hasLegacy
			? (legacy.length === 0 ? [english.nothing] : legacy).map((line) => fact('legacy', line))
			: []),
	]
}

/** Each line of a path with its hook and chain in front, so that it can be read alone. */
function factsOf(path: Path): readonly (readonly [string, ...string[]])[] {
	let chain = ''
	return pathLines(path).flatMap((line): readonly (readonly [string, ...string[]])[] => {
		if (line.kind === 'hook') {
			chain = line.text
			return []
		}
		if (line.kind !== 'step') return [[line.kind, ...(line.indent === 0 ? [] : [chain]), line.text]]
		const name = line.decides ? 'decides' : 'step'
		const inside = line.of === undefined || line.of.depth === 0 ? '' : line.of.step.chain
		return [[name, ...(line.indent === 0 ? [] : [chain, inside].filter(Boolean)), line.text]]
	})
}

/** All of it. */
export function traceJson({ paths, legacy, hasLegacy }: Traced) {
	return {
		v: JSON_VERSION,
		packets: paths.map(pathJson),
		legacy: hasLegacy ? legacy.map((line) => visible(line)) : null,
	}
}
