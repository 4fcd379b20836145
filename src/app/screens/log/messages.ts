import type { PrintkLine } from '../../../kernel/dyndbg/dyndbg-line.ts'
import { decoded } from '../../../reasons/printk/printk-sites.ts'
import { NO_STORIES, type Stories, withLine } from '../../../reasons/printk/printk-stories.ts'
import * as english from '../../../words/english/app/log.ts'
import type { Cell } from '../../../words/grid.ts'
import { type Line, line, span } from '../../../words/line.ts'
import { counted } from '../../../words/numbers.ts'
import { placeOf, titleOf, toldBy } from '../../log/told-messages.ts'
import { clockOf } from '../../state/shown.ts'
import type { LogEntry, State } from '../../state/state.ts'
import { paragraph } from '../parts/failure-lines.ts'
import { NO_PACKET, PRINTK_LETTER, printkEntry, printkSays, sameTextWords } from '../parts/printed.ts'

/** Entries before and behind a line among which its story is looked for: one bad packet has a handful. */
const BEFORE = 400
const BEHIND = 200
/** Lines of a story that are shown, the last ones. */
const SHOWN = 12

export function printkCells(printk: PrintkLine): Readonly<Record<string, Cell>> {
	const entry = printkEntry(printk)
	return {
		protocol: { text: '-', tone: 'dim' },
		verdict: { text: PRINTK_LETTER, tone: 'dim' },
		reason: { text: printkSays(printk) },
		...(entry === '' ? {} : { where: { text: '-', tone: 'dim' as const }, flow: { text: entry } }),
	}
}

/** What the line says, who printed it, what that tells, the line as it came, and the story that it belongs to. */
export function printkLines(
	entry: LogEntry,
	printk: PrintkLine,
	view: State,
	columns: number,
): readonly Line[] {
	const { site, sure, alike, thread } = printk
	const numbers = decoded(site, printk.values)
	const who = sure ? english.printedBy : english.probablyPrintedBy
	const context =
		thread === null ? '' : `, ${thread === '<intr>' ? english.inAnInterrupt : english.inThread(thread)}`
	const others = alike.length === 0 ? '' : ` ${sameTextWords(alike.length)}`
	return [
		...paragraph(
			english.text(numbers === '' ? '' : `${numbers}. `, who, placeOf(site), context, others),
			columns,
		),
		...(toldBy(site).known ? paragraph(english.itTells(titleOf(site)), columns) : []),
		...paragraph(entry.text, columns, 'dim'),
		...storyLines(entry, view, columns),
		...paragraph(NO_PACKET, columns, 'dim'),
	]
}

/** The entries around this one: what is told of one packet stands close together. */
function around(entry: LogEntry, { log }: State): readonly LogEntry[] {
	const at = log.entries.indexOf(entry)
	return at < 0 ? [] : log.entries.slice(Math.max(0, at - BEFORE), at + BEHIND)
}

const storiesOf = (entries: readonly LogEntry[]): Stories =>
	entries.reduce(
		(stories, { printk, stamp }) =>
			printk === undefined || stamp === undefined ? stories : withLine(stories, printk, stamp),
		NO_STORIES,
	)

/** The lines of one entry in their order, the present one marked. Nothing where it stands alone. */
function storyLines(entry: LogEntry, view: State, columns: number): readonly Line[] {
	const near = around(entry, view)
	const story = storiesOf(near).find(({ lines }) => lines.some((one) => one.line === entry.printk))
	if (story === undefined || story.lines.length < 2) return []
	const times = new Map(near.map(({ printk, at }) => [printk, at]))
	const last = story.lines.slice(-SHOWN)
	const earlier = story.lines.length + story.cut - last.length
	const ended = story.ended ? english.whichIsGone : ''
	const before = earlier > 0 ? english.beforeThese(counted(earlier, 'line')) : ''
	return [
		...paragraph(english.followedAsTheStoryOf(story.pointer, ended, before), columns),
		...last.map(({ line: one, named }) => {
			const time = clockOf(view)(times.get(one) ?? 0)
			const doubt = named ? '' : english.namesNoneCameRightBehind
			const text = ` ${one === entry.printk ? '>' : ' '} ${time} ${printkSays(one)}${doubt}`
			return line(span(text, 'dim'))
		}),
	]
}
