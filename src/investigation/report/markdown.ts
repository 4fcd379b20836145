import * as english from '../../words/english/investigation/report.ts'
import { visible } from '../../words/visible.ts'
import { forecastSays } from '../trial/forecast.ts'
import type { LastingFile } from '../trial/lasting.ts'
import type { Report, ReportQuestion } from './report.ts'

/** The most backticks in a row. There may be more runs of them than a call can have arguments. */
function longestRun(texts: readonly string[]): number {
	let longest = 0
	for (const text of texts) for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
	return longest
}

/** Text from outside, as code: it cannot end its own span, and nothing in it is markup. */
export const code = (text: string): string => {
	const safe = visible(text)
	const ticks = longestRun([safe])
	const fence = '`'.repeat(ticks + 1)
	return ticks === 0 ? `${fence}${safe}${fence}` : `${fence} ${safe} ${fence}`
}

/** Text of ours that holds names from outside: no markup may begin in it. */
export const plain = (text: string): string => visible(text).replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`)

/** Rows of a table; nothing where there are none. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
	rows.length === 0
		? []
		: [
				'',
				`| ${head.join(' | ')} |`,
				`| ${head.map(() => '---').join(' | ')} |`,
				...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`),
			]

const time = (wall: number): string => new Date(wall).toISOString().slice(11, 19)

/** Packets about which the kernel said nothing, by what they say themselves. */
const namedLines = (named: Report['named']): readonly string[] =>
	table(
		['count', 'protocol', english.withoutAReason, 'confidence', 'because'],
		named.map(({ count, protocol, text, confidence, because }) => [
			String(count),
			plain(protocol),
			plain(text),
			confidence,
			plain(because),
		]),
	)

const titledList = (title: string, lines: readonly string[]): readonly string[] =>
	lines.length === 0 ? [] : ['', title, '', ...lines.map((text) => `- ${text}`)]

const obituaryLines = (obituaries: Report['obituaries']): readonly string[] =>
	titledList(
		english.howEntriesEnded,
		obituaries.map(({ flow, packets, sentence }) => english.obituary(code(flow), packets, plain(sentence))),
	)

function probeLines(probes: Report['probes']): readonly string[] {
	if (probes === null) return []
	const lines = [
		...probes.ledgers.map(({ reason, flow, says }) =>
			english.ledger(plain(reason), code(flow), plain(says.join(' '))),
		),
		...probes.elsewhere.map(({ netns, count, reasons }) =>
			english.elsewhere(
				plain(netns),
				count,
				plain(reasons.map((one) => `${one.text} ${one.count}`).join(', ')),
			),
		),
	]
	return titledList(english.whatProbesSaw, lines)
}

