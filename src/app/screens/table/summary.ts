import { type Fullness, isPressed } from '../../../investigation/table/fill.ts'
import { fillSays, holderLines, roomRemedies } from '../../../investigation/table/fill-words.ts'
import type { NfQueueRow } from '../../../kernel/nflog/nfnetlink-queue.ts'
import type { ListReading } from '../../../model/table-readings.ts'
import * as english from '../../../words/english/app/table.ts'
import { bar, glyphsOf } from '../../../words/glyphs.ts'
import { apart, type Item, type Line, line, packed, span, wrapLine } from '../../../words/line.ts'
import { age, counted, grouped, percent } from '../../../words/numbers.ts'
import { tableFillOf } from '../../log/table.ts'
import { shown } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { failureLines, paragraph } from '../parts/failure-lines.ts'
import { readingText } from '../parts/reading.ts'
import { differenceInWords } from './difference.ts'
import { listWords } from './lives.ts'

/** The upper part of the Table screen: count against list, fill, what is not in the list, flags. Most important first. */
export function tableSummary(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	return [
		...walkLines(view, columns),
		fillLine(view, columns),
		...roomLines(view, columns),
		...listLines(view, columns),
		...flagLines(view, columns),
	]
}

function walkLines(view: State, columns: number): readonly Line[] {
	const { value, at, failure } = view.table
	if (value === undefined)
		return failure === undefined
			? paragraph(readingText(view, 'table') ?? english.countingTheEntries, columns, 'dim')
			: failureLines(failure, columns)
	const narrow = columns < 60
	const items: Item[] = [
		{
			line: line(narrow ? '-C ' : 'conntrack -C ', span(grouped(value.countBefore), 'strong')),
			importance: 0,
		},
		{ line: line('-L ipv4 ', span(grouped(value.ipv4.entries), 'strong')), importance: 1 },
		{ line: line('-L ipv6 ', span(grouped(value.ipv6.entries), 'strong')), importance: 2 },
		{ line: line('-C again ', span(grouped(value.countAfter), 'strong')), importance: 3 },
	]
	const old = failure === undefined ? '' : english.noNewerOne
	const again = readingText(view, 'table')
	const aged = `${age(view.now - (at ?? value.at))}${narrow ? '' : ' ago'}${old}`
	const right = narrow
		? []
		: line(span(aged === 'now ago' ? english.justNow : aged, old === '' ? 'dim' : 'attention'), ' ')
	const left = line(' ', ...packed(items, columns - 2 - (narrow ? 0 : aged.length + 2), narrow ? 1 : 3))
	return [
		apart(left, right, columns),
		// In place of what it will say anew.
		...paragraph(again ?? differenceInWords(value, view.lists.value), columns, 'dim'),
		...(failure === undefined ? [] : failureLines(failure, columns)),
	]
}

function fillLine(view: State, columns: number): Line {
	const fill = tableFillOf(view)
	const told = view.settings.value?.max
	if (fill === undefined) return line(span(english.fillNotKnownYet, 'dim'))
	const { count, max, fullness } = fill
	if (max === null)
		return line(
			told === 0
				? english.fillEntriesNoLimit(grouped(count))
				: english.fillEntriesNfConntrackMax(grouped(count)),
		)
	const share = count / max
	const tone = share >= 0.9 ? 'bad' : share >= 0.75 ? 'attention' : 'good'
	const cells = Math.max(4, Math.min(30, columns - 50))
	const word = FULL[fullness]
	const meter = columns < 60 ? '' : `${bar(share, cells, glyphsOf(view.modes)).padEnd(cells)} `
	return line(
		' usage    ',
		span(meter, tone),
		span(`${percent(count, max)}${word}`, tone),
		`  ${grouped(count)} of ${grouped(max)}`,
	)
}

const FULL: Readonly<Record<Fullness, string>> = {
	dropping: '  FULL',
	evicting: '  FULL',
	full: '  FULL',
	'nearly-full': english.nearlyFull,
	filling: english.fillingUp,
	roomy: '',
}

