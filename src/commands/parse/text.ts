import { explain } from '../../reasons/explain/explain.ts'
import type { Reason } from '../../reasons/shape/reason.ts'
import { VERDICTS } from '../../reasons/shape/verdicts.ts'
import { grouped } from '../../words/numbers.ts'
import { beside, unbroken } from '../../words/paragraph.ts'
import { type Group, type NeighbourGroup, OTHERS, type ParseSummary } from './summary.ts'

const MOST_ROWS = 30
/** Reasons whose meaning is printed: `ctscope explain ID` tells the others. */
const EXPLAINED = 5

/** What a log says, for people; no line is longer than `columns` where its words allow it. */
export function parseText(summary: ParseSummary, columns: number): string[] {
	const sections = [
		head(summary, columns),
		reasons(summary, columns),
		rules(summary, columns),
		neighbours(summary, columns),
		callSites(summary, columns),
		unplaced(summary, columns),
	]
	return sections
		.filter((lines) => lines.length > 0)
		.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]))
}

/** No line ends within a number. */
const whole = (value: number) => unbroken(grouped(value))

const count = (value: number, one: string, many = `${one}s`) => `${whole(value)} ${value === 1 ? one : many}`

function head(summary: ParseSummary, columns: number): string[] {
	const { lines, kinds, first, last, cut } = summary
	const strange = summary.unplaced.count
	const missing = missingFrom(summary)
	const parts = [
		[kinds.conntrack, 'of conntrack'],
		[kinds.helper, 'of helpers'],
		[kinds.rule, 'of rules'],
		[kinds.neighbour, 'around them'],
		[summary.printkLines, 'of call sites'],
		[kinds.printk - summary.printkLines, 'of the kernel about something else'],
		[strange, 'not understood'],
		[kinds.other - strange, 'empty'],
	] as const
	const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${whole(number)} ${what}`)
	const time = first === '' ? '' : first === last ? `, ${first}` : `, ${first} to ${last}`
	return [
		...beside(
			'',
			`${count(lines, 'line')}${time}${told.length === 0 ? '' : `: ${told.join(', ')}`}`,
			columns,
		),
		...(cut === 0
			? []
			: beside('', `${count(cut, 'line was', 'lines were')} longer than 1 MB and lost the end.`, columns)),
		...(missing === 0
			? []
			: beside(
					'',
					`${count(missing, 'message is', 'messages are')} missing in it, as it says itself: no count here is whole.`,
					columns,
				)),
		...(kinds.conntrack + kinds.helper > 0 ? [] : beside('', NO_REASON, columns)),
	]
}

/** What the log tells about itself. */
function missingFrom({ neighbours: groups, gaps }: ParseSummary): number {
	const told = [...groups.values()].filter(({ id }) => id === 'suppressed' || id === 'missed')
	return told.reduce((sum, group) => sum + group.count, gaps)
}

const NO_REASON =
	'No reason in it: lines of nf_conntrack_log_invalid begin with nf_ct_proto_N. Where that setting is on and none comes, ctscope doctor tells why.'

function reasons({ reasons: groups }: ParseSummary, columns: number): string[] {
	if (groups.size === 0) return []
	const rows = byCount(groups)
	const explained = new Set<string>()
	const width = Math.max(
		9,
		...rows.map(({ reason }) => (reason === undefined ? 0 : VERDICTS[reason.verdict].short.length + 2)),
	)
	return [
		`    COUNT  PROTO    ${'VERDICT'.padEnd(width)}REASON`,
		...shown(rows).flatMap((group, at) => {
			const { reason } = group
			const start = `${grouped(group.count).padStart(9)}  `
			if (reason === undefined) return [`${start}reasons beyond those that are kept apart`]
			const row = `${start}${reason.protocol.slice(0, 8).padEnd(9)}${VERDICTS[reason.verdict].short.padEnd(width)}`
			const meaning = at < EXPLAINED ? meaningOf(reason, explained) : ''
			return [
				...beside(row, titleOf(reason), columns),
				...under(flowsOf(group), columns),
				...under(timesOf(group), columns),
				...under(lastOf(group), columns),
				...under(meaning, columns),
			]
		}),
		...more(rows, 'reasons', columns),
		...(rows.some(({ reason }) => explain(reason?.id ?? '') !== undefined)
			? beside('', 'ctscope explain ID tells causes and what to do.', columns)
			: []),
	]
}

function titleOf({ title, id, answer }: Reason): string {
	if (answer === true) return `own RST to such a packet (${title}; no second problem)`
	return id === 'unknown' ? title : `${title} (${id})`
}

/** Once for each, with the settings left to `explain`. */
function meaningOf({ id, answer }: Reason, explained: Set<string>): string {
	const meaning = explain(id)?.meaning ?? ''
	if (meaning === '' || answer === true || explained.has(meaning)) return ''
	explained.add(meaning)
	return meaning
}

function rules({ rules: groups }: ParseSummary, columns: number): string[] {
	if (groups.size === 0) return []
	const rows = byCount(groups)
	return [
		'    COUNT  RULE, by its prefix',
		...shown(rows).flatMap((group) => {
			const name =
				group.name === OTHERS ? 'prefixes beyond those that are kept apart' : group.name || 'no prefix'
			return [
				...beside(`${grouped(group.count).padStart(9)}  `, name, columns),
				...under([flowsOf(group), timesOf(group)].filter((text) => text !== '').join('; '), columns),
			]
		}),
		...more(rows, 'prefixes', columns),
	]
}

function neighbours({ neighbours: groups }: ParseSummary, columns: number): string[] {
	if (groups.size === 0) return []
	const rows = [...groups.values()].sort((a, b) => b.count - a.count)
	return [
		'    COUNT  MESSAGES AROUND THEM',
		...rows.flatMap((group) => [
			...beside(`${grouped(group.count).padStart(9)}  `, neighbourText(group), columns),
			...under(timesOf(group), columns),
		]),
	]
}

/** What pr_debug() printed: its lines name no packet, so they are no reasons. */
function callSites({ printk }: ParseSummary, columns: number): string[] {
	if (printk.size === 0) return []
	const rows = [...printk.values()].sort((a, b) => b.count - a.count)
	return [
		'    COUNT  CALL SITE (printk, dynamic debug): these lines name no packet',
		...rows.flatMap(({ last, count: lines, firstTime, lastTime }) => [
			...beside(`${grouped(lines).padStart(9)}  `, `${last.tells} (${last.file})`, columns),
			...under(last.detail === '' ? last.text : `${lines === 1 ? '' : 'last: '}${last.detail}`, columns),
			...under(timesOf({ first: firstTime, last: lastTime }), columns),
		]),
	]
}

/** Of what is missing in a log the lines tell how many they stand for. */
function neighbourText({ title, lines, count: told }: NeighbourGroup): string {
	return told === lines ? title : `${title} (${count(lines, 'line')})`
}

function unplaced({ unplaced: strange, leftOver }: ParseSummary, columns: number): string[] {
	const quoted = (texts: readonly string[]) => texts.map((text) => cut(`  > ${text}`, columns))
	return [
		...(strange.count === 0
			? []
			: [`NOT UNDERSTOOD: ${count(strange.count, 'line')}, the first:`, ...quoted(strange.first)]),
		...(leftOver.count === 0
			? []
			: [
					...beside(
						'',
						`WORDS NOT UNDERSTOOD in ${count(leftOver.count, 'packet line')}, whose rest was read; the first:`,
						columns,
					),
					...quoted(leftOver.first),
				]),
	]
}

function byCount(groups: ReadonlyMap<string, Group>): readonly Group[] {
	return [...groups.values()].sort((a, b) =>
		a.name === OTHERS || b.name === OTHERS ? (a.name === OTHERS ? 1 : -1) : b.count - a.count,
	)
}

function flowsOf({ flows, count: lines }: Group): string {
	const [top] = flows.top(1)
	if (top === undefined) return ''
	const [flow, times] = top
	if (flows.size === 1 && flows.others === 0) return flow
	const all = flows.others > 0 ? `more than ${flows.size}` : whole(flows.size)
	return times === 1 && lines > 1
		? `${all} flows, as ${flow}`
		: `${flow} ${whole(times)} times, of ${all} flows`
}

function lastOf({ reason, count: lines }: Group): string {
	if (reason === undefined || reason.detail === '' || reason.title.endsWith(reason.detail)) return ''
	return lines === 1 ? reason.detail : `last: ${reason.detail}`
}

function timesOf({ first, last }: { first: string; last: string }): string {
	if (first === '') return ''
	return first === last ? `at ${first}` : `from ${first} to ${last}`
}

function under(text: string, columns: number): string[] {
	return text === '' ? [] : beside('           ', text, columns)
}

/** What has no place of its own is shown all the same, behind the rest. */
function shown(rows: readonly Group[]): readonly Group[] {
	return rows.filter((group, at) => at < MOST_ROWS || group.name === OTHERS)
}

function more(rows: readonly Group[], what: string, columns: number): string[] {
	const hidden = rows.length - shown(rows).length
	return hidden === 0 ? [] : beside('           ', `and ${hidden} more ${what}, which --json has`, columns)
}

function cut(text: string, columns: number): string {
	return text.length <= columns ? text : `${text.slice(0, columns - 3)}...`
}
