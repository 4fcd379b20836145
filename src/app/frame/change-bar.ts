import { lateWords } from '../../changes/guard-answer.ts'
import { shortValue } from '../../changes/tap/tap-words.ts'
import type { HeldChange, LeaseView } from '../../model/change.ts'
import * as english from '../../words/english/app/frame.ts'
import { type Glyphs, glyphsOf } from '../../words/glyphs.ts'
import {
	apart,
	flooded,
	type Line,
	line,
	lineText,
	lineWidth,
	packed,
	span,
	type Tone,
} from '../../words/line.ts'
import { clock, countdown, counted } from '../../words/numbers.ts'
import { cut, safe } from '../../words/text.ts'
import { changeName, namedChanges } from '../changing/change-name.ts'
import { changesInForce as inForce, isLeftover } from '../changing/changes-in-force.ts'
import { screenOf } from '../screens/screens.ts'
import { keyOf } from '../state/bindings.ts'
import type { State } from '../state/state.ts'

/** In the last minute the whole line stands out. */
const LAST_MINUTE_MS = 60_000
const WIDE = 110

/** `0→6`, for one change. */
const fromTo = (from: string, to: string, { arrow }: Glyphs): string =>
	`${safe(shortValue(from))}${arrow}${safe(shortValue(to))}`

/** Changes that someone has to look at. */
const toLookAt = (lease: LeaseView | undefined): readonly HeldChange[] =>
	lease?.changes.filter(({ state }) => state === 'conflict' || state === 'failed') ?? []

/** When the first of our changes goes off by itself, CLOCK_MONOTONIC ms; undefined when none is in force. */
function nextUndo(lease: LeaseView | undefined): number | undefined {
	const times = inForce(lease).map(({ undoAt, confirmBy }) => Math.min(undoAt, confirmBy ?? undoAt))
	return times.length === 0 ? undefined : Math.min(...times)
}

/** Changes of dead sessions that nobody has undone. */
const leftOn = ({ others }: State): number =>
	others
		.filter(isLeftover)
		.flatMap(({ changes }) => changes)
		.filter(({ state }) => state !== 'undone' && state !== 'vanished').length

const SCREEN_OF_CHANGES = `${keyOf('go-changes')} ${screenOf('changes').title}`

/** What is on and when it goes off: on every screen, in every size, in every dialog. Exactly `columns` wide. */
export function changeBar(state: State, columns: number): Line {
	const { lease, busy } = state
	const glyphs = glyphsOf(state.modes)
	const held = inForce(lease).length
	if (lease?.phase === 'lost') return plainBar(english.guardLostUndoingNow, 'alarm', '', columns, glyphs)
	if (busy === 'undoing' || busy === 'leaving' || lease?.phase === 'undoing') {
		const what =
			held === 0
				? busy === 'leaving'
					? 'LEAVING ...'
					: 'UNDOING ...'
				: `UNDOING ${counted(held, 'CHANGE', 'CHANGES')} ...`
		return plainBar(what, 'attention', '', columns, glyphs)
	}
	if (lease?.phase === 'failed') return failedBar(state, lease, columns, glyphs)
	if (lease !== undefined && held > 0) return holdingBar(state, lease, columns, glyphs)
	if (busy === 'applying' || lease?.phase === 'starting')
		return plainBar('WRITING ...', 'attention', guardText(state, columns), columns, glyphs)
	const left = leftOn(state)
	if (left > 0) {
		const what =
			columns < 60 ? english.leftOn(left) : english.leftOnByASession(counted(left, 'CHANGE', 'CHANGES'))
		return plainBar(what, 'attention', english.shows(SCREEN_OF_CHANGES), columns, glyphs)
	}
	if (lease !== undefined && lease.changes.length > 0) return overBar(state, lease, columns, glyphs)
	const right = columns < 60 ? '' : state.modes.readOnly ? english.readOnly : english.guardStartsWhenNeeded
	return plainBar(english.noChangesInForce, 'plain', right, columns, glyphs)
}

const plainBar = (text: string, tone: Tone, right: string, columns: number, glyphs: Glyphs): Line =>
	tone === 'alarm'
		? flooded(` ${text}`, tone, columns, glyphs.ellipsis)
		: apart(line(' ', span(text, tone)), line(span(right, 'dim')), columns, glyphs.ellipsis)

function failedBar(state: State, lease: LeaseView, columns: number, glyphs: Glyphs): Line {
	const failed = lease.changes.filter(({ state }) => state === 'failed')
	const names = namedChanges(failed, state)
		.map(({ name }) => name)
		.join(', ')
	return flooded(
		english.undoFailedForOf(failed.length, lease.changes.length, names),
		'alarm',
		columns,
		glyphs.ellipsis,
	)
}

