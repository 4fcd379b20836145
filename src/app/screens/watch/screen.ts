import { grouped, rate } from '../../../words/numbers.ts'
import { reasonRate } from '../../log/reasons.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { WATCH_COMMANDS, whyNotLog } from './commands.ts'
import { counterLines } from './counters.ts'
import { explanation, flowLines, watchNote } from './explanation.ts'
import { watchGrid } from './grid.ts'
import { watchFlow, watchPane } from './rows.ts'

export const watchScreen: Screen = {
	id: 'watch',
	title: 'Watch',
	shows: 'how many packets are INVALID, and why',
	pane: watchPane,
	top: counterLines,
	grid: watchGrid,
	note: watchNote,
	detail: explanation,
	share: 0.3,
	whyNotOpen: (state) => (whyNotLog(state) === undefined ? 'enter makes the kernel tell here' : undefined),
	commands: WATCH_COMMANDS,
	copyText,
	openFlow: watchFlow,
	plainDetail: (state, width) => [
		...explanation(state, width, Number.MAX_SAFE_INTEGER),
		...flowLines(state, width, 11),
	],
}

function copyText(state: State): string | undefined {
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	if (item?.kind === 'told') return item.told.sample
	if (item?.kind !== 'reason') return rows[selected]?.text
	const { reason, count, sample } = item.row
	return `${reason.protocol} ${reason.title}: ${grouped(count)} lines, ${rate(reasonRate(item.row))}/s, verdict ${reason.verdict}\n${sample}`
}
