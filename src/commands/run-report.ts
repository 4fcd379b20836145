import { grouped } from '../app/selectors/numbers.ts'
import { cut, fitted } from '../app/selectors/text.ts'
import { describe, type Failure } from '../failure.ts'
import type { CommandEnd } from '../host/command.ts'
import { visible } from '../kernel/visible.ts'
import { explain } from '../reasons/explain.ts'
import { beside, unbroken } from './paragraph.ts'
import type { RunChange, RunReason, RunReport } from './run-session.ts'
import { JSON_VERSION } from './status-json.ts'

export type Ran = {
	readonly command: readonly string[]
	readonly end: CommandEnd
	readonly seconds: number
}

export function runJson(report: RunReport, { command, end, seconds }: Ran) {
	const { undo, ...rest } = report
	return {
		v: JSON_VERSION,
		...rest,
		undo: undo === 0 ? 'clean' : undo === 3 ? 'conflict' : 'failed',
		command: { argv: command, exitCode: end.exitCode, signal: end.signal, error: end.error, seconds },
	}
}

/** Instead of the report when there is none: why. Nothing is in force then, or the guard is about to undo it. */
export function runFailureJson(failure: Failure, command: readonly string[]) {
	return {
		v: JSON_VERSION,
		failure: { kind: failure.kind, ...describe(failure) },
		command: { argv: command, exitCode: null, signal: null, error: null, seconds: 0 },
	}
}

/** Reasons whose meaning is printed: the rest is in the screen and in the JSON. */
const EXPLAINED = 3
const LONGEST_TABLE = 30
/** Cells of the columns before the reason, and what a flow of two IPv4 addresses and ports takes at most. */
const BEFORE_TITLE = 17
const LONGEST_FLOW = 43

/** The report as a table for stderr. */
export function runText(report: RunReport, ran: Ran, columns: number): string {
	const name = visible(ran.command[0] ?? '')
	const invalid = report.counters.invalid?.delta ?? 0
	const lines = [
		...beside(
			'ctscope: ',
			`${summary(report)} while ${name} ran (${ran.seconds.toFixed(1)} s, netns ${report.netns.name})`,
			columns,
		),
		...table(report.reasons, columns),
		...report.reasons.slice(0, EXPLAINED).flatMap((reason) => meaning(reason, columns)),
		`  counted: invalid +${grouped(invalid)}, error +${grouped(report.counters.error?.delta ?? 0)}; log: ${grouped(report.log.records)} records, ${grouped(report.log.lost)} lost`,
		...silent(report, columns),
		...changes(report, columns),
		...report.notes.flatMap((note) => beside('  note: ', note, columns)),
	]
	return lines.join('\n')
}

function summary({ reasons, counters }: RunReport): string {
	const lines = reasons.reduce((sum, { count }) => sum + count, 0)
	if (lines > 0)
		return `${grouped(lines)} ${lines === 1 ? 'line tells' : 'lines tell'} why packets were INVALID`
	const moved = (counters.invalid?.delta ?? 0) + (counters.error?.delta ?? 0)
	return moved > 0 ? 'packets were INVALID and the kernel gave no reason' : 'no INVALID packet'
}

function table(reasons: readonly RunReason[], columns: number): string[] {
	if (reasons.length === 0) return []
	const title = (reason: RunReason) =>
		reason.verdict === 'invalid' || reason.verdict === 'unknown'
			? reason.text
			: `${reason.text} (${reason.verdict === 'second-line' ? 'same packet' : reason.verdict})`
	const longest = (texts: readonly string[]) => Math.max(6, ...texts.map((text) => text.length))
	const flowWidth = Math.min(longest(reasons.map(({ flow }) => flow ?? '')), LONGEST_FLOW)
	const width = Math.min(longest(reasons.map(title)), Math.max(24, columns - BEFORE_TITLE - flowWidth - 2))
	const row = (count: string, protocol: string, text: string, flow: string) =>
		cut(`${count.padStart(7)}  ${fitted(protocol, 7)} ${fitted(text, width)}  ${flow}`, columns).trimEnd()
	const rows = reasons
		.slice(0, LONGEST_TABLE)
		.map((reason) => row(grouped(reason.count), reason.protocol, title(reason), visible(reason.flow ?? '')))
	const more =
		reasons.length > LONGEST_TABLE ? [`         and ${reasons.length - LONGEST_TABLE} more reasons`] : []
	return [row('COUNT', 'PROTO', 'REASON', 'MOST FREQUENT FLOW'), ...rows, ...more]
}

function meaning(reason: RunReason, columns: number): string[] {
	const found = explain(reason.id)
	if (found === undefined) return []
	const detail = reason.detail === '' ? '' : ` (last: ${reason.detail})`
	return beside('  ', `${reason.text}: ${found.meaning}${detail}`, columns)
}

/** The counters and the lines never match one to one; a large difference needs a word. */
function silent({ reasons, counters, log }: RunReport, columns: number): string[] {
	const told = reasons
		.filter(({ verdict }) => verdict === 'invalid' || verdict === 'unknown')
		.reduce((sum, { count }) => sum + count, 0)
	const counted = (counters.invalid?.delta ?? 0) + (counters.error?.delta ?? 0)
	const missing = counted - told
	if (missing <= 0) return []
	const why =
		log.lost > 0
			? 'some lines were lost, and some checks print none'
			: 'some checks print no line, and other protocols were not asked for'
	return beside('  ', `${grouped(missing)} of the counted packets have no line: ${why}`, columns)
}

function changes({ changes: list, undo }: RunReport, columns: number): string[] {
	if (list.length === 0) return []
	const values = list.map(({ knob, was, set, after }) =>
		unbroken(`${knob} ${was} -> ${set} -> ${after ?? 'unknown'}`),
	)
	const word = { 0: 'all put back', 3: 'SOMETHING WAS LEFT ALONE', 4: 'AN UNDO FAILED' }[undo]
	return [
		...beside('  settings: ', `${word}: ${values.join(', ')}`, columns),
		...list.flatMap((change) => left(change, columns)),
	]
}

function left(change: RunChange, columns: number): string[] {
	if (change.state === 'undone') return []
	return [
		...beside(`  ${visible(change.knob)}: `, change.note === '' ? change.state : change.note, columns),
		`    by hand: ${visible(change.byHand)}`,
	]
}
