import type { State } from '../../../app/state/state.ts'
import type { Accounting } from '../../../investigation/accounting/accounting.ts'
import { nameOf, type SilentName } from '../../../reasons/silent-names.ts'
import { visible } from '../../../words/visible.ts'

/** INVALID packets without a line, by why they are INVALID as far as they say so themselves. */
export type RunNamed = {
	/** Also of `ctscope explain`. */
	readonly id: string
	readonly text: string
	readonly protocol: string
	readonly count: number
	readonly confidence: SilentName['confidence']
	/** What speaks for it, one sentence without its full stop. */
	readonly because: string
	readonly flow: string
	/** The last one, as it was logged. */
	readonly sample: string
}

type Counter = SilentName['counter']
type Row = RunNamed & { readonly counter: Counter }

/** Most frequent first. `values`: settings that were the same all the while. */
export function namedRows(
	{ unlined, traits }: Pick<State, 'unlined' | 'traits'>,
	values: Readonly<Record<string, string>>,
): readonly Row[] {
	const rows = (unlined?.shapes ?? []).flatMap(({ shape, protocol, count, flow, sample }): Row[] => {
		const name = nameOf(shape, { values, traits })
		if (name === undefined) return []
		const { id, title, counter, confidence, because } = name
		return [{ id, text: title, protocol, count, confidence, because, flow, sample: visible(sample), counter }]
	})
	return rows.toSorted((a, b) => b.count - a.count)
}

export const countNamed = (rows: readonly Row[]): { readonly invalid: number; readonly error: number } => {
	const sum = (counter: Counter) =>
		rows.reduce((all, row) => (row.counter === counter ? all + row.count : all), 0)
	return { invalid: sum('invalid'), error: sum('error') }
}

/** The rows with as many packets as the account has room for: what it has not counted is left out. */
export function namedWithin(rows: readonly Row[], { named }: Accounting): readonly RunNamed[] {
	let left = named
	return rows.flatMap(({ counter: _, ...row }) => {
		const count = Math.min(row.count, left)
		left -= count
		return count === 0 ? [] : [{ ...row, count }]
	})
}

/** The settings that read the same before and after: of the others nobody knows since when. */
export const steady = (
	before: Readonly<Record<string, string>>,
	after: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
	Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] === value))
