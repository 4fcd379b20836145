import { actionOf, countedPackets } from '../../investigation/join/rule-rows.ts'
import { ruleWarnings } from '../../investigation/join/rule-warnings.ts'
import type { Composition } from '../../kernel/conntrack/conntrack-list.ts'
import * as english from '../../words/english/commands/read.ts'
import * as reports from '../../words/english/commands/reports/reports.ts'
import { stateNotShown } from '../../words/english/commands/rules.ts'
import { describe } from '../../words/failure.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import { causeText } from '../investigate/text.ts'
import { callSites } from '../parse/text.ts'
import type { ReadAnswer } from './answer.ts'
import type { ReadThing } from './gather.ts'
import { overviewOf } from './reports/hosts.ts'
import { reportsText } from './reports/text.ts'
import type { Story } from './story.ts'
import type { TextKind } from './texts.ts'

/** So many of each are printed; JSON has all. */
const THINGS = 20
const REASONS = 5
const RULES = 12
const PROTOCOLS = 5
const PREFIXES = 5

const amountText = (kind: TextKind, count: number): string => {
	const [one, many] = english.amounts[kind]
	return counted(count, one, many)
}

/** How much of what a file held: `1 204 log lines, 2 readings of conntrack -S`. */
export function amountsOf({ counts, capture }: Pick<ReadThing, 'counts' | 'capture'>): string {
	if (capture !== undefined) {
		const packets = counted(capture.packets, 'packet')
		const text =
			capture.told === 0 ? english.plainCapture(packets) : english.captured(packets, grouped(capture.told))
		return capture.unread === 0 ? text : `${text}, ${english.unknownLinks(grouped(capture.unread))}`
	}
	return (Object.entries(counts) as [TextKind, number][])
		.toSorted(([one], [other]) => Number(one === 'other') - Number(other === 'other'))
		.map(([kind, count]) => amountText(kind, count))
		.join(', ')
}

/** The answer in lines of at most `columns`, safe to print: reports of hosts first, each a case of its own. */
export function readText(answer: ReadAnswer, columns: number): string {
	if (answer.reports.length === 0) return caseOfFiles(answer, columns)
	const own =
		answer.things.length === 0
			? refusedText(answer, columns)
			: ['', reports.ofOneHost, caseOfFiles(answer, columns)]
	return [...reportsText(overviewOf(answer.reports), columns), ...own].join('\n')
}

/** Everything that is no report of a host, as one case. */
function caseOfFiles(answer: ReadAnswer, columns: number): string {
	const { causes, account, notChecked, stories, evidence } = answer
	const part = (head: string, text: string): string[] => beside(`  ${head}`, visible(text), columns)
	return [
		...beside('ctscope: ', headline(answer), columns),
		...thingsText(answer, columns),
		...causes.flatMap((cause, index) => causeText(cause, index + 1, columns)),
		...reasonsText(answer, columns),
		...callSites(answer.all.logs.summary, columns),
		...(account === null ? [] : part(english.accountHead, account.sentence)),
		...countersText(answer).flatMap((text) => part(english.countersHead, text)),
		...rulesText(answer).flatMap((text, index) =>
			part(index === 0 ? english.rulesHead : ' '.repeat(english.rulesHead.length), text),
		),
		// What was not understood is told among what was not checked.
		...(evidence.rules?.warnings ?? [])
			.filter((text) => !notChecked.includes(text))
			.flatMap((text) => part('! ', text)),
		...tableText(answer).flatMap((text) => part(english.tableHead, text)),
		...eventsText(answer).flatMap((text) => part(english.eventsHead, text)),
		...stories.flatMap((story) => storyText(story, columns)),
		...part(english.notCheckedHead, notChecked.join('; ')),
	]
		.map((line) => visible(line))
		.join('\n')
}

function headline({ causes, things, lines }: ReadAnswer): string {
	const files = counted(things.length, 'file')
	const told = counted(lines, 'line')
	return causes.length === 0
		? english.noCause(told, files)
		: english.headline(counted(causes.length, 'cause'), told, files)
}

function thingsText(answer: ReadAnswer, columns: number): string[] {
	const { things, ordinary, all } = answer
	const more = things.length - THINGS
	return [
		...things
			.slice(0, THINGS)
			.flatMap((one) => beside(`  ${english.readHead}`, visible(`${one.name}: ${amountsOf(one)}`), columns)),
		...(more > 0 ? beside(`  ${english.readHead}`, english.moreThings(counted(more, 'file')), columns) : []),
		...(ordinary > 0
			? beside(`  ${english.readHead}`, english.andOrdinary(counted(ordinary, 'file')), columns)
			: []),
		...(all.logs.doubled > 0
			? beside(`  ${english.readHead}`, english.doubledLines(counted(all.logs.doubled, 'line')), columns)
			: []),
		...refusedText(answer, columns),
	]
}

