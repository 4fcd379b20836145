import type { TapReading } from '../../changes/tap/tap-listing.ts'
import { tapText } from '../../changes/tap/tap-text.ts'
import { flowOf } from '../../kernel/packet/packet-line.ts'
import type { LeaseView } from '../../model/change.ts'
import { visible } from '../../words/visible.ts'
import { changesOf } from '../common/done-changes.ts'
import { JSON_VERSION } from '../common/version.ts'
import type { TapLine } from './session.ts'
import type { Tally } from './text.ts'

/** One object for each line of a tap. */
export function tapLineJson({ tap, line: { packet }, text }: TapLine, wall: number) {
	return {
		v: JSON_VERSION,
		at: new Date(wall).toISOString(),
		tap: tap.name,
		in: packet.in,
		out: packet.out,
		protocol: packet.protocol,
		flow: flowOf(packet) ?? null,
		flags: packet.flags,
		length: packet.length,
		uid: packet.uid,
		text: visible(text),
	}
}

type Report = {
	readonly readings: readonly TapReading[]
	readonly tally: Tally
	/** How long the rules were there. */
	readonly seconds: number
	readonly view: LeaseView | undefined
	/** Records of the kernel log that nobody could read in time. */
	readonly lost: number
}

/** The last object: what was counted, and what became of the tables. */
export function tapReportJson({ readings, tally, seconds, view, lost }: Report) {
	return {
		v: JSON_VERSION,
		seconds: Math.round(seconds * 1000) / 1000,
		taps: readings.map(({ table, tap, counts }) => ({
			name: tap.name,
			kind: tap.kind,
			table,
			rule: tapText(tap),
			lines: tally.lines(tap),
			counts,
			flows: tally
				.flows(tap)
				.slice(0, 20)
				.map(([flow, lines]) => ({ flow: visible(flow), lines })),
		})),
		lost,
		changes: changesOf(view),
	}
}
