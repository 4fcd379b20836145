import type { MonotonicMs } from '../../../host/ports.ts'
import { invalidReasons } from '../../../investigation/evidence.ts'
import type { State } from '../../state/state.ts'

/** How often each reason had been told by then, by the key of its row. */
export type ReasonMark = { readonly at: MonotonicMs; readonly counts: Readonly<Record<string, number>> }

/** A longest trial, and one to count from. */
const MARKS = 121
const REASONS = 20

/** One more second of the reasons that are told most. */
export function marked({ reasons, steps }: State, at: MonotonicMs): readonly ReasonMark[] {
	const counts: Record<string, number> = {}
	for (const { key, count } of invalidReasons({ reasons }).slice(0, REASONS)) counts[key] = count
	return [...steps.marks.slice(1 - MARKS), { at, counts }]
}

/**
 * Lines of one reason in each of the last `count` seconds, oldest first; fewer when fewer were seen. What came within
 * several seconds (the program was stopped) is spread over them.
 */
export function lineSeconds(marks: readonly ReasonMark[], key: string, count: number): readonly number[] {
	const seconds: number[] = []
	for (const [index, { at, counts }] of marks.entries()) {
		const older = marks[index - 1]
		if (older === undefined) continue
		const lines = Math.max(0, (counts[key] ?? 0) - (older.counts[key] ?? 0))
		const lasted = Math.max(1, Math.round((at - older.at) / 1000))
		for (let second = 0; second < Math.min(lasted, count); second++) seconds.push(lines / lasted)
	}
	return count < 1 ? [] : seconds.slice(-count)
}