function refusedText({ refused, moreRefused }: ReadAnswer, columns: number): string[] {
	return [
		...refused.slice(0, THINGS).flatMap(({ name, failure }) => {
			const { detail, next } = describe(failure)
			return beside(
				`  ${english.notReadHead}`,
				visible(`${name}: ${detail}${next === '' ? '' : `; ${next}`}`),
				columns,
			)
		}),
		...(refused.length + moreRefused > THINGS
			? beside(
					`  ${english.notReadHead}`,
					english.moreThings(counted(refused.length + moreRefused - THINGS, 'thing')),
					columns,
				)
			: []),
	]
}

/** Reasons that the kernel tells, and what lines of rules suggest. */
function reasonsText({ reasons, all }: ReadAnswer, columns: number): string[] {
	const rules = [...all.logs.summary.rules.values()].toSorted((one, other) => other.count - one.count)
	return [
		...reasons
			.slice(0, REASONS)
			.flatMap(({ reason, count, flows: [first] }) =>
				beside(
					`  ${english.reasonHead}`,
					visible(
						english.reasonIs(
							grouped(count),
							reason.protocol,
							`${reason.title}${reason.verdict === 'invalid' ? '' : ` (${reason.verdict})`}`,
							first === undefined ? '' : `, ${first.flow}`,
						),
					),
					columns,
				),
			),
		...[...all.logs.summary.neighbours.values()].flatMap(({ title, count }) =>
			beside(`  ${english.kernelHead}`, visible(`${grouped(count)} ${title}`), columns),
		),
		...rules.slice(0, PREFIXES).flatMap(({ name, count, suggested }) => {
			const [says] = suggested?.top(1)[0] ?? []
			return beside(
				`  ${english.suggests}`,
				visible(
					`${grouped(count)} ${JSON.stringify(name)}${says === undefined || says === '' ? '' : `: ${says}`}`,
				),
				columns,
			)
		}),
	]
}

const moved = (counts: Readonly<Record<string, number>>): string =>
	Object.entries(counts)
		.filter(([, count]) => count !== 0)
		.map(([name, count]) => `${name} ${grouped(count)}`)
		.join(', ')

export function countersText({ counters }: ReadAnswer): readonly string[] {
	if (counters === undefined) return []
	const { rises, period } = counters
	if (rises === null) return [english.totalsOnly(moved(counters.totals))]
	const time =
		period === undefined ? '' : english.inSeconds(grouped(Math.round((period.to - period.from) / 1000)))
	return [english.risen(moved(rises) || english.nothingRose, time)]
}

/** Rules that act on INVALID, in the order in which a packet meets them. */
export function rulesText({ state }: ReadAnswer): readonly string[] {
	const value = state.rules.value
	if (value === undefined) return []
	const rows = value.rows.filter(({ isInvalid, mayBeInvalid }) => isInvalid || mayBeInvalid)
	if (rows.length === 0)
		return ruleWarnings(value.backends, value.ruleset, value.failures).length > 0 ? [] : [english.noneKnown]
	return [
		...rows.slice(0, RULES).map(({ rule, hook, path, counter, owner, mayBeInvalid }) => {
			const count = counter === null ? '' : `, ${countedPackets(counter)}`
			const whose = owner === null ? '' : ` (${owner})`
			const asks = mayBeInvalid ? ` (${stateNotShown})` : ''
			return `${hook} ${rule.family} ${rule.table} ${path.join(' > ')} ${rule.number}: ${actionOf(rule)}${count}${whose}${asks}: ${rule.text}`
		}),
		...(rows.length > RULES ? [english.moreThings(counted(rows.length - RULES, 'rule'))] : []),
	]
}

export function tableText({ table }: ReadAnswer): readonly string[] {
	if (table === undefined) return []
	const sum = (of: (one: Composition) => number): number => of(table.ipv4) + of(table.ipv6)
	const protocols: Record<string, number> = {}
	for (const { byProtocol } of [table.ipv4, table.ipv6])
		for (const [name, count] of Object.entries(byProtocol)) protocols[name] = (protocols[name] ?? 0) + count
	const list = Object.entries(protocols)
		.toSorted(([, one], [, other]) => other - one)
		.slice(0, PROTOCOLS)
		.map(([name, count]) => `${name} ${grouped(count)}`)
		.join(', ')
	return [
		english.tableIs(
			counted(
				sum(({ entries }) => entries),
				english.amounts.entry[0],
				english.amounts.entry[1],
			),
			grouped(sum(({ unreplied }) => unreplied)),
			grouped(sum(({ assured }) => assured)),
			list,
		),
	]
}

const eventsText = ({ all: { events } }: ReadAnswer): readonly string[] =>
	events.NEW + events.UPDATE + events.DESTROY === 0
		? []
		: [english.eventsAre(grouped(events.NEW), grouped(events.UPDATE), grouped(events.DESTROY))]

function storyText({ flow, steps, decision }: Story, columns: number): string[] {
	return [
		...beside(`  ${english.traceHead}`, visible(flow), columns),
		...steps.flatMap((line) => {
			const text = visible(line)
			const indent = text.length - text.trimStart().length
			return text.startsWith(' ')
				? beside(`    ${' '.repeat(indent)}`, text.trimStart(), columns)
				: beside('    ', text, columns)
		}),
		...beside('     ', visible(`${english.decidedBy}${decision}`), columns),
	]
}
