import type { PrintkLine } from '../../../kernel/dyndbg/dyndbg-line.ts'
import { decoded } from '../../../reasons/printk/printk-sites.ts'
import { entryOf } from '../../../reasons/printk/printk-stories.ts'
import { placeOf, titleOf } from '../../log/told-messages.ts'
import { listOf, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { LogEntry, State } from '../../state/state.ts'

/** What a line of a call site says in one sentence: its numbers in words, otherwise as it was printed. */
export function printkSays(line: PrintkLine): string {
	const numbers = decoded(line.site, line.values)
	const says = numbers === '' ? line.text : numbers
	return line.sure ? says : `probably ${says}`
}

/** `entry 00000000e59a244b`: the address of its entry, hashed; '' where it names none. */
export function printkEntry(line: PrintkLine): string {
	const pointer = entryOf(line)
	return pointer === undefined ? '' : `entry ${pointer}`
}

/** What a filter looks at beside the text. */
const printkWords = (line: PrintkLine): string =>
	`${placeOf(line.site)} ${printkSays(line)} ${titleOf(line.site)} printk`

export type LogItem = { readonly kind: 'log'; readonly entry: LogEntry }

const remembered = new WeakMap<LogEntry, PaneRow<LogItem>>()

/** The ring as it is, newest last. */
export function logRows(state: State): PaneList<LogItem> {
	return listOf(state.log.entries.map(rowOf), state.panes.log)
}

function rowOf(entry: LogEntry): PaneRow<LogItem> {
	const known = remembered.get(entry)
	if (known !== undefined) return known
	const made: PaneRow<LogItem> = {
		key: String(entry.id),
		text: entry.lost > 0 ? `${entry.lost} lost` : entryWords(entry),
		item: { kind: 'log', entry },
	}
	remembered.set(entry, made)
	return made
}

/** What the filter looks at: the line, and what is said about it. */
export function entryWords({
	text,
	reason,
	neighbour,
	kind,
	printk,
	tap,
}: Pick<LogEntry, 'text' | 'reason'> &
	Partial<Pick<LogEntry, 'neighbour' | 'kind' | 'printk' | 'tap'>>): string {
	if (reason !== undefined) return `${text} ${reason.title} ${reason.verdict} ${reason.protocol} ${reason.id}`
	if (neighbour !== undefined) return `${text} ${neighbour.title} neighbour`
	if (printk !== undefined) return `${text} ${printkWords(printk)}`
	return kind === 'rule' ? `${text} rule${tap === undefined ? '' : ` tap ${tap}`}` : text
}

/** The rows of Log, and which of them is selected. */
export const logPane = paneOf('log', logRows)
