import * as english from '../../../words/english/app/watch.ts'
import type { Line } from '../../../words/line.ts'
import { counted, grouped } from '../../../words/numbers.ts'
import { accountOf } from '../../log/account.ts'
import { placeOf, titleOf, toldBy } from '../../log/told-messages.ts'
import type { PrintkTold } from '../../state/log-state.ts'
import { clockOf } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { paragraph, titled } from '../parts/failure-lines.ts'
import { NO_PACKET, sameTextWords } from '../parts/printed.ts'

/** What the lines of a call site mean, and how sure it is that they are of the packets that no reason tells of. */
export function toldLines(told: PrintkTold, view: State, columns: number): readonly Line[] {
	const { site, count, probable, sample, lastDetail, alike } = told
	const time = clockOf(view)
	const doubt =
		probable === 0
			? ''
			: english.probablyIsSoShortThat(
					probable === count ? english.theText : english.thatOf(counted(probable, 'line')),
				)
	return [
		...titled(`${titleOf(site)}. `, english.printedBy(placeOf(site), doubt), columns),
		...paragraph(
			`${certainty(told, view)}${alike.length === 0 ? '' : ` ${sameTextWords(alike.length)}`}`,
			columns,
		),
		...(lastDetail === '' ? [] : paragraph(english.lastLine(lastDetail), columns)),
		...paragraph(sample, columns, 'dim'),
		...paragraph(english.firstLast2(time(told.firstAt), time(told.lastAt)), columns, 'dim'),
	]
}

function certainty({ site, packets }: PrintkTold, view: State): string {
	const { explains, narrows } = toldBy(site)
	const silent = accountOf(view).accounting?.silent ?? 0
	if (packets > 0 && explains.length > 0) {
		const of = silent === 0 ? english.onePacketEach : english.onePacketEachLikelyOf(grouped(silent))
		return `${counted(packets, 'line')}, ${of}. ${NO_PACKET}`
	}
	if (narrows.length > 0) return english.packetsWithoutAReasonLine(NO_PACKET)
	return NO_PACKET
}
