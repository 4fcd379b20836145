import * as english from '../../words/english/commands/explain.ts'
import { beside, columnsOf } from '../../words/paragraph.ts'
import { EXIT } from '../common/options.ts'
import { type Answer, answerOf } from './answer.ts'
import { explainJson, listJson } from './json.ts'
import { explainText, listText } from './text.ts'

export type ExplainOptions = {
	/** An id, a line of a log, the text of a reason, or words about one. */
	readonly what: string | undefined
	readonly list: boolean
	readonly json: boolean
	/** Widest line; undefined for that of the terminal. */
	readonly columns?: number
}

type Output = { readonly columns?: number; write(text: string): unknown }

/** Longer than any line of a log: the rest would be searched for nothing. */
const LONGEST = 16_384

const NOT_ASKED = english.giveALineOfThe

/** Explains one reason, or lists all. 1 when nothing was asked or found. Needs neither root nor Linux. */
export async function runExplain(options: ExplainOptions, out: Output = process.stdout): Promise<number> {
	const columns = options.columns ?? columnsOf(out)
	const print = (lines: readonly string[]) => out.write(`${lines.join('\n')}\n`)
	const printJson = (data: unknown) => out.write(`${JSON.stringify(data, null, 2)}\n`)
	if (options.list) {
		if (options.json) printJson(listJson())
		else print(listText(columns))
		return EXIT.ok
	}
	const what = (options.what ?? '').slice(0, LONGEST)
	const answer: Answer = what.trim() === '' ? { kind: 'nothing', nearest: [] } : answerOf(what)
	if (options.json) printJson(explainJson(what, answer))
	else if (what.trim() === '') print(beside('', NOT_ASKED, columns))
	else print(explainText(what, answer, columns))
	return isFound(answer) ? EXIT.ok : EXIT.usage
}

/** Words that only sound like a reason are no answer to a script, but a list is one to a person. */
function isFound(answer: Answer): boolean {
	const { kind } = answer
	// Whether the packet of a rule's line is INVALID at all is known where the rule says so.
	if (kind === 'rule') return answer.saysInvalid
	return (
		kind === 'term' || kind === 'reason' || kind === 'several' || kind === 'silent' || kind === 'neighbour'
	)
}
