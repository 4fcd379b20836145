import { gridText } from '../../words/grid.ts'
import { type Line, lineText } from '../../words/line.ts'
import { sheetOf } from '../dialogs/dialog.ts'
import { openScreen } from '../screens/screens.ts'
import type { State } from '../state/state.ts'
import { bannerText } from './banner.ts'
import { changeBar } from './change-bar.ts'
import { filterNote } from './footer.ts'
import { headerLine } from './header.ts'

/** Sentences are broken where the terminal ends; tables are as wide as they are. */
const widthOf = ({ size }: State) => Math.max(60, Math.min(120, size.columns))

const ALL = Number.MAX_SAFE_INTEGER

/**
 * The present view as lines without frames, all rows, nothing cut: for copying, for paper, for a screen reader. The
 * log gives its last 200 lines.
 */
export function plainView(state: State): readonly string[] {
	const width = widthOf(state)
	const dialog = state.dialog?.dialog
	const text = (lines: readonly Line[]) =>
		lines.map((one) => lineText(one).trim()).filter((one) => one !== '')
	const banner = bannerText(state)
	const head = [
		...text([headerLine(state, width)]),
		...(banner === undefined ? [] : [`${banner}.`]),
		...text([changeBar(state, width)]),
	]
	if (dialog !== undefined) {
		const sheet = sheetOf(dialog, state, width)
		return [...head, '', sheet.title, ...text([...(sheet.head ?? []), ...sheet.body, ...sheet.answers])]
	}
	const filter = filterNote(state)
	return [...head, '', ...(filter === '' ? [] : [filter]), ...bodyOf(state, text)]
}

function bodyOf(state: State, text: (lines: readonly Line[]) => string[]): readonly string[] {
	const width = widthOf(state)
	const { top, grid, plainGrid, detail } = openScreen(state)
	return [
		...(top === undefined ? [] : [...text(top(state, width)), '']),
		...gridText(plainGrid?.(state) ?? grid(state, ALL)),
		'',
		...text(detail(state, width, ALL)),
	]
}
