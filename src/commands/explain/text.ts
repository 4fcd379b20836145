import { knobById } from '../../changes/knobs.ts'
import { explain } from '../../reasons/explain/explain.ts'
import { type ListedReason, REASONS } from '../../reasons/list.ts'
import type { Explanation, Reason, SettingEffect, Verdict } from '../../reasons/shape/reason.ts'
import { VERDICTS } from '../../reasons/shape/verdicts.ts'
import { SILENT_PATHS } from '../../reasons/silent-paths.ts'
import type { Suspect } from '../../reasons/suspects/suspect.ts'
import type { FoundTerm } from '../../reasons/terms/find-term.ts'
import * as english from '../../words/english/commands/explain.ts'
import { beside, unbroken } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import type { Answer, Silent } from './answer.ts'

/** What was found, for people, no line longer than `columns` where its words allow it. */
export function explainText(asked: string, answer: Answer, columns: number): string[] {
	switch (answer.kind) {
		case 'reason':
			return reasonPage(answer, columns)
		case 'several': {
			const head = answer.by === 'text' ? english.severalReasonsHaveThisText : english.noReasonHasThisText
			return [
				...beside('', head, columns),
				'',
				...table(answer.listed, columns),
				'',
				...beside('', MORE, columns),
			]
		}
		case 'silent':
			return silentPage(answer.path, columns)
		case 'term':
			return termPages(answer.terms, columns)
		case 'neighbour': {
			const { id, title, params } = answer.neighbour
			const said = Object.entries(params).map(([name, value]) => `${name} ${value}`)
			return [
				...beside('', `${id}: ${[title, ...said].join(', ')}.`, columns),
				...beside('', english.aMessageBesideThoseOf, columns),
				...(answer.terms.length === 0 ? [] : ['', ...termPages(answer.terms, columns)]),
			]
		}
		case 'rule':
			return [
				...beside('', english.aLineOfARule(answer.prefix === '' ? '' : ` (${answer.prefix})`), columns),
				'',
				...suspectPage(answer.suspects, columns),
			]
		case 'unknown':
			return [
				...beside('', english.aLineOfConntrackWith(answer.reason.protocol, answer.reason.title), columns),
				...nearest(answer.nearest, columns),
			]
		case 'nothing':
			return [
				...beside('', english.nothingIsKnownAbout(visible(asked.trim()).slice(0, 120)), columns),
				...nearest(answer.nearest, columns),
			]
	}
}

const MORE = english.ctscopeExplainIdTellsMore

function nearest(ids: readonly string[], columns: number): string[] {
	return [
		...(ids.length === 0 ? [] : beside('Nearest: ', ids.map(unbroken).join(', '), columns)),
		...beside('', english.ctscopeExplainListShowsAll, columns),
	]
}

/** All reasons, and the ways to be INVALID without one. */
export function listText(columns: number): string[] {
	const groups = new Map<string, ListedReason[]>()
	for (const one of REASONS) {
		const name = one.l4proto === null ? english.helpersWhichDrop : `${one.protocol}  ${one.prefix}`
		groups.set(name, [...(groups.get(name) ?? []), one])
	}
	return [
		...[...groups].flatMap(([name, listed]) => [name, ...table(listed, columns), '']),
		english.countedWithoutALine,
		...SILENT_PATHS.flatMap(({ id, title, counter }) =>
			beside(`  ${counter.padEnd(11)} ${id.padEnd(22)} `, title, columns),
		),
		'',
		...beside('', MORE, columns),
	]
}

/** Narrower columns of text are hard to read. */
const LEAST_TEXT = 24

function table(listed: readonly ListedReason[], columns: number): string[] {
	const width = Math.max(...listed.map(({ id }) => id.length))
	return listed.flatMap(({ id, verdict, protocol, l4proto, format }) => {
		const whose =
			l4proto === null || new Set(listed.map((one) => one.protocol)).size > 1 ? `${protocol}: ` : ''
		const head = `  ${VERDICTS[verdict].short.padEnd(11)} ${id.padEnd(width)}  `
		const text = `${whose}${format}`
		// No room beside a long id: below it then.
		return columns - head.length < LEAST_TEXT
			? [head.trimEnd(), ...beside(' '.repeat(14), text, columns)]
			: beside(head, text, columns)
	})
}

/** More are not read: a line of conntrack -S has as many that are not 0. */
const MOST_TERMS = 12

