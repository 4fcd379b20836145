import * as english from '../../../words/english/app/parts.ts'
import { rate } from '../../../words/numbers.ts'
import { lineRate } from '../../log/path.ts'
import { FLOOD_LINES, type State } from '../../state/state.ts'

/** How fast packet lines are written, against what the breaker lets through, or what a host bears without harm; empty while it is less than a tenth of that. */
export function floodText({ log, modes }: Pick<State, 'log' | 'modes'>): string {
	const now = lineRate(log)
	const peak = Math.max(log.peak, now)
	const limit = modes.maxRate > 0 ? modes.maxRate : FLOOD_LINES
	if (peak <= limit / 10) return ''
	return english.linesSPeakOf(rate(now), rate(peak), limit)
}
