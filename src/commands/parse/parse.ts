import { once } from 'node:events'
import { createClock } from '../../host/clock.ts'
import { readLog, readLogBytes } from '../../host/log/log-file.ts'
import { createProgress, type Progress } from '../../host/tools/progress.ts'
import type { LogText } from '../../kernel/log/log-text.ts'
import type { Grouping } from '../../model/grouping.ts'
import * as english from '../../words/english/commands/parse.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { compact, percent } from '../../words/numbers.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { exitOf, failureLine } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'
import { withNames } from '../who/names.ts'
import { groupLines } from '../who/text.ts'
import { groupsJson, ParseGroups } from './grouped.ts'
import { parseJson } from './json.ts'
import { createLineReader, isAbout } from './reader.ts'
import { ParseSummary } from './summary.ts'
import { SummaryTaker } from './taker.ts'
import { headText, parseText } from './text.ts'

export type ParseOptions = {
	/** `-` or undefined for standard input. */
	readonly file: string | undefined
	readonly json: boolean
	/** Tell packets apart by this, and not by reason; and ask for the names of their addresses. */
	readonly by?: Grouping | undefined
	readonly names?: boolean
	/** Widest line of text; undefined for that of the terminal. */
	readonly columns?: number
}

/** `nothing`: read to its end, and nothing of packets or conntrack is in it. */
type Outcome = 'told' | 'nothing'

type Output = NodeJS.WritableStream & { readonly columns?: number; readonly isTTY?: boolean }

/**
 * Reads a log of any host and prints what its packet lines say: the groups, or one JSON object for each line; a record
 * that somebody has folded into several lines is one. 0 when everything was read; 1 when the groups are asked for and
 * there is none, as of a file that is no such log. Needs neither root nor Linux.
 */
export async function runParse(
	options: ParseOptions,
	out: Output = process.stdout,
	say: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
	progress: Progress = progressBeside(options, out),
): Promise<number> {
	const gone = new AbortController()
	// A reader that went away (head) wants no more; other trouble with the output is told at the end of the program.
	const leave = () => gone.abort()
	out.once('error', leave)
	const columns = options.columns ?? columnsOf(out)
	const { file = '-', by } = options
	const how: Reading = {
		signal: gone.signal,
		progress,
		onBytes: (read, all) =>
			progress.tell(
				all === undefined
					? english.parsedSoFar(`${compact(read)}B`)
					: english.parsedOf(percent(read, all), `${compact(all)}B`),
			),
	}
	const done =
		by === undefined
			? await (options.json ? printJson : printText)(file, out, columns, how)
			: await printGroups(file, out, { ...options, by, columns }, how)
	progress.end()
	out.off('error', leave)
	if (done.ok) return done.value === 'nothing' ? EXIT.usage : EXIT.ok
	say(failureLine(done.failure))
	return exitOf(done.failure)
}

type Reading = {
	readonly signal: AbortSignal
	readonly progress: Pick<Progress, 'end'>
	readonly onBytes: (read: number, all: number | undefined) => void
}

/** Where lines of JSON come on the same terminal, they say themselves how far it is. */
const progressBeside = ({ json, by }: ParseOptions, out: Output): Progress =>
	json && by === undefined && out.isTTY === true
		? createProgress(createClock(), { write: () => undefined })
		: createProgress(createClock())

async function printJson(
	file: string,
	out: Output,
	_columns: number,
	{ signal, onBytes }: Reading,
): Promise<Result<Outcome>> {
	const read = createLineReader()
	let count = 0
	let hasAnything = false
	const told = ({ text, cut }: LogText): string => {
		const line = read(text)
		count++
		hasAnything ||= isAbout(line)
		return `${parseJson(line, cut)}\n`
	}
	const done = await readLog(
		file,
		async (lines) => {
			const json = lines.map(told).join('')
			// What nobody takes must not pile up here.
			if (json !== '' && !out.write(json)) await once(out, 'drain', { signal }).catch(() => {})
		},
		signal,
		onBytes,
	)
	if (!done.ok) return done
	// Who wants no more has not heard whether there is anything.
	return ok(hasAnything || count === 0 || signal.aborted ? 'told' : 'nothing')
}

/** Text has the head of the log in front; JSON is one object. */
async function printGroups(
	file: string,
	out: Output,
	{ by, names, json, columns }: ParseOptions & { readonly by: Grouping; readonly columns: number },
	{ signal, progress, onBytes }: Reading,
): Promise<Result<Outcome>> {
	const read = createLineReader()
	const summary = new ParseSummary()
	const all = new ParseGroups(by)
	const take = (lines: readonly LogText[]) => {
		for (const { text, cut } of lines) {
			const line = read(text)
			summary.add(line, cut)
			all.add(line)
		}
	}
	const done = await readLog(file, take, signal, onBytes)
	if (!done.ok && summary.lines === 0) return fail(done.failure)
	const groups = names === true ? await withNames(all.groups()) : all.groups()
	const text = json
		? [groupsJson(groups)]
		: [...headText(summary, columns), '', ...groupLines(groups, columns)]
	progress.end()
	out.write(`${text.join('\n')}\n`)
	return done.ok ? ok(summary.hasAnything ? 'told' : 'nothing') : fail(done.failure)
}

async function printText(
	file: string,
	out: Output,
	columns: number,
	{ signal, progress, onBytes }: Reading,
): Promise<Result<Outcome>> {
	const taker = new SummaryTaker()
	const done = await readLogBytes(file, taker, signal, onBytes)
	const { summary } = taker
	if (!done.ok && summary.lines === 0) return fail(done.failure)
	progress.end()
	out.write(`${parseText(summary, columns).join('\n')}\n`)
	return done.ok ? ok(summary.hasAnything ? 'told' : 'nothing') : fail(done.failure)
}