function termPages(terms: readonly FoundTerm[], columns: number): string[] {
	return terms.slice(0, MOST_TERMS).flatMap(({ term, name, value }, index) => {
		const row = rowOf(columns)
		const { means, normal, look, kind } = term
		const others = term.names.filter((one) => one !== name)
		return [
			...(index === 0 ? [] : ['']),
			...beside(
				'',
				`${visible(name)}${value === undefined ? '' : `=${visible(value)}`}   ${english.TERM_KINDS[kind]}`,
				columns,
			),
			'',
			...row('Means', means),
			...row('Normal', normal),
			...look.flatMap((one, at) => row(at === 0 ? english.lookAt : '', look.length === 1 ? one : `- ${one}`)),
			...(others.length === 0 ? [] : row('Also', others.join(', '))),
		]
	})
}

function suspectPage(suspects: readonly Suspect[], columns: number): string[] {
	const row = rowOf(columns)
	const shown = suspects.some(({ standing }) => standing === 'shown')
	return [
		...beside('', shown ? english.whatTheLineShows : english.whyItMayBeInvalid, columns),
		...suspects.flatMap(({ standing, says, because, decides }) => [
			'',
			...row(english.STANDINGS[standing], says),
			...(because === '' ? [] : row('', english.since(because))),
			...decides.flatMap((one, at) =>
				row(at === 0 ? 'Decides' : '', decides.length === 1 ? one : `- ${one}`),
			),
		]),
	]
}

type ReasonAnswer = Extract<Answer, { kind: 'reason' }>

function reasonPage({ id, listed, reason, others }: ReasonAnswer, columns: number): string[] {
	const explanation = explain(id)
	const verdict = verdictOf(reason, listed)
	const row = rowOf(columns)
	const protocol = listed?.protocol ?? reason?.protocol ?? '-'
	return [
		...beside('', `${id}   ${protocol}   ${VERDICTS[verdict].short}`, columns),
		'',
		...(listed === undefined ? [] : row('Text', `${listed.prefix} ${listed.format}`)),
		...(reason === undefined || reason.detail === '' ? [] : row(english.thisLine, reason.detail)),
		...(reason?.cut === true ? row(english.thisLine, english.itsTextWasCut) : []),
		...row('Verdict', VERDICTS[verdict].sentence),
		...(explanation === undefined ? [] : explanationRows(explanation, row)),
		...(listed === undefined ? [] : row('Counted', countedWords(listed))),
		...(explanation === undefined || explanation.kernels === '' ? [] : row('Kernels', explanation.kernels)),
		...(others.length === 0 ? [] : row('Also', others.map((one) => `${one.id} (${one.kernels})`).join(', '))),
	]
}

/** What is explained and not listed is of a helper: all of them drop. */
export const verdictOf = (reason: Reason | undefined, listed: ListedReason | undefined): Verdict =>
	reason?.verdict ?? listed?.verdict ?? 'dropped'

type Row = (head: string, text: string) => string[]

const rowOf =
	(columns: number): Row =>
	(head, text) =>
		beside(head.padEnd(11), text, columns)

function explanationRows({ meaning, causes, next, settings, hides }: Explanation, row: Row): string[] {
	const each = (head: string, texts: readonly string[]) =>
		texts.flatMap((text, index) => row(index === 0 ? head : '', texts.length === 1 ? text : `- ${text}`))
	return [
		...row('Means', meaning),
		...each('Often', causes),
		...each('Next', next),
		...each('Settings', settings.length === 0 ? [english.noneChangesThisVerdict] : settingLines(settings)),
		...each('Hidden', hides),
	]
}

/** Settings that do the same share a line. */
function settingLines(settings: readonly SettingEffect[]): string[] {
	const lines = new Map<string, string[]>()
	for (const { knob, effect, cost } of settings) {
		const name = knobById(knob)?.sysctl.replace(/^net\.netfilter\./, '') ?? knob
		const said = english.cost(effect, cost)
		lines.set(said, [...(lines.get(said) ?? []), name])
	}
	return [...lines].map(([said, names]) => `${names.join(', ')}: ${said}`)
}

function countedWords({ counter, verdict }: ListedReason): string {
	if (counter === 'error') return english.errorConntrackSUpTo
	if (counter !== null)
		return verdict === 'depends' ? english.invalidWhereItIsInvalid : english.invalidConntrackS
	return verdict === 'second-line' ? english.onceWithTheLineBefore : english.byNoCounter
}

function silentPage({ id, title, counter, tellApart }: Silent, columns: number): string[] {
	const row = rowOf(columns)
	return [
		english.invalidWithoutALine(id),
		'',
		...row('Means', english.theKernelCountsThePacket(title)),
		...row('Counted', `${counter} (conntrack -S)`),
		...row('Next', tellApart),
	]
}
