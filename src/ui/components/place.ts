import { dialogReach } from '../../app/dialogs/dialog.ts'
import { bannerLine } from '../../app/frame/banner.ts'
import { filterRule, noticeRule, rule, toldNow } from '../../app/frame/footer.ts'
import { detailTop, isReading, openPane, openScreen } from '../../app/screens/screens.ts'
import { keyOf } from '../../app/state/bindings.ts'
import { topRow } from '../../app/state/pane-list.ts'
import type { Reach, State } from '../../app/state/state.ts'
import * as english from '../../words/english/app/frame.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { EMPTY, type Line, lineWidth, span } from '../../words/line.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { bodyOf, pageRows } from './body.ts'
import { layoutFor } from './layout.ts'

/** How far the panes of the screen scroll, and the open dialog. */
export function reachOf(state: State): Reach {
	const { detail, text } = bodyOf(state)
	const { columns, body } = layoutFor(state)
	return {
		detail: { shown: Math.max(1, detail.height * detail.parts), all: text.length },
		dialog: state.dialog === undefined ? state.reach.dialog : dialogReach(state, columns, body),
	}
}

/** First line of the detail that is drawn. */
function firstLine(state: State): number {
	const { shown, all } = reachOf(state).detail
	return Math.max(0, Math.min(detailTop(state), all - shown))
}

/** One of the columns of text of the detail. */
export function detailPart(state: State, part: number): readonly Line[] {
	const { text, detail } = bodyOf(state)
	const from = firstLine(state) + part * detail.height
	return text.slice(from, from + detail.height)
}

const around = (above: number, below: number, name: (count: number) => string): string =>
	[
		above > 0 ? english.rowsAbove(below > 0 ? grouped(above) : name(above)) : '',
		below > 0 ? english.rowsBelow(name(below)) : '',
	]
		.filter((part) => part !== '')
		.join(', ')

/** `3 above, 12 rows below`; empty where all rows are in view. */
function listPlace(state: State): string {
	const { list } = bodyOf(state)
	const { rows, selected } = openPane(state)
	if (list.height === 0 || state.screen === 'steps') return ''
	const height = pageRows(state)
	const top = topRow(state.panes[state.screen].top, selected, height, rows.length)
	return around(top, rows.length - top - height, (count) => counted(count, 'row'))
}

/** How much of the detail is above and below; with the mark in front where it has the focus. */
function detailPlace(state: State): string {
	const { shown, all } = reachOf(state).detail
	const { detail } = bodyOf(state)
	const { focus } = state.panes[state.screen]
	const first = firstLine(state)
	const lines =
		detail.height === 0 ? '' : around(first, all - first - shown, (count) => counted(count, 'line'))
	if (focus === 'detail')
		return `${glyphsOf(state.modes).mark} ${lines === '' ? english.inTheDetails : lines}`
	if (lines === '' || isReading(state)) return lines
	return english.readOn(lines, keyOf('focus'))
}

/** The rule below the list, with how much of the list is not in view. */
export const noteRule = (state: State, width: number): readonly Line[] =>
	filterRule(state, width, openScreen(state).note?.(state), listPlace(state))

/** The rule below the body: what just happened, else where the panes above it stand. */
export function lowerEdge(state: State, width: number): readonly Line[] {
	if (state.dialog !== undefined) return noticeRule(state, width)
	const { form, list } = bodyOf(state)
	const isBeside = form === 'side' || form === 'steps'
	const at = form === 'watch' ? '' : detailPlace(state)
	const told = noticeRule(state, width, { at })
	if (!isBeside || toldNow(state) !== undefined) return told
	const [left = EMPTY] = noteRule(state, list.width)
	const [right = EMPTY] = noticeRule(state, width - list.width - 1, { at })
	return [[...left, span(glyphsOf(state.modes).foot, 'dim'), ...right]]
}

/** In one column the banner goes first; else it is the same, with the list, which has no other rule. */
export function columnEdge(state: State, width: number): readonly Line[] {
	const banner = bannerLine(state, width)
	if (banner !== undefined) return [banner]
	if (state.dialog !== undefined) return [rule(width, glyphsOf(state.modes))]
	const { detail, list } = bodyOf(state)
	const at =
		detail.height === 0 || list.height === 0 ? [listPlace(state), detailPlace(state)] : [detailPlace(state)]
	return filterRuleOf(state, width, at.filter((part) => part !== '').join(', '))
}

const filterRuleOf = (state: State, width: number, at: string): readonly Line[] => {
	const glyphs = glyphsOf(state.modes)
	if (at === '' || lineWidth([span(at)]) + 5 > width) return [rule(width, glyphs)]
	const room = width - lineWidth([span(at)]) - 4
	return [[...rule(room, glyphs), span(` ${at} `), span(glyphs.rule.repeat(2), 'dim')]]
}

/** The rule below the panes of Watch, with the foot of their wall, and the title of the live log on it. */
export function liveRule(state: State, width: number): readonly Line[] {
	const glyphs = glyphsOf(state.modes)
	const { list } = bodyOf(state)
	const waiting = state.paused === undefined ? '' : english.pausedWait(grouped(state.paused.waiting))
	const title = ` LIVE${waiting} `
	const [right = EMPTY] = noticeRule({ ...state, notice: undefined }, width - list.width - 1, {
		at: detailPlace(state),
	})
	return [
		[
			span(glyphs.rule.repeat(2), 'dim'),
			span(title),
			span(glyphs.rule.repeat(Math.max(0, list.width - 2 - title.length)), 'dim'),
			span(glyphs.foot, 'dim'),
			...right,
		],
	]
}
