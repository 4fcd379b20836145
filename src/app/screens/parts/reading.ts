import type { LongReading } from '../../../model/reading-progress.ts'
import * as english from '../../../words/english/app/parts.ts'
import { grouped } from '../../../words/numbers.ts'
import type { State } from '../../state/state.ts'

/** `Reading the table: 120 000 of about 250 000 entries, 3 s`, and what ends it; undefined while it takes no longer than a moment. */
export function readingText({ reading, now }: State, of: LongReading): string | undefined {
	const progress = reading[of]
	if (progress === undefined) return undefined
	const { since, done, all } = progress
	const seconds = Math.max(1, Math.round((now - since) / 1000))
	const many =
		done === undefined ? '' : english.readSoFar[of](grouped(done), all === undefined ? '' : grouped(all))
	return `${english.longReading[of]}: ${many === '' ? '' : `${many}, `}${seconds} s. ${english.readingEnds[of]}`
}
