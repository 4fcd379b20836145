import { code, plain, table } from '../../../investigation/report/markdown.ts'
import * as english from '../../../words/english/commands/reports/reports.ts'
import { grouped, percent } from '../../../words/numbers.ts'
import type { Overview } from './hosts.ts'
import { caseText, headline } from './text.ts'

/** Columns of what stands in a block: as wide as a mail. */
const COLUMNS = 100

/** The same as Markdown; no markup begins in a text from a host. */
export function reportsMarkdown(overview: Overview): string {
	const { hosts, causes } = overview
	const amount = (value: number | null | undefined): string => (value == null ? '?' : grouped(value))
	return [
		`# ${english.title}`,
		'',
		`${headline(overview)}. ${english.numbersOfHosts}`,
		...(causes.length === 0 ? [] : ['', `## ${english.causesByHost}`]),
		...table(
			english.causesHead,
			causes.flatMap(({ id, at }) =>
				at.map(({ host, confidence, share }) => [
					plain(id),
					plain(host.label),
					confidence,
					percent(share, 1),
				]),
			),
		),
		'',
		`## ${english.hostsTitle}`,
		...table(
			english.hostsHead,
			hosts.map(({ label, kernel, seconds, account, causes: found, unknown }) => [
				plain(label),
				plain(kernel),
				`${seconds.toFixed(0)} s`,
				...[account?.counted, account?.explained, account?.silent, account?.lost].map(amount),
				found.length > 0 ? String(found.length) : unknown === null ? english.noneHere : english.notKnown,
			]),
		),
		...hosts.flatMap((host) => [
			'',
			`## ${code(host.label)}`,
			'',
			// Indented, nothing in it is markup.
			...caseText(host, COLUMNS).map((line) => `    ${line}`),
		]),
	].join('\n')
}
