import { knobById } from '../../../changes/knobs.ts'
import { valueInWords } from '../../../changes/shell-line.ts'
import * as english from '../../../words/english/app/watch.ts'
import { glyphsOf, sparkline } from '../../../words/glyphs.ts'
import { apart, EMPTY, type Item, type Line, line, packed, span } from '../../../words/line.ts'
import { compact, grouped, rate } from '../../../words/numbers.ts'
import { safe } from '../../../words/text.ts'
import { accountOf } from '../../log/account.ts'
import { tableFillOf } from '../../log/table.ts'
import { shown } from '../../state/shown.ts'
import type { CounterState, State } from '../../state/state.ts'
import { counterWordOf } from '../parts/counter-words.ts'
import { failureLines } from '../parts/failure-lines.ts'

const WIDE = 110

/**
 * The lines on top of Watch: INVALID with its rate and graph, the counters beside it and whether the kernel tells why,
 * and, since reasons reach us, the account of what was counted.
 */
export function counterLines(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	const counters = view.counters.value
	if (counters === undefined) {
		const { failure } = view.counters
		const lines =
			failure === undefined ? [line(span(english.readingTheCounters, 'dim'))] : failureLines(failure, columns)
		return lines.length < 2 ? [...lines, EMPTY] : lines
	}
	if (columns < 60) return [shortLine(counters, columns)]
	const account = accountLine(view)
	return [
		invalidLine(view, counters, columns),
		othersLine(view, counters, columns),
		...(account === undefined ? [] : [account]),
	]
}

/** counted = explained + silent + lost; undefined while no reason can reach us. */
function accountLine(view: State): Line | undefined {
	if (view.way === undefined) return undefined
	const { accounting, meantSilent } = accountOf(view)
	if (accounting === undefined) return line(span(english.theAccountBeginsWithThe, 'dim'))
	const tone = accounting.lost > 0 ? 'bad' : meantSilent > 0 ? 'attention' : 'plain'
	return line(' ', span(accounting.sentence, tone))
}

function shortLine(counters: CounterState, columns: number): Line {
	const { invalid = 0 } = counters.totals
	const now = `${rate(counters.rates.invalid ?? 0)}/s`
	return apart(line(span(' INVALID '), span(now, 'strong'), `  ${grouped(invalid)}`), [], columns)
}

function invalidLine(view: State, counters: CounterState, columns: number): Line {
	const wide = columns >= WIDE
	const glyphs = glyphsOf(view.modes)
	const seconds = wide ? 300 : 60
	const { invalid = 0 } = counters.totals
	const rise = counters.since.invalid ?? 0
	const peak = Math.max(0, ...counters.invalidHistory.slice(-seconds))
	const now = counters.rates.invalid ?? 0
	const entries = entriesText(view, wide)
	const left = line(
		' INVALID ',
		span(grouped(invalid), 'strong'),
		rise === 0 ? '' : wide ? english.sinceStart(grouped(rise)) : ` +${grouped(rise)}`,
		'  now ',
		span(`${rate(now)}/s`, now > 0 ? 'attention' : 'good'),
		'  ',
	)
	const behind = `  ${wide ? english.n5MinPeak : 'peak'} ${rate(peak)}/s`
	const room = columns - textWidth(left) - behind.length - entries.length - 4
	const graph = sparkline(counters.invalidHistory, seconds, Math.min(room, wide ? 40 : 20), glyphs)
	return apart(
		[...left, span(graph, 'attention'), span(behind)],
		line(entries, ' '),
		columns,
		glyphs.ellipsis,
	)
}

const textWidth = (parts: Line) => parts.reduce((sum, { text }) => sum + text.length, 0)

function entriesText(view: State, wide: boolean): string {
	const settings = view.settings.value
	const count = tableFillOf(view)?.count
	if (count === undefined) return ''
	const max = settings?.max
	const shownMax = max === undefined || max === null ? '' : wide ? ` of ${grouped(max)}` : `/${compact(max)}`
	return wide ? english.conntrackEntries(grouped(count), shownMax) : english.entries(compact(count), shownMax)
}

/** Beside INVALID; a number that rose since the start stands out. */
const BESIDE = [
	'insert_failed',
	'drop',
	'early_drop',
	'error',
	'clash_resolve',
	'chaintoolong',
	'search_restart',
] as const

function othersLine(view: State, counters: CounterState, columns: number): Line {
	const wide = columns >= WIDE
	const items: Item[] = BESIDE.filter((name) => counters.totals[name] !== undefined).map((name, index) => {
		const rise = counters.since[name] ?? 0
		const value = grouped(counters.totals[name] ?? 0)
		return {
			line: line(
				`${name} `,
				span(
					rise > 0 ? `${value} +${grouped(rise)}` : value,
					counterWordOf(name, view) === 'worry' ? 'attention' : 'plain',
				),
			),
			// One that rose is worth more than one that is 0.
			importance: index + (rise > 0 ? 1 : 10),
		}
	})
	if (wide && counters.invalidByCpu.length > 1) {
		const cpus = counters.invalidByCpu.slice(0, 4).map((count, cpu) => `${cpu}:${grouped(count)}`)
		const more = counters.invalidByCpu.length > 4 ? ' ...' : ''
		items.push({ line: line(english.perCpu(cpus.join('  '), more)), importance: 20 })
	}
	const told = logInvalidText(view)
	const room = columns - told.reduce((sum, { text }) => sum + text.length, 0) - 4
	return apart([span(' '), ...packed(items, room, wide ? 3 : 2)], [...told, span(' ')], columns)
}

function logInvalidText(view: State): Line {
	const value = view.settings.value?.values.log_invalid
	const knob = knobById('log_invalid')
	if (value === undefined || knob === undefined) return []
	if (value === '0') return line('log_invalid ', span('OFF', 'attention'))
	return line('log_invalid ', span(safe(`${value} (${valueInWords(knob, value)})`), 'good'))
}
