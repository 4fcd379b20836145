import { lineRate } from '../slices/log-slice.ts'
import { FLOOD_LINES, type State } from '../state.ts'
import { rate } from './numbers.ts'

/** How fast packet lines are written, against what a host bears without harm; empty while it is less than a tenth of that. */
export function floodText({ log }: Pick<State, 'log'>): string {
	const now = lineRate(log)
	const peak = Math.max(log.peak, now)
	if (peak <= FLOOD_LINES / 10) return ''
	return `${rate(now)} lines/s, peak ${rate(peak)} of ${FLOOD_LINES}`
}
