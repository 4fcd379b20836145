import type { Accounting } from '../../investigation/accounting/accounting.ts'
import { nameOf, type SilentName } from '../../reasons/silent-names.ts'
import { visible } from '../../words/visible.ts'
import type { ShapeRow, State } from '../state/state.ts'
import { reasonRate } from './reasons.ts'
import { shapeKey } from './unlined.ts'

/** INVALID packets without a line, by why they are INVALID as far as they say so themselves. */
export type Named = {
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
export type NamedRow = Named & {
	readonly counter: Counter
	readonly key: string
	/** Packets a second. */
	readonly rate: number
	readonly lastAt: number
}

/** Most frequent first. `values`: settings that were the same all the while. */
export function namedRows(
	shapes: readonly ShapeRow[],
	{ traits }: Pick<State, 'traits'>,
	values: Readonly<Record<string, string>>,
): readonly NamedRow[] {
	const rows = shapes.flatMap((row): NamedRow[] => {
		const { shape, protocol, count, flow, sample, lastAt } = row
		const name = nameOf(shape, { values, traits })
		if (name === undefined) return []
		const { id, title, counter, confidence, because } = name
		const told = { id, text: title, protocol, count, confidence, because, flow, sample: visible(sample) }
		return [{ ...told, counter, key: shapeKey(row), rate: reasonRate(row), lastAt }]
	})
	return rows.toSorted((a, b) => b.count - a.count)
}

export const countNamed = (
	rows: readonly NamedRow[],
): { readonly invalid: number; readonly error: number } => {
	const sum = (counter: Counter) =>
		rows.reduce((all, row) => (row.counter === counter ? all + row.count : all), 0)
	return { invalid: sum('invalid'), error: sum('error') }
}

/** The rows with as many packets as the account has room for: what it has not counted is left out. */
export function namedWithin<Row extends Pick<NamedRow, 'count'>>(
	rows: readonly Row[],
	{ named }: Pick<Accounting, 'named'>,
): readonly Row[] {
	let left = named
	return rows.flatMap((row) => {
		const count = Math.min(row.count, left)
		left -= count
		return count === 0 ? [] : [{ ...row, count }]
	})
}

/** As JSON and reports have them. */
export const toNamed = ({ counter: _c, key: _k, rate: _r, lastAt: _l, ...named }: NamedRow): Named => named

/** The settings that read the same before and after: of the others nobody knows since when. */
export const steady = (
	before: Readonly<Record<string, string>>,
	after: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
	Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] === value))

/** Those that are part of the account: seen between its first balance and its last one. */
export function namedInAccount(state: Pick<State, 'way' | 'unlined' | 'traits'>): readonly NamedRow[] {
	const { first, last } = state.way ?? {}
	if (first === undefined || last === undefined) return []
	const shapes = (state.unlined?.shapes ?? []).flatMap((row) => {
		const key = shapeKey(row)
		const count = (last.shapes[key] ?? 0) - (first.shapes[key] ?? 0)
		return count > 0 ? [{ ...row, count }] : []
	})
	return namedRows(shapes, state, steady(first.values, last.values))
}
