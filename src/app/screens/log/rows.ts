import { flowFromLine } from '../../../investigation/join/flow-words.ts'
import type { FlowQuery } from '../../../kernel/conntrack/flow-facts.ts'
import * as english from '../../../words/english/app/log.ts'
import { listOf, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { LogEntry, State } from '../../state/state.ts'
import { printkWords } from '../parts/printed.ts'

export type LogItem = { readonly kind: 'log'; readonly entry: LogEntry }

const remembered = new WeakMap<LogEntry, PaneRow<LogItem>>()

/** The ring as it is, newest last. */
function logRows(state: State): PaneList<LogItem> {
	return listOf(state.log.entries.map(rowOf), state.panes.log)
}

function rowOf(entry: LogEntry): PaneRow<LogItem> {
	const known = remembered.get(entry)
	if (known !== undefined) return known
	const made: PaneRow<LogItem> = {
		key: String(entry.id),
		text: entry.lost > 0 ? english.lost2(entry.lost) : entryWords(entry),
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
	if (neighbour !== undefined) return english.neighbour(text, neighbour.title)
	if (printk !== undefined) return `${text} ${printkWords(printk)}`
	return kind === 'rule' ? english.rule(text, tap === undefined ? '' : english.tap2(tap)) : text
}

/** The rows of Log, and which of them is selected. */
export const logPane = paneOf('log', logRows)

/** The flow of the packet line whose details are open. Without a chosen row the newest line is meant, which is another one all the time. */
export function logFlow(state: State): FlowQuery | undefined {
	const { detail, selectedKey } = state.panes.log
	if (!detail || selectedKey === undefined) return undefined
	const { rows, selected } = logPane(state)
	const entry = rows[selected]?.item.entry
	return entry === undefined || entry.lost > 0 ? undefined : flowFromLine(entry.text)
}
