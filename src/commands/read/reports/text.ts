import type { ChangeState } from '../../../model/change.ts'
import * as english from '../../../words/english/commands/reports/reports.ts'
import { counted, grouped, percent } from '../../../words/numbers.ts'
import { beside } from '../../../words/paragraph.ts'
import { textTable } from '../../../words/text-table.ts'
import { visible } from '../../../words/visible.ts'
import { causeText } from '../../investigate/text.ts'
import type { HostCase, Overview } from './hosts.ts'

/** Longest name in a table; the case of the host has all of it. */
const LONGEST_LABEL = 40

/** What became of a change that leaves nothing to do. */
const BACK: ReadonlySet<string> = new Set<ChangeState>(['undone', 'vanished'])

const short = (text: string): string => {
	const safe = visible(text)
	return safe.length <= LONGEST_LABEL ? safe : `${safe.slice(0, LONGEST_LABEL - 1)}~`
}

/** A word for a table: what is not known has none. */
const amount = (value: number | null | undefined): string =>
	value === null || value === undefined ? '?' : grouped(value)

/** Two tables (causes by host, hosts), then one case a host; at most `columns` wide but for the tables. */
export function reportsText(overview: Overview, columns: number): readonly string[] {
	const { hosts, causes } = overview
	return [
		...beside('ctscope: ', headline(overview), columns),
		...(causes.length === 0 ? [] : ['', ...causesTable(overview).map((line) => `  ${line}`)]),
		'',
		...hostsTable(hosts).map((line) => `  ${line}`),
		...hosts.flatMap((host) => ['', ...caseText(host, columns)]),
	]
}

export function headline({ hosts, causes, nothing, unknown }: Overview): string {
	return english.headline({
		hosts: counted(hosts.length, 'report'),
		causes: counted(causes.length, 'cause'),
		withCauses: hosts.length - nothing.length - unknown.length,
		nothing: nothing.length,
		unknown: unknown.length,
	})
}

/** One row for each cause on each host. */
const causesTable = ({ causes }: Overview): string[] =>
	textTable(
		[
			english.causesHead,
			...causes.flatMap(({ id, at }) =>
				at.map(({ host, confidence, share }, index) => [
					index === 0 ? short(id) : '',
					short(host.label),
					confidence,
					percent(share, 1),
				]),
			),
		],
		(column) => column === 3,
	)

const hostsTable = (hosts: readonly HostCase[]): string[] =>
	textTable(
		[
			english.hostsHead,
			...hosts.map(({ label, kernel, seconds, account, causes, unknown }) => [
				short(label),
				kernel === '' ? '?' : short(kernel),
				`${seconds.toFixed(0)} s`,
				amount(account?.counted),
				amount(account?.explained),
				amount(account?.silent),
				amount(account?.lost),
				causes.length > 0 ? String(causes.length) : unknown === null ? english.noneHere : english.notKnown,
			]),
		],
		(column) => column >= 2 && column <= 6,
	)

/** What a report says of its host, in the words of `investigate`. */
export function caseText(
	{ label, name, causes, account, unknown, notChecked, changes }: HostCase,
	columns: number,
): string[] {
	const left = changes.filter(({ state }) => !BACK.has(state))
	return [
		...beside('', english.caseHead(label, name), columns),
		...(causes.length > 0
			? causes.flatMap((cause, index) => causeText(cause, index + 1, columns))
			: beside('  ', unknown === null ? english.nothingFound : english.cannotTell(unknown ?? ''), columns)),
		...(account === null ? [] : beside(`  ${english.accountHead}`, account.sentence, columns)),
		...left.flatMap(({ knob, state, note }) =>
			beside('  ! ', english.leftBehind(knob, state, note), columns),
		),
		...beside(`  ${english.notCheckedHead}`, notChecked.join('; '), columns),
	].map((line) => visible(line))
}
