import { ratesBetween } from '../../investigation/netns-words.ts'
import type { NetnsReading } from '../../model/namespaces.ts'
import * as english from '../../words/english/app/changing.ts'
import { ok, type Result } from '../../words/failure.ts'
import { readingOf } from '../state/readings.ts'
import type { State } from '../state/state.ts'
import { risingElsewhere } from './netns-choice.ts'

/** What each namespace counts, and how fast since the reading before. */
export function namespacesRead(state: State, result: Result<NetnsReading>): State {
	if (!result.ok) return { ...state, namespaces: readingOf(state.namespaces, result) }
	const before = state.namespaces.value
	const seconds = before === undefined ? 0 : (result.value.at - before.at) / 1000
	const rates =
		before === undefined ? new Map<number, number>() : ratesBetween(before.rows, result.value.rows, seconds)
	const withReading = (isSaid: boolean): State => ({
		...state,
		namespaces: readingOf(state.namespaces, ok({ ...result.value, rates, isSaid })),
	})
	const [first] = risingElsewhere(withReading(false))
	// Said once, when it begins: the answer of the first step says it as long as it is so.
	if (first === undefined) return withReading(false)
	if (before?.isSaid === true) return withReading(true)
	const text = english.nothingIsInvalidHereBut(first.name)
	return { ...withReading(true), notice: { text, tone: 'bad', at: state.now } }
}

export function namespacesMoved(state: State, by: number): State {
	const open = state.dialog
	if (open?.dialog.kind !== 'namespaces') return state
	const last = (state.namespaces.value?.rows.length ?? 1) - 1
	const selected = Math.max(0, Math.min(open.dialog.selected + by, last))
	return { ...state, dialog: { ...open, dialog: { kind: 'namespaces', selected } } }
}
