import { bannerText } from '../app/frame/banner.ts'
import { tableFillOf } from '../app/log/table.ts'
import type { State } from '../app/state/state.ts'
import { type Fullness, isPressed, type TableFill } from '../investigation/table/fill.ts'
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
	/** The worst that was said of the table since there was room in it; undefined while there is. */
	readonly fullness: Fullness | undefined
}

export const NOTHING_SAID: Said = {
	notice: undefined,
	dialog: undefined,
	isRising: undefined,
	fullness: undefined,
}

/** So long without one: then it has stopped. Shorter rests are usual in slow traffic. */
const STILL_SECONDS = 30

/**
 * What has to be said without being asked: that something was written or undone, a question that opened by itself
 * (what a dead session left, a flood), that the table is full, and that INVALID begins to rise or stops. `busy`: a typed line is being obeyed,
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
	const fullness = fullnessToSay(tableFillOf(state), said.fullness)
	const isNew = dialog !== undefined && dialog !== said.dialog
	return {
		lines: [
			...(notice === undefined || notice === said.notice ? [] : [notice]),
			...(said.isRising === undefined || isRising === said.isRising
				? []
				: [change(state, isRising === true)]),
			...(fullness === said.fullness ? [] : [`${bannerText(state) ?? english.thereIsRoomAgain}.`]),
			...(isNew ? [...dialogText(state), `${promptWords(state)}.`] : []),
		],
		said: { notice, dialog, isRising, fullness },
	}
}

const WORST_FIRST: readonly Fullness[] = ['dropping', 'evicting', 'full', 'nearly-full']
/** A table that is as full as this has no room again only because some entries ended. */
const STILL_FULL = 0.9

/** What is worse than what was said, and that there is room again: not each change to and fro. */
function fullnessToSay(fill: TableFill | undefined, said: Fullness | undefined): Fullness | undefined {
	if (fill === undefined) return said
	const { fullness, count, max } = fill
	if (!isPressed(fill)) return count >= (max ?? Number.POSITIVE_INFINITY) * STILL_FULL ? said : undefined
	if (said === undefined) return fullness
	return WORST_FIRST.indexOf(fullness) < WORST_FIRST.indexOf(said) ? fullness : said
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
