import type { LogEntry, State } from '../state.ts'
import { listOf, type PaneList, type PaneRow } from './pane-list.ts'

export type LogItem = { readonly kind: 'log'; readonly entry: LogEntry }

const remembered = new WeakMap<LogEntry, PaneRow<LogItem>>()

/** The ring as it is, newest last. */
export function logRows(state: State): PaneList<LogItem> {
	return listOf(state.log.entries.map(rowOf), state.panes.log)
}

function rowOf(entry: LogEntry): PaneRow<LogItem> {
	const known = remembered.get(entry)
	if (known !== undefined) return known
	const { seq, at, lost, text, reason } = entry
	const made: PaneRow<LogItem> = {
		key: lost > 0 ? `gap ${seq} ${at}` : `${seq}`,
		text:
			lost > 0
				? `${lost} records lost`
				: reason === undefined
					? text
					: `${text} ${reason.title} ${reason.verdict}`,
		item: { kind: 'log', entry },
	}
	remembered.set(entry, made)
	return made
}
