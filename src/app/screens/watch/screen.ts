import * as english from '../../../words/english/app/watch.ts'
import { grouped, rate } from '../../../words/numbers.ts'
import { reasonRate } from '../../log/reasons.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { WATCH_COMMANDS, whyNotLog } from './commands.ts'
import { counterLines } from './counters.ts'
import { explanation, watchNote } from './explanation.ts'
import { watchGrid } from './grid.ts'
import { watchFlow, watchPane, watchValues } from './rows.ts'

export const watchScreen: Screen = {
	id: 'watch',
	title: 'Watch',
	shows: english.howManyPacketsAreInvalid,
	pane: watchPane,
	top: counterLines,
	grid: watchGrid,
	note: watchNote,
	detail: explanation,
	share: 0.3,
	whyNotOpen: (state) => (whyNotLog(state) === undefined ? english.enterMakesTheKernelTell : undefined),
	commands: WATCH_COMMANDS,
	copyText,
	values: watchValues,
	openFlow: watchFlow,
}

function copyText(state: State): string | undefined {
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	if (item?.kind === 'told') return item.told.sample
	if (item?.kind !== 'reason') return rows[selected]?.text
	const { reason, count, sample } = item.row
	return english.linesSVerdict(
		reason.protocol,
		reason.title,
		grouped(count),
		rate(reasonRate(item.row)),
		reason.verdict,
		sample,
	)
}
