import type { Named } from '../../app/log/named.ts'
import { explain } from '../../reasons/explain/explain.ts'
import { VERDICTS } from '../../reasons/shape/verdicts.ts'
import * as english from '../../words/english/commands/run.ts'
import { countTwice } from '../../words/english/investigation/accounting.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { cut, fitted } from '../../words/text.ts'
import { visible } from '../../words/visible.ts'
import { changesText } from '../common/done-changes.ts'
import { printedLines } from '../printk/lines.ts'
import { groupLines } from '../who/text.ts'
import { expectedText, type Judged } from './expect.ts'
import type { Ran } from './json.ts'
import { packetLines } from './packets.ts'
import { floodInWords, type RunReason, type RunReport } from './types.ts'

/** Reasons whose meaning is printed: the rest is in the screen and in the JSON. */
const EXPLAINED = 3
const LONGEST_TABLE = 30
/** Cells of the columns before the reason, and what a flow of two IPv4 addresses and ports takes at most. */
const BEFORE_TITLE = 17
const LONGEST_FLOW = 43

/** What was asked for beside the report. */
type Shown = { readonly packets: boolean; readonly judged: readonly Judged[] }

const NOTHING_MORE: Shown = { packets: false, judged: [] }

/** The report as a table for stderr. */
export function runText(report: RunReport, ran: Ran, columns: number, shown: Shown = NOTHING_MORE): string {
	const name = visible(ran.command[0] ?? '')
	const lines = [
		...beside(
			'ctscope: ',
			english.whileRanSNetns(summary(report), name, ran.seconds.toFixed(1), report.netns.name),
			columns,
		),
		...(report.flood === null ? [] : beside('  ', `${floodInWords(report.flood)}.`, columns)),
		...table(report, columns),
		...report.reasons.slice(0, EXPLAINED).flatMap((reason) => meaning(reason, columns)),
		...report.named.slice(0, EXPLAINED).flatMap((one) => nameWords(one, columns)),
		...whatNext(report, columns),
		...accounts(report, columns),
		...obituaries(report, columns),
		...elsewhere(report, columns),
		...silent(report, columns),
		...printed(report, columns),
		...beside('  source: ', report.source.why, columns),
		...captured(report, columns),
		...changesText(report, columns),
		...report.trouble.flatMap((one) => beside(english.notWritten, one, columns)),
		...report.missed.flatMap((one) => beside(english.notRead, one, columns)),
		...report.notes.flatMap((note) => beside('  note: ', note, columns)),
		...(shown.packets ? [`  ${english.packetsHead}`, ...packetLines(report.packets)] : []),
		...(report.groups === undefined ? [] : groupLines(report.groups, columns).map((one) => `  ${one}`)),
		...shown.judged.flatMap((one) => beside(english.expectedHead, expectedText(one), columns)),
	]
	return lines.join('\n')
}

function summary({ reasons, accounting }: RunReport): string {
	const { counted: all, explained, named } = accounting
	const packets = counted(all, english.invalidPacket)
	if (all > 0 && named > 0) return english.withAReasonAndNamed(packets, grouped(explained), grouped(named))
	if (all > 0 && explained === 0) return english.noneWithAReason(packets)
	if (all > 0) return english.withAReason(packets, explained === all ? 'each' : grouped(explained))
	return reasons.length === 0 ? english.noInvalidPacket : english.noInvalidPacketButThe
}

type TableRow = Pick<RunReason, 'count' | 'protocol' | 'flow'> & { readonly title: string }

function table(report: Pick<RunReport, 'reasons' | 'named'>, columns: number): string[] {
	const reasons = report.reasons.map((reason): TableRow => ({ ...reason, title: titleOf(reason) }))
	const named = report.named.map((one): TableRow => ({ ...one, title: english.silentPacket(one.text) }))
	if (reasons.length + named.length === 0) return []
	const all = [...reasons, ...named]
	const longest = (texts: readonly string[]) => Math.max(6, ...texts.map((text) => text.length))
	const flowWidth = Math.min(longest(all.map(({ flow }) => flow ?? '')), LONGEST_FLOW)
	const titles = longest(all.map(({ title }) => title))
	const width = Math.min(titles, Math.max(24, columns - BEFORE_TITLE - flowWidth - 2))
	const row = (count: string, protocol: string, text: string, flow: string) =>
		cut(`${count.padStart(7)}  ${fitted(protocol, 7)} ${fitted(text, width)}  ${flow}`, columns).trimEnd()
	const rows = (some: readonly TableRow[]) =>
		some.map(({ count, protocol, title, flow }) => row(grouped(count), protocol, title, visible(flow ?? '')))
	const more = reasons.length > LONGEST_TABLE ? [english.andMoreReasons(reasons.length - LONGEST_TABLE)] : []
	return [
		row('COUNT', 'PROTO', 'REASON', english.mostFrequentFlow),
		...rows(reasons.slice(0, LONGEST_TABLE)),
		...more,
		...rows(named),
	]
}

const titleOf = ({ verdict, text }: RunReason): string =>
	verdict === 'invalid' || verdict === 'unknown' ? text : `${text} (${VERDICTS[verdict].short})`

const nameWords = ({ text, id, confidence, because }: Named, columns: number): string[] =>
	beside('  ', english.silentBecause(text, id, confidence, because), columns)

