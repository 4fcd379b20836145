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
			: ` Probably: ${probable === count ? 'the text' : `that of ${counted(probable, 'line')}`} is so short that others may print it too.`
	return [
		...titled(`${titleOf(site)}. `, `Printed by ${placeOf(site)}.${doubt}`, columns),
		...paragraph(
			`${certainty(told, view)}${alike.length === 0 ? '' : ` ${sameTextWords(alike.length)}`}`,
			columns,
		),
		...(lastDetail === '' ? [] : paragraph(`Last line: ${lastDetail}.`, columns)),
		...paragraph(sample, columns, 'dim'),
		...paragraph(`First ${time(told.firstAt)}, last ${time(told.lastAt)}.`, columns, 'dim'),
	]
}

function certainty({ site, packets }: PrintkTold, view: State): string {
	const { explains, narrows } = toldBy(site)
	const silent = accountOf(view).accounting?.silent ?? 0
	if (packets > 0 && explains.length > 0) {
		const of =
			silent === 0 ? 'one packet each' : `one packet each, likely of the ${grouped(silent)} without a line`
		return `${counted(packets, 'line')}, ${of}. ${NO_PACKET}`
	}
	if (narrows.length > 0)
		return `Packets without a reason line make it print, and others do too: its lines are counted for none of them. ${NO_PACKET}`
	return NO_PACKET
}
