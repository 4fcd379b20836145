import * as english from '../../words/english/app/frame.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { apart, EMPTY, type Item, type Line, line, lineWidth, packed, span } from '../../words/line.ts'
import { clock, grouped } from '../../words/numbers.ts'
import { cut } from '../../words/text.ts'
import { changesInForce } from '../changing/changes-in-force.ts'
import { SCREENS } from '../screens/screens.ts'
import { keyOf } from '../state/bindings.ts'
import type { State } from '../state/state.ts'

const WIDE = 110

/** Where we are: tool, host, kernel, network namespace, user; at the right what holds for the whole view, and the clock. */
export function headerLine(state: State, columns: number): Line {
	const glyphs = glyphsOf(state.modes)
	const right = statusLine(state, columns)
	const room = columns - lineWidth(right) - 2
	const { facts } = state
	if (facts === undefined) return apart(line(' ', span('ctscope', 'strong')), right, columns, glyphs.ellipsis)
	const wide = columns >= WIDE
	const netns = facts.netns.initial ? 'init' : facts.netns.name
	const { uid, sudoUser } = facts.user
	const itemsOf = (isCut: boolean): readonly Item[] => {
		const part = (text: string, importance: number, most = 40): Item => ({
			line: line(isCut ? cut(span(text).text, most, glyphs.ellipsis) : text),
			importance,
		})
		return [
			{ line: line(span('ctscope', 'strong')), importance: 0 },
			part(facts.hostname, 2, wide ? 40 : 24),
			part(`${wide ? 'kernel ' : ''}${facts.kernel}`, 3, wide ? 40 : 20),
			part(english.netns(netns, wide ? ` (${facts.netns.inode})` : ''), 1, wide ? 40 : 26),
			part(english.uid(uid, wide && sudoUser !== null ? ` (sudo: ${sudoUser})` : ''), 4),
		]
	}
	const gap = columns < 60 ? 1 : 2
	const whole = itemsOf(false)
	const cells = whole.reduce((sum, item) => sum + lineWidth(item.line) + gap, -gap)
	// A long name is cut only where it would push out others.
	const items = cells <= room ? whole : itemsOf(true)
	return apart([span(' '), ...packed(items, room, gap)], right, columns, glyphs.ellipsis)
}

function statusLine(state: State, columns: number): Line {
	const time = line(clock(state.wall, columns >= WIDE ? 'seconds' : 'minutes'))
	const narrow = columns < 60
	const items: Item[] = []
	if (state.replay !== undefined)
		items.push({ line: line(span(replayText(state.replay), 'attention')), importance: 0 })
	if (state.modes.practice !== undefined)
		items.push({ line: line(span('PRACTICE', 'attention')), importance: 3 })
	if (state.modes.readOnly) items.push({ line: line(span(english.readOnly2, 'attention')), importance: 0 })
	if (state.paused !== undefined) {
		const waiting = state.paused.waiting === 0 ? '' : english.wait(grouped(state.paused.waiting))
		items.push({ line: line(span(`PAUSED${waiting}`, 'attention')), importance: 1 })
	}
	items.push({ line: time, importance: 2 })
	return packed(items, Math.max(9, Math.floor(columns / (narrow ? 2 : 3))), narrow ? 1 : 2)
}

function replayText({ speed, paused, played, total }: NonNullable<State['replay']>): string {
	return played >= total ? english.replayEnd : `REPLAY ${paused ? 'paused' : `${speed}x`}`
}

/** The screens with their keys; the present one is marked, and Changes carries the number in force. */
export function tabsLine(state: State, columns: number): Line {
	const glyphs = glyphsOf(state.modes)
	const inForce = changesInForce(state.lease).length
	const items = SCREENS.map(({ id, title }): Item => {
		const here = id === state.screen
		const count = id === 'changes' ? ` ${inForce}` : ''
		const mark = here ? glyphs.mark : ' '
		return {
			line: line(
				span(`${mark}${keyOf(`go-${id}`)}`, here ? 'selected' : 'key'),
				span(` ${title}${count}`, here ? 'selected' : 'plain'),
			),
			importance: here ? 0 : 1,
		}
	})
	return columns < 1 ? EMPTY : packed(items, columns, 1)
}