/** What a full table means, who fills it, and what would make room. */
function roomLines(view: State, columns: number): readonly Line[] {
	const fill = tableFillOf(view)
	if (fill === undefined || !isPressed(fill)) return []
	const holders = holderLines(fill)
	return [
		...paragraph(fillSays(fill), columns, 'attention'),
		...(holders.length === 0 ? [] : paragraph(`${holders.join('; ')}.`, columns)),
		...roomRemedies(fill, view.settings.value?.values ?? {}).flatMap((text) => paragraph(text, columns)),
	]
}

function listLines(view: State, columns: number): readonly Line[] {
	const { value, failure } = view.lists
	if (value === undefined) {
		// Both are asked of the same tool, with the same right: one reason is enough.
		const told = failure === undefined || failure.kind === view.table.failure?.kind
		return [...(told ? [] : failureLines(failure, columns)), ...seenLines(view, columns)]
	}
	// A kernel that keeps one of them keeps the other as well, and not only what waits for a listener.
	const isWhole = value.unconfirmed.kept === 'yes'
	return [
		...listed(' unconfirmed  ', listWords('unconfirmed', value.unconfirmed, isWhole, view), columns),
		...listed(' dying        ', listWords('dying', value.dying, isWhole, view), columns),
		...listed(' NFQUEUE      ', queueWords(value.queues), columns),
	]
}

/** What probes have seen needs no tool. */
const seenLines = (view: State, columns: number): readonly Line[] =>
	view.lives.value === undefined
		? []
		: LIST_NAMES.flatMap((list) =>
				listed(` ${list.padEnd(12)} `, listWords(list, NOT_READ, false, view), columns),
			)

/** What is said of a list, beside its name. */
const listed = (name: string, words: Line, columns: number): readonly Line[] =>
	wrapLine(line(name, ...words), columns, columns < 60 ? 1 : name.length)

const LIST_NAMES = ['unconfirmed', 'dying'] as const
const NOT_READ: ListReading = { kept: 'no', size: 0, staying: [], meaning: '' }

function queueWords(queues: readonly NfQueueRow[] | null): Line {
	if (queues === null) return line(span(english.notInThisKernelNfnetlink, 'dim'))
	if (queues.length === 0) return line(english.noQueue)
	const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0)
	const lost = queues.reduce((sum, queue) => sum + queue.queueDropped + queue.userDropped, 0)
	const tone = waiting > 0 || lost > 0 ? 'attention' : 'plain'
	return line(
		span(
			`${counted(waiting, 'packet')} ${waiting === 1 ? 'waits' : 'wait'} in ${counted(queues.length, 'queue')}`,
			tone,
		),
		lost > 0 ? span(english.dropped2(grouped(lost)), 'bad') : '',
	)
}

function flagLines(view: State, columns: number): readonly Line[] {
	const walk = view.table.value
	if (walk === undefined) return []
	const sum = (pick: 'unreplied' | 'assured' | 'offload' | 'hwOffload') => walk.ipv4[pick] + walk.ipv6[pick]
	const total = walk.ipv4.entries + walk.ipv6.entries
	const items: Item[] = [
		{
			line: line(
				'UNREPLIED ',
				span(grouped(sum('unreplied')), 'strong'),
				` ${percent(sum('unreplied'), total)}`,
			),
			importance: 0,
		},
		{
			line: line('ASSURED ', span(grouped(sum('assured')), 'strong'), ` ${percent(sum('assured'), total)}`),
			importance: 2,
		},
		{ line: line('OFFLOAD ', span(grouped(sum('offload')), 'strong')), importance: 1 },
		{ line: line('HW_OFFLOAD ', span(grouped(sum('hwOffload')), 'strong')), importance: 3 },
		{ line: line(span(english.walkMs(grouped(walk.tookMs)), 'dim')), importance: 4 },
	]
	return [line(' ', ...packed(items, columns - 2, 3))]
}
