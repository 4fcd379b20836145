import { explain } from '../../reasons/explain/explain.ts'
import type { Reason } from '../../reasons/shape/reason.ts'
import { VERDICTS } from '../../reasons/shape/verdicts.ts'
import * as english from '../../words/english/commands/parse.ts'
import { grouped } from '../../words/numbers.ts'
import { beside, unbroken } from '../../words/paragraph.ts'
import type { Group } from './group.ts'
import { type NeighbourGroup, OTHERS, type ParseSummary } from './summary.ts'

const MOST_ROWS = 30
/** Reasons whose meaning is printed: `ctscope explain ID` tells the others. */
const EXPLAINED = 5
const MOST_SUGGESTIONS = 3

/** What a log says, for people; no line is longer than `columns` where its words allow it. */
export function parseText(summary: ParseSummary, columns: number): string[] {
	const sections = [
		headText(summary, columns),
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

/** How much was read, and what it is. */
export function headText(summary: ParseSummary, columns: number): string[] {
	const { lines, kinds, first, last, cut } = summary
	const strange = summary.unplaced.count
	const empty = kinds.other - strange - summary.ordinary
	const [missed, limited] = [missedIn(summary), limitedIn(summary)]
	const { messages, lines: told } = summary.repeated
	const parts = [
		[kinds.conntrack, english.ofConntrack],
		[kinds.helper, english.ofHelpers],
		[kinds.rule, english.ofRules],
		[kinds.neighbour, english.aroundThem],
		[summary.printkLines, english.ofCallSites],
		[kinds.printk - summary.printkLines, english.ofTheKernelAboutSomething],
		[summary.ordinary, english.ofOtherPrograms],
		[strange, english.notUnderstood],
		[empty, 'empty'],
	] as const
	const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${whole(number)} ${what}`)
	const time = first === '' ? '' : first === last ? `, ${first}` : `, ${first} to ${last}`
	return [
		...beside(
			'',
			`${count(lines, 'line')}${time}${said.length === 0 ? '' : `: ${said.join(', ')}`}`,
			columns,
		),
		...(cut === 0
			? []
			: beside('', english.longerThan1MbAnd(count(cut, english.lineWas, english.linesWere)), columns)),
		...(messages === 0
			? []
			: beside(
					'',
					english.countedByTheLogger(
						count(told, english.lineStands, english.linesStand),
						count(messages, english.moreMessage, english.moreMessages),
					),
					columns,
				)),
		...(missed === 0
			? []
			: beside('', english.missingInItAsIt(count(missed, english.messageIs, english.messagesAre)), columns)),
		...(limited === 0
			? []
			: beside('', english.leftOutByALimit(count(limited, english.messageIs, english.messagesAre)), columns)),
		...(kinds.conntrack + kinds.helper > 0 ? [] : beside('', NO_REASON, columns)),
		...(summary.hasAnything ? [] : beside('', english.nothingOfPacketsIsIn, columns)),
	]
}

/** What the log tells about itself: lines of packets may be among these. */
const missedIn = ({ neighbours: groups, gaps }: ParseSummary): number => toldBy(groups, 'missed') + gaps

/** Left out by a limit of the kernel that lines of packets do not have. */
const limitedIn = ({ neighbours: groups }: ParseSummary): number => toldBy(groups, 'suppressed')

const toldBy = (groups: ParseSummary['neighbours'], what: NeighbourGroup['id']): number =>
	[...groups.values()].filter(({ id }) => id === what).reduce((sum, group) => sum + group.count, 0)

const NO_REASON = english.noReasonInItLines

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
			if (reason === undefined) return [english.reasonsBeyondThoseThatAre(start)]
			const row = `${start}${reason.protocol.slice(0, 8).padEnd(9)}${VERDICTS[reason.verdict].short.padEnd(width)}`
			const meaning = at < EXPLAINED ? meaningOf(reason, explained) : ''
			return [
				...beside(row, titleOf(reason), columns),
				...under(flowsOf(group), columns),
				...under(timesOf(group), columns),
				...under(lastOf(group), columns),
				...under(group.cut === 0 ? '' : english.textWasCutIn(count(group.cut, 'line')), columns),
				...under(meaning, columns),
			]
		}),
		...more(rows, 'reasons', columns),
		...(rows.some(({ reason }) => explain(reason?.id ?? '') !== undefined)
			? beside('', english.ctscopeExplainIdTellsCauses, columns)
			: []),
	]
}

function titleOf({ title, id, answer }: Reason): string {
	if (answer === true) return english.ownRstToSuchA(title)
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
		english.countRuleByItsPrefix,
		...shown(rows).flatMap((group) => {
			const name = group.name === OTHERS ? english.prefixesBeyondThoseThatAre : group.name || english.noPrefix
			return [
				...beside(`${grouped(group.count).padStart(9)}  `, name, columns),
				...under([flowsOf(group), timesOf(group)].filter((text) => text !== '').join('; '), columns),
				...suggestions(group, columns),
			]
		}),
		...(rows.some(({ suggested }) => suggested !== undefined)
			? beside('', english.explainLineTellsMore, columns)
			: []),
		...more(rows, 'prefixes', columns),
	]
}

/** Why packets that a rule calls INVALID may be so: the most frequent suggestions of its lines. */
function suggestions({ suggested }: Group, columns: number): string[] {
	return (suggested?.top(MOST_SUGGESTIONS) ?? [])
		.filter(([says]) => says !== '')
		.flatMap(([says, times]) => under(english.perhaps(count(times, 'line'), says), columns))
}

function neighbours({ neighbours: groups }: ParseSummary, columns: number): string[] {
	if (groups.size === 0) return []
	const rows = [...groups.values()].sort((a, b) => b.count - a.count)
	return [
		english.countMessagesAroundThem,
		...rows.flatMap((group) => [
			...beside(`${grouped(group.count).padStart(9)}  `, neighbourText(group), columns),
			...under(timesOf(group), columns),
		]),
	]
}

/** What pr_debug() printed: its lines name no packet, so they are no reasons. */
/** What call sites of conntrack have printed, most first; nothing where none has. */
export function callSites({ printk }: ParseSummary, columns: number): string[] {
	if (printk.size === 0) return []
	const rows = [...printk.values()].sort((a, b) => b.count - a.count)
	return [
		english.countCallSitePrintkDynamic,
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
			: [english.notUnderstoodTheFirst(count(strange.count, 'line')), ...quoted(strange.first)]),
		...(leftOver.count === 0
			? []
			: [
					...beside(
						'',
						english.wordsNotUnderstoodInWhose(count(leftOver.count, english.packetLine)),
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
	const all = flows.others > 0 ? english.moreThan(flows.size) : whole(flows.size)
	return times === 1 && lines > 1 ? english.flowsAs(all, flow) : english.timesOfFlows(flow, whole(times), all)
}

function lastOf({ reason, count: lines }: Group): string {
	if (reason === undefined || reason.detail === '' || reason.title.endsWith(reason.detail)) return ''
	return lines === 1 ? reason.detail : english.last(reason.detail)
}

function timesOf({ first, last }: { first: string; last: string }): string {
	if (first === '') return ''
	return first === last ? `at ${first}` : english.fromTo(first, last)
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
	return hidden === 0 ? [] : beside('           ', english.andMoreWhichJsonHas(hidden, what), columns)
}

function cut(text: string, columns: number): string {
	return text.length <= columns ? text : `${text.slice(0, columns - 3).replace(/[\ud800-\udbff]$/, '')}...`
}