/** All of ours are over: what became of them, and why. */
function overBar(state: State, lease: LeaseView, columns: number, glyphs: Glyphs): Line {
	const undone = lease.changes.filter(({ state }) => state === 'undone').length
	const look = toLookAt(lease)
	const { flood } = lease
	const why = lease.why === '' ? '' : `: ${safe(lease.why)}`
	const done = `UNDONE ${undone} of ${lease.changes.length}`
	const first = look[0]
	if (first !== undefined) {
		const text = english.toLookAtReadsNot(done, look.length, changeName(first, state), safe(first.now))
		return apart(line(' ', span(text, 'attention')), [], columns, glyphs.ellipsis)
	}
	const text =
		flood === null ? `${done}${why}` : english.logFloodLinesSFor(flood.rate, counted(undone, 'change'))
	const late = Math.max(0, ...lease.changes.map(({ lateMs = 0 }) => lateMs))
	if (late > 0) return plainBar(`${done}, ${lateWords(late)}${why}`, 'bad', '', columns, glyphs)
	const right = columns < 60 ? [] : line(span(english.noChangesInForce, 'dim'))
	return apart(line(' ', span(text, flood === null ? 'good' : 'bad')), right, columns, glyphs.ellipsis)
}

function holdingBar(state: State, lease: LeaseView, columns: number, glyphs: Glyphs): Line {
	const held = inForce(lease)
	const undoAt = nextUndo(lease) ?? lease.deadline
	const left = undoAt - state.now
	const last = left < LAST_MINUTE_MS
	const wide = columns >= WIDE
	const look = toLookAt(lease).length
	const count = counted(held.length, 'CHANGE', 'CHANGES')
	const also = [
		...(state.busy === 'applying' ? ['WRITING'] : []),
		...(look > 0 ? [english.toLookAt(look)] : []),
	]
	const time = last ? `${Math.max(0, Math.ceil(left / 1000))} s` : countdown(left)
	const tone = last ? 'plain' : 'attention'
	if (columns < 60) {
		const undo = columns < 26 ? time : english.undoIn(time)
		const items = [count, undo, ...also].map((text, index) => ({
			line: line(index === 1 ? text : span(text, tone)),
			importance: index,
		}))
		return shout([span(' '), ...packed(items, columns - 1, columns < 26 ? 1 : 2)], last, columns, glyphs)
	}
	const confirm = held.find((change) => change.confirmBy === undoAt)
	const until = wide && !last ? ` (${clock(state.wall + left)})` : ''
	const guard = guardText(state, columns)
	const head = line(' ', span([`${count}${wide ? english.inForce : ''}`, ...also].join(', '), tone), '  ')
	// The change that waits for K is named with its own time, where there is room.
	const named = confirm === undefined ? '' : english.pressKToKeepOr(changeName(confirm, state), time)
	// Room for the beginning of a name beside it, unless it names the only change itself.
	const spare = confirm !== undefined && held.length === 1 ? 2 : 10
	const fits = (...texts: readonly string[]) =>
		lineWidth(head) + lineWidth(line(texts.join('  '))) + spare <= columns
	const undo =
		confirm === undefined ? english.undoIn2(time, until) : fits(named) ? named : english.kKeepUndoIn(time)
	const right = fits(undo, guard) ? [undo, guard] : [undo]
	const tail = line('  ', span(right.filter((text) => text !== '').join('  ')))
	const rest = undo === named ? held.filter((change) => change !== confirm) : held
	const room = columns - lineWidth(head) - lineWidth(tail) - 1
	return shout(
		apart([...head, ...names(rest, state, room, glyphs)], tail, columns, glyphs.ellipsis),
		last,
		columns,
		glyphs,
	)
}

const shout = (bar: Line, loud: boolean, columns: number, { ellipsis }: Glyphs): Line =>
	loud ? flooded(lineText(bar), 'alarm', columns, ellipsis) : apart(bar, [], columns, ellipsis)

/** What the admin asked for comes before what it needs. */
const weight = ({ knob, class: kind }: HeldChange): number =>
	knob === 'log_invalid' ? 0 : kind === 'treats-differently' ? 1 : knob === 'nf_log_all_netns' ? 2 : 3

/** The changes by name and value; `+2` stands for those that have no room. */
function names(held: readonly HeldChange[], state: State, room: number, glyphs: Glyphs): Line {
	const texts = namedChanges(held, state)
		.toSorted((a, b) => weight(a.change) - weight(b.change))
		.map(({ name, change }) => `${name} ${fromTo(change.was, change.set, glyphs)}`)
	for (let shown = texts.length; shown > 0; shown--) {
		const rest = texts.length - shown
		const text = `${texts.slice(0, shown).join('  ')}${rest > 0 ? `  +${rest}` : ''}`
		if (lineWidth(line(text)) <= room) return line(span(text))
	}
	return texts.length === 0 || room < 8 ? [] : line(span(cut(texts[0] ?? '', room, glyphs.ellipsis)))
}

function guardText({ lease }: State, columns: number): string {
	if (lease === undefined || columns < 60) return ''
	if (lease.guardSilentMs !== undefined)
		return english.guardSilentForS(Math.round(lease.guardSilentMs / 1000))
	const persisted = lease.persisted ? english.staysWhenYouLeave : ''
	if (lease.form === 'child') return english.guardOkChild(persisted)
	return `${lease.timer ? (columns >= WIDE ? english.guardOkTimerOk : english.guardOkTimer) : english.guardOkNoTimer}${persisted}`
}

/** The bar in few words, for the title of the terminal window: `2 changes, undo 09:41`. Empty when there is nothing to tell. */
export function changeSummary(state: State): string {
	const { lease } = state
	const held = inForce(lease).length
	const undoAt = nextUndo(lease)
	if (lease?.phase === 'lost') return english.guardLost
	if (undoAt === undefined) return ''
	return english.undo(counted(held, 'change'), countdown(undoAt - state.now))
}
