import type { State } from '../app/state/state.ts'
import * as english from '../words/english/plain/plain.ts'
import { rate } from '../words/numbers.ts'
import { dialogText } from './text.ts'
import { promptWords } from './words.ts'

/** What was said already, so that nothing is said twice. */
export type Said = {
	readonly notice: string | undefined
	readonly dialog: State['dialog']
	/** Undefined until the counters were read for a while. */
	readonly isRising: boolean | undefined
}

export const NOTHING_SAID: Said = { notice: undefined, dialog: undefined, isRising: undefined }

/** So long without one: then it has stopped. Shorter rests are usual in slow traffic. */
const STILL_SECONDS = 30

/**
 * What has to be said without being asked: that something was written or undone, a question that opened by itself
 * (what a dead session left, a flood), and that INVALID begins to rise or stops. `busy`: a typed line is being obeyed,
 * and its question comes with its answer.
 */
export function unasked(
	state: State,
	said: Said,
	busy: boolean,
): { readonly lines: readonly string[]; readonly said: Said } {
	const notice = state.notice?.text
	const isRising = rising(state) ?? said.isRising
	const dialog = busy && state.dialog !== undefined ? said.dialog : state.dialog
	const isNew = dialog !== undefined && dialog !== said.dialog
	return {
		lines: [
			...(notice === undefined || notice === said.notice ? [] : [notice]),
			...(said.isRising === undefined || isRising === said.isRising
				? []
				: [change(state, isRising === true)]),
			...(isNew ? [...dialogText(state), `${promptWords(state)}.`] : []),
		],
		said: { notice, dialog, isRising },
	}
}

/** Undefined where it is neither: it has stopped only a moment ago. */
function rising({ counters: { value } }: State): boolean | undefined {
	if (value === undefined) return undefined
	if ((value.rates.invalid ?? 0) > 0) return true
	return value.invalidHistory.slice(-STILL_SECONDS).some((count) => count > 0) ? undefined : false
}

const change = ({ counters: { value } }: State, isRising: boolean): string =>
	isRising
		? english.invalidHasBegunToRise(rate(value?.rates.invalid ?? 0))
		: english.invalidHasStoppedRisingNone(STILL_SECONDS)
