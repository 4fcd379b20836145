import type { TopicName } from '../../words/english/help/command.ts'
import { TOPICS } from '../../words/english/help/topics.ts'

/** Puts a text beside a head, no wider than the terminal. Handed over: the command line has it already. */
type Beside = (head: string, text: string) => readonly string[]

/** Wider terms stand on a line of their own. */
const WIDEST_TERM = 12

/** A topic as paragraphs and rows. */
export function textOf(topic: TopicName, beside: Beside): string {
	return TOPICS[topic].parts
		.flatMap((part) => ['', ...(typeof part === 'string' ? beside('', part) : rows(part, beside))])
		.slice(1)
		.join('\n')
}

function rows(part: readonly (readonly [string, string])[], beside: Beside): string[] {
	const longest = Math.max(...part.map(([term]) => term.length))
	const indent = 2 + Math.min(longest, WIDEST_TERM) + 2
	return part.flatMap(([term, text]) =>
		longest <= WIDEST_TERM
			? beside(`  ${term}`.padEnd(indent), text)
			: [`  ${term}`, ...beside('      ', text)],
	)
}
