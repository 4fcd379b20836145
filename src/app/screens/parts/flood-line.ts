import * as english from '../../../words/english/app/parts.ts'
import { rate } from '../../../words/numbers.ts'
import { changesInForce } from '../../changing/changes-in-force.ts'
import { lineRate } from '../../log/path.ts'
import { FLOOD_LINES, type State } from '../../state/state.ts'

/**
 * How fast packet lines are written, and the limit where it holds: what changes of ours make the kernel write into its log is
 * switched off above it. Empty while it is less than a tenth of that, or of what a host bears without harm.
 */
export function floodText({
	log,
	modes,
	way,
	lease,
}: Pick<State, 'log' | 'modes' | 'way' | 'lease'>): string {
	const now = lineRate(log)
	const peak = Math.max(log.peak, now)
	const limit = modes.maxRate > 0 ? modes.maxRate : FLOOD_LINES
	if (peak <= limit / 10) return ''
	const holds = modes.maxRate > 0 && way?.source === 'kmsg' && changesInForce(lease).length > 0
	return holds
		? english.linesSPeakLimit(rate(now), rate(peak), limit)
		: english.linesSPeak(rate(now), rate(peak))
}
