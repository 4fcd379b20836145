import { code, plain, table } from '../../investigation/report/markdown.ts'
import * as english from '../../words/english/commands/read.ts'
import { describe } from '../../words/failure.ts'
import { percent } from '../../words/numbers.ts'
import { VERSION } from '../common/version.ts'
import type { ReadAnswer } from './answer.ts'
import { overviewOf } from './reports/hosts.ts'
import { reportsMarkdown } from './reports/markdown.ts'
import { amountsOf, countersText, rulesText, tableText } from './text.ts'

/** So many of each; the JSON has all. */
const MOST = 100
const REASONS = 20

/** The whole answer for a ticket, a mailing list or a colleague; no markup begins in a text from outside. */
export function readMarkdown(answer: ReadAnswer): string {
	if (answer.reports.length === 0) return caseMarkdown(answer)
	const reports = reportsMarkdown(overviewOf(answer.reports))
	if (answer.things.length > 0) return `${reports}\n\n${caseMarkdown(answer)}`
	const refused = refusedList(answer)
	return refused.length === 0 ? reports : [reports, '', ...refused].join('\n')
}

const refusedList = ({ refused }: ReadAnswer): readonly string[] =>
	refused
		.slice(0, MOST)
		.map(({ name, failure }) => `- ${english.notRead(code(name), plain(describe(failure).detail))}`)

function caseMarkdown(answer: ReadAnswer): string {
	const { things, causes, reasons, account, stories, notChecked, all } = answer
	const part = (title: string, lines: readonly string[]): readonly string[] =>
		lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines]
	const list = (texts: readonly string[]): readonly string[] => texts.map((text) => `- ${plain(text)}`)
	return [
		`# ${english.title}`,
		'',
		english.madeBy(VERSION, plain(all.release ?? '')),
		...part(english.whatWasRead, [
			...things.slice(0, MOST).map((one) => `- ${code(one.name)}: ${plain(amountsOf(one))}`),
			...refusedList(answer),
		]),
		...part(
			english.causesTitle,
			causes.length === 0
				? [english.noCauseFits]
				: causes.flatMap(({ title, id, confidence, share, sentence, evidence, excluded, open, remedies }) => [
						english.causeLine(plain(title), id, confidence, percent(share, 1)),
						plain(sentence),
						'',
						...list([
							...evidence.map(english.seenLine),
							...excluded.map(english.excludedLine),
							...open.map(english.openLine),
							...remedies.map(english.toDoLine),
						]),
						'',
					]),
		),
		...part(
			english.reasonsTitle,
			table(
				['count', 'protocol', 'reason', 'flow'],
				reasons
					.slice(0, REASONS)
					.map(({ reason, count, flows: [first] }) => [
						String(count),
						plain(reason.protocol),
						plain(reason.title),
						first === undefined ? '' : code(first.flow),
					]),
			).slice(1),
		),
		...part(
			english.countersTitle,
			list([...(account === null ? [] : [account.sentence]), ...countersText(answer), ...tableText(answer)]),
		),
		...part(english.rulesTitle, list([...rulesText(answer), ...(answer.evidence.rules?.warnings ?? [])])),
		...part(
			english.tracesTitle,
			stories.flatMap(({ flow, steps, decision }) => [
				`- ${code(flow)}: ${plain(decision)}`,
				...steps.map((text) => `  - ${plain(text.trim())}`),
			]),
		),
		...part(english.notCheckedTitle, list(notChecked)),
	].join('\n')
}