function meaning(reason: RunReason, columns: number): string[] {
	const found = explain(reason.id)
	if (found === undefined) return []
	const detail = reason.detail === '' ? '' : ` (last: ${reason.detail})`
	return [
		...beside('  ', `${reason.text} (${reason.id}): ${found.meaning}${detail}`, columns),
		...(reason.ledger?.says ?? []).flatMap((one) =>
			beside('    ', `${reason.ledger?.flow}: ${one}`, columns),
		),
	]
}

/** Causes and what to look at next would be long; one command away is near enough. */
function whatNext({ reasons, accounting }: RunReport, columns: number): string[] {
	const first = reasons.find(({ id }) => explain(id) !== undefined)
	if (first !== undefined) return beside('  next: ', english.ctscopeExplainCausesAndWhat(first.id), columns)
	return accounting.silent > 0 ? beside('  next: ', english.ctscopeTapShowsThem, columns) : []
}

/** What rises where something is wrong; `found`, `insert` and the like rise on any host (conntrack -S). */
const TROUBLE = [
	...['invalid', 'error', 'drop', 'early_drop', 'insert_failed'],
	...['clash_resolve', 'search_restart', 'chaintoolong'],
]

/** What was counted against what was told, and where it was read. */
function accounts({ accounting, counters, log, source }: RunReport, columns: number): string[] {
	const { records, lost, nflog, probes, copies } = log
	const moved = TROUBLE.flatMap((name) => {
		const delta = counters[name]?.delta ?? 0
		return delta === 0 ? [] : [`${name} +${grouped(delta)}`]
	})
	const read = [
		...(nflog === null ? [] : [english.packetsFromNflogLost(grouped(nflog.packets), grouped(nflog.lost))]),
		...(probes === null
			? []
			: [english.packetsFromProbesLost(grouped(probes.packets), grouped(probes.lost))]),
		...(source.used !== 'kmsg' && lost === 0
			? []
			: [english.recordsOfTheKernelLog(grouped(records), grouped(lost))]),
		...(copies === null || copies === 0 ? [] : [english.ofThemCopies(counted(copies, 'copy', 'copies'))]),
	]
	return [
		...beside('  ', accounting.sentence, columns),
		...(accounting.aside.again === 0
			? []
			: beside('  ', countTwice(counted(accounting.aside.again, 'packet')), columns)),
		...beside('  counters: ', moved.length === 0 ? english.noneOfThemMoved : moved.join(', '), columns),
		...beside('  read: ', read.join('; '), columns),
	]
}

const OBITUARIES_SHOWN = 5

/** Who ended the entries of packets that came without one. */
const obituaries = ({ obituaries: all }: Pick<RunReport, 'obituaries'>, columns: number): string[] =>
	all
		.slice(0, OBITUARIES_SHOWN)
		.flatMap(({ flow, packets, sentence }) =>
			beside('  ', `${visible(flow)} (${counted(packets, 'packet')}): ${sentence}`, columns),
		)

/** What probes have told of other network namespaces. */
function elsewhere(report: RunReport, columns: number): string[] {
	return report.elsewhere.flatMap(({ netns, isNew, reasons, named, obituaries: ends, silent: packets }) => [
		...beside('  ', (isNew === true ? english.inNewNetns : english.inNetns)(visible(netns.name)), columns),
		...table({ reasons, named }, columns),
		...obituaries({ obituaries: ends }, columns),
		...(packets === 0 ? [] : beside('    ', english.withoutAReason(counted(packets, 'packet')), columns)),
	])
}

/** The ways of a packet without a line that are printed in full; of the others the names. */
const SILENT_SHOWN = 3

function silent({ silent: paths, accounting }: RunReport, columns: number): string[] {
	if (paths.length === 0) return []
	const count = counted(accounting.silent, 'packet')
	const hidden = paths.slice(SILENT_SHOWN)
	const { unexplained } = accounting
	// Each way moves one counter; where both moved, no way is behind all of the packets.
	const both = unexplained.invalid > 0 && unexplained.error > 0
	const most = (counter: 'invalid' | 'error') => (both ? english.upTo(grouped(unexplained[counter])) : '')
	return [
		...beside('  without a reason: ', english.thatCanBeLikelyOnes(count), columns),
		...paths
			.slice(0, SILENT_SHOWN)
			.flatMap(({ title, counter, standing, because, tellApart }) => [
				...beside('    - ', english.text(most(counter), title, standing, because), columns),
				...(tellApart === '' ? [] : beside(english.toTell, tellApart, columns)),
			]),
		...(hidden.length === 0
			? []
			: beside('    - ', english.orLessLikely(hidden.map(({ title }) => title).join('; ')), columns)),
	]
}

function printed({ printk }: RunReport, columns: number): string[] {
	return printk.length === 0
		? []
		: [...beside('  printk: ', english.linesOfCallSitesNone, columns), ...printedLines(printk, columns)]
}

function captured({ capture }: RunReport, columns: number): string[] {
	if (capture === null) return []
	const { packets, bytes, path } = capture
	const count = counted(packets, 'packet')
	return beside('  capture: ', english.bytesIn(count, grouped(bytes), path), columns)
}
