import { fillBanner } from '../../investigation/table/fill-words.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { flooded, type Line } from '../../words/line.ts'
import { breadcrumb } from '../commands/levels.ts'
import { tableFillOf } from '../log/table.ts'
import type { State } from '../state/state.ts'
import { rule } from './footer.ts'

/** What users of the host suffer at this moment, whatever screen is open; undefined when there is nothing of the kind. */
export const bannerText = (state: State): string | undefined => fillBanner(tableFillOf(state))

/** The banner over exactly `columns`: one that tells of losses fills its line. Undefined when there is none. */
export function bannerLine(state: State, columns: number): Line | undefined {
	const text = fillBanner(tableFillOf(state), columns < 60)
	if (text === undefined) return undefined
	const glyphs = glyphsOf(state.modes)
	const isLoss = tableFillOf(state)?.fullness === 'dropping'
	return isLoss ? flooded(` ${text}`, 'alarm', columns, glyphs.ellipsis) : rule(columns, glyphs, text, 'bad')
}

/** The banner where there is one, else a rule with where one is below the screen, and where esc leads. */
export const bannerRule = (state: State, columns: number): Line =>
	bannerLine(state, columns) ?? rule(columns, glyphsOf(state.modes), crumbsNow(state), 'dim')

/** A dialog and a line of text have their own way back. */
const crumbsNow = (state: State): string | undefined =>
	state.dialog === undefined && !state.filtering ? breadcrumb(state) : undefined
