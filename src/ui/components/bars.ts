import { bannerLine, bannerRule } from '../../app/frame/banner.ts'
import { changeBar } from '../../app/frame/change-bar.ts'
import { footerLines, noticeRule, rule, viewNote } from '../../app/frame/footer.ts'
import { headerLine, tabsLine } from '../../app/frame/header.ts'
import type { State } from '../../app/state/state.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { type Line, span } from '../../words/line.ts'

export const header = (state: State, width: number): readonly Line[] => [headerLine(state, width)]
/** Where there is no rule that can carry it, the banner takes the place of the header. */
export const bannerOrHeader = (state: State, width: number): readonly Line[] => [
	bannerLine(state, width) ?? headerLine(state, width),
]
export const banner = (state: State, width: number): readonly Line[] => [bannerRule(state, width)]
export const tabs = (state: State, width: number): readonly Line[] => [tabsLine(state, width)]
export const bar = (state: State, width: number): readonly Line[] => [changeBar(state, width)]
export const footer = (state: State, width: number, height: number): readonly Line[] =>
	footerLines(state, width, height)
/** In one column there is no other rule for the filter, and no head for the order. */
export const columnRule = (state: State, width: number, height: number): readonly Line[] =>
	noticeRule(state, width, { text: viewNote(state), most: height })

export const plainRule = (state: State, width: number): readonly Line[] => [
	rule(width, glyphsOf(state.modes)),
]

/** Between two panes side by side; it shows which of them has the focus, and so do the words below it. */
export const wall = (state: State, _width: number, height: number): readonly Line[] => {
	const tone = state.panes[state.screen].focus === 'detail' ? 'selected' : 'dim'
	return Array.from({ length: height }, () => [span(glyphsOf(state.modes).wall, tone)])
}