/** The report for a ticket, a mailing list or a colleague. */
export function markdownOf(report: Report): string {
	const { host, causes, questions, reasons, changes, settings, counters, entries } = report
	const [first, ...others] = causes
	const lines = [
		english.invalidPacketsOn(plain(host.name)),
		'',
		english.kernelNetworkNamespaceWatchedFrom(
			plain(host.kernel),
			plain(host.netns),
			report.startedAt,
			report.writtenAt,
			report.ctscope,
		),
		'',
		'## Cause',
		'',
		...(first === undefined
			? [english.noCauseWasFoundWith]
			: [
					`**${plain(first.title)}** (confidence ${first.confidence}). ${plain(first.sentence)}`,
					'',
					...first.evidence.map((one) => `- ${plain(one)}`),
					...first.excluded.map((one) => `- ${english.excluded(plain(one))}`),
					...first.open.map((one) => `- ${english.notExcluded(plain(one))}`),
					'',
					english.whatWouldMendIt,
					'',
					...first.remedies.map((one, index) => `${index + 1}. ${plain(one)}`),
					...lasting(first.lasting),
				]),
		...(others.length === 0
			? []
			: [
					'',
					'Besides:',
					'',
					...others.flatMap(({ title, confidence, sentence, open }) => [
						`- ${plain(title)} (${confidence}): ${plain(sentence)}`,
						...open.map((one) => `  - ${english.notExcluded(plain(one))}`),
					]),
				]),
		'',
		...(report.practice === null ? [] : ['## Practice', '', plain(report.practice.sentence), '']),
		...tableLines(report.table),
		'## Questions',
		...questions.flatMap(questionLines),
		'',
		'## Reasons',
		...(reasons.length === 0 ? ['', english.noLineCame] : []),
		...table(
			['count', 'protocol', 'reason', 'verdict'],
			reasons.map(({ count, protocol, title, verdict }) => [
				String(count),
				plain(protocol),
				plain(title),
				verdict,
			]),
		),
		...(report.account === null ? [] : ['', english.account(plain(report.account))]),
		...namedLines(report.named),
		...obituaryLines(report.obituaries),
		...probeLines(report.probes),
		...reasons
			.slice(0, 5)
			.flatMap(({ title, sample, flows }) => [
				'',
				english.theLastLine(plain(title), code(sample)),
				...flows.slice(0, 5).map(({ flow, count }) => `- ${code(flow)}: ${count}`),
			]),
		...(report.rules.length === 0
			? ['', '## Rules', '', english.noRuleThatAsksFor]
			: [
					'',
					'## Rules',
					...table(
						['hook', 'rule', 'action'],
						report.rules.map(({ hook, place, action }) => [hook, plain(place), plain(action)]),
					),
				]),
		...(report.flows.length === 0 ? [] : ['', '## Flows']),
		...report.flows.flatMap(({ flow, says, evidence }) => [
			'',
			`${code(flow)}: ${plain(says.join(' '))}`,
			...evidence.map((one) => `- ${plain(one)}`),
		]),
		...(report.forecast === null
			? []
			: ['', english.whatWouldPass, '', plain(forecastSays(report.forecast))]),
		...(report.experiments.length === 0 ? [] : ['', '## Experiments', '']),
		...report.experiments.map(
			({ setting, from, to, sentence, said }) =>
				`- ${plain(setting)} ${plain(from)} to ${plain(to)}: ${plain([sentence, ...(said === null ? [] : [said.sentence])].join(' '))}`,
		),
		// Told above where it belongs to the cause.
		...((first?.lasting ?? []).length === 0 ? lasting(report.lasting) : []),
		'',
		english.changesAndTheirUndo,
		'',
		`${plain(report.undo)}.`,
		...table(
			['setting', 'was', 'set', english.readsNow, 'state', 'from', 'until'],
			changes.map(({ setting, was, set, now, state, appliedAt, endedAt }) => [
				code(setting),
				code(short(was)),
				code(short(set)),
				now === null ? '-' : code(short(now)),
				plain(state),
				time(appliedAt),
				endedAt === null ? '-' : time(endedAt),
			]),
		),
		'',
		...(report.commands.length === 0
			? []
			: [
					english.theSameInAShell,
					...block(report.commands.map(({ at, command }) => `${time(at)} ${command}`)),
					'',
				]),
		english.settingsAndCounters,
		'',
		...differences(settings),
		'',
		...block(Object.entries(settings.after).map(([name, value]) => `${name} = ${short(value)}`)).slice(1),
		'',
		english.entriesOfInvalidByCpu(
			entries.count ?? english.notTold,
			entries.max ?? english.notTold,
			report.invalidByCpu.join(' '),
		),
		...block([
			Object.entries(counters)
				.map(([name, value]) => `${name}=${value}`)
				.join(' '),
		]),
		'',
		'## Outputs',
		...report.outputs.flatMap(({ command, lines: printed }) => ['', `${code(command)}:`, ...block(printed)]),
		'',
	]
	return `${lines.join('\n')}\n`
}

/** Worth a part of its own where there is no room. */
function tableLines(table: Report['table']): readonly string[] {
	if (table === null || table.fullness === 'roomy' || table.fullness === 'filling') return []
	return [
		english.theConnectionTable,
		'',
		plain(table.sentence),
		'',
		...table.evidence.map((one) => `- ${plain(one)}`),
		'',
	]
}

/** Text from outside, line by line; no line of it can end the block. */
function block(lines: readonly string[]): readonly string[] {
	const safe = lines.map(visible)
	const ticks = Math.max(2, longestRun(safe))
	const fence = '`'.repeat(ticks + 1)
	return ['', `${fence}text`, ...safe, fence]
}

const LONGEST = 80
/** The text of a table of ours is long; its beginning names it. */
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text)

const lasting = (files: readonly LastingFile[]): readonly string[] =>
	files.length === 0
		? []
		: [
				'',
				english.toMakeTheSettingLast,
				...files.flatMap(({ path, lines }) => ['', `${code(path)}:`, ...block(lines)]),
			]

function differences({ before, after }: Report['settings']): readonly string[] {
	const changed = Object.keys(after).filter(
		(name) => before[name] !== undefined && before[name] !== after[name],
	)
	return changed.length === 0
		? [english.allSettingsReadAsThey]
		: changed.map((name) =>
				english.readAtTheBeginningNow(
					plain(name),
					code(short(before[name] ?? '')),
					code(short(after[name] ?? '')),
				),
			)
}

const questionLines = ({
	question,
	said,
	skipped,
	answer,
	confidence,
	read,
	notChecked,
	byHand,
}: ReportQuestion): readonly string[] => [
	'',
	`### ${question}`,
	'',
	english.confidence(
		plain(answer),
		confidence,
		skipped ? '; skipped' : '',
		said === null ? '' : `; at ${time(said.at)}: ${plain(said.short)}`,
	),
	...(read.length === 0 ? [] : ['', ...read.map(({ what, value }) => `- ${plain(what)}: ${plain(value)}`)]),
	...(notChecked.length === 0 ? [] : ['', english.notChecked(notChecked.map(plain).join('; '))]),
	'',
	english.byHand(byHand.map(code).join(', ')),
]
