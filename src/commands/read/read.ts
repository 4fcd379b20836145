import { createClock } from '../../host/clock.ts'
import { createProgress } from '../../host/tools/progress.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import type { Grouping } from '../../model/grouping.ts'
import * as english from '../../words/english/commands/read.ts'
import { describe } from '../../words/failure.ts'
import { compact, counted } from '../../words/numbers.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { refused } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'
import { print, printJson, sayBeside } from '../common/output.ts'
import { groupsJson } from '../parse/grouped.ts'
import { withNames } from '../who/names.ts'
import { groupLines } from '../who/text.ts'
import { readAnswerOf } from './answer.ts'
import { gather } from './gather.ts'
import { readJson } from './json.ts'
import { readMarkdown } from './markdown.ts'
import { readText } from './text.ts'

export type ReadOptions = {
	/** Files, folders, archives; `-` for standard input. */
	readonly paths: readonly string[]
	readonly json: boolean
	/** The report as Markdown instead. */
	readonly report: boolean
	/** The packets of log lines by who they are of, behind the answer; with `json` instead of it. */
	readonly by?: Grouping | undefined
	readonly names?: boolean
}

/** Reads what was given as one case and tells what it comes to. 7 when causes were found, 1 when nothing was recognised. */
export async function runRead({ paths, json, report, by, names = false }: ReadOptions): Promise<number> {
	const clock = createClock()
	const progress = createProgress(clock)
	const gathered = await gather({
		paths,
		tools: createToolPath(),
		stdin: process.stdin,
		by,
		onProgress: (bytes, files) =>
			progress.tell(english.readSoFar(`${compact(bytes)}B`, counted(files, 'file'))),
	})
	progress.end()
	if (gathered.things.length === 0 && gathered.reports.length === 0) {
		for (const { name, failure } of gathered.refused) {
			const { detail, next } = describe(failure)
			sayBeside(`${name}: ${detail}${next === '' ? '' : `; ${next}`}`)
		}
		return refused({ kind: 'usage', message: english.nothingRecognised, next: english.giveOneOf })
	}
	const answer = readAnswerOf(gathered)
	const found = gathered.all.logs.groups()
	const groups = found !== undefined && names ? await withNames(found) : found
	if (json && groups !== undefined) print(groupsJson(groups))
	else if (json) printJson(readJson(answer))
	else if (report) print(readMarkdown(answer))
	else {
		const columns = columnsOf(process.stdout)
		print(readText(answer, columns))
		if (groups !== undefined) print(['', ...groupLines(groups, columns)].join('\n'))
	}
	const hasCauses = answer.causes.length > 0 || gathered.reports.some(({ causes }) => causes.length > 0)
	return hasCauses ? EXIT.causes : EXIT.ok
}
