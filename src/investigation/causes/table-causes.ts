import * as english from '../../words/english/investigation/causes.ts'
import { isAtMax, isPressed, type TableFill } from '../table/fill.ts'
import { fillEvidence, fillSays, roomRemedies } from '../table/fill-words.ts'
import type { CauseRule, Found } from './cause.ts'

/** Causes that stand in the table itself: packets that it has no room for are dropped or lose their entry, and are not INVALID. */
const NO_SHARE = 0

/** What moves now is certain at the limit, likely near it; what has moved while we watched may be over. */
function confidenceOf(fill: TableFill, now: number, watched: number): Found['confidence'] | undefined {
	if (!isPressed(fill)) return undefined
	if (now > 0) return isAtMax(fill) ? 'high' : 'medium'
	return watched > 0 && isAtMax(fill) ? 'medium' : undefined
}

export const TABLE_CAUSES: readonly CauseRule[] = [
	{
		id: 'table-full',
		title: english.theTableIsFull,
		remedies: [],
		judge({ table, values }) {
			if (table === undefined) return undefined
			const { rates, watched } = table
			const isStill = table.fullness === 'full' && rates.evicted === 0 && watched.evicted === 0
			const confidence = confidenceOf(table, rates.noRoom, watched.noRoom) ?? (isStill ? 'low' : undefined)
			if (confidence === undefined) return undefined
			return {
				share: NO_SHARE,
				confidence,
				sentence: fillSays(table),
				evidence: fillEvidence(table),
				excluded: [
					...(rates.evicted === 0 ? [english.nothingIsEvicted] : []),
					...(rates.clashes === 0 ? [english.noClashes] : []),
				],
				remedies: roomRemedies(table, values),
			}
		},
	},
	{
		id: 'entry-evicted',
		title: english.entriesAreEvicted,
		remedies: [],
		judge({ table, values }) {
			if (table === undefined) return undefined
			const confidence = confidenceOf(table, table.rates.evicted, table.watched.evicted)
			if (confidence === undefined) return undefined
			return {
				share: NO_SHARE,
				confidence,
				sentence: english.entriesAreEvictedSoPackets,
				evidence: fillEvidence(table),
				excluded: table.rates.noRoom === 0 ? [english.nothingIsDropped] : [],
				remedies: roomRemedies(table, values),
			}
		},
	},
	{
		id: 'not-tracking',
		title: english.conntrackDoesNotWorkHere,
		remedies: [english.addARuleThatNeedsIt, english.lookInTheOtherNamespace],
		judge({ tracking, counts }) {
			if (tracking?.isIdle !== true) return undefined
			return {
				share: NO_SHARE,
				confidence: tracking.answer === 'no' ? 'high' : 'medium',
				sentence: english.noPacketIsTracked,
				evidence: [tracking.because],
				excluded: [
					english.notAQuietHost,
					...((counts?.since ?? 0) === 0 ? [english.noPacketWasInvalid] : []),
				],
			}
		},
	},
]
