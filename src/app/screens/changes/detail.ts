import { siteOfKnob, siteText } from '../../../changes/kinds/call-site.ts'
import { knobById } from '../../../changes/knobs.ts'
import { knobTitle, shellLine } from '../../../changes/shell-line.ts'
import { shortValue } from '../../../changes/tap/tap-words.ts'
import type { FoundLease, HeldChange } from '../../../model/change.ts'
import * as english from '../../../words/english/app/changes.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { apart, type Line, line, lineWidth, span, wrapLine } from '../../../words/line.ts'
import { capital, clock, counted } from '../../../words/numbers.ts'
import { safe } from '../../../words/text.ts'
import { changeName, namedChanges, ownerOf } from '../../changing/change-name.ts'
import { isLeftover } from '../../changing/changes-in-force.ts'
import { keyOf } from '../../state/bindings.ts'
import type { PastChange, State } from '../../state/state.ts'
import { headline, paragraph } from '../parts/failure-lines.ts'
import { changesEmpty } from './grid.ts'
import { changesPane } from './rows.ts'

/** The selected change in sentences: where, what was read and written, what it is now, how to put it back by hand. */
export function changesDetail(state: State, columns: number): readonly Line[] {
	const { rows, selected } = changesPane(state)
	const item = rows[selected]?.item
	if (item === undefined) return paragraph(changesEmpty(state), columns)
	if (item.kind === 'found') return foundLines(item.lease, state, columns)
	const leaseId = item.kind === 'past' ? item.change.leaseId : state.lease?.leaseId
	return changeLines(item.change, leaseId, state, columns)
}

function changeLines(
	change: HeldChange,
	leaseId: string | undefined,
	state: State,
	columns: number,
): readonly Line[] {
	const netns = state.facts?.netns
	const place = netns === undefined ? '' : english.netns(netns.inode, safe(netns.name))
	const knob = knobById(change.knob)
	// What log_invalid is for stands in the purpose already.
	const title = knob === undefined || knob.id === 'log_invalid' ? '' : knobTitle(knob)
	// A call site is better known by its text than by its function.
	const name = siteOfKnob(change.knob) !== undefined ? ` ${siteTextHere(change, state)}` : ''
	const wrote = english.wasWeWroteAt(safe(change.was), safe(change.set), clock(change.appliedAt))
	const needsHand = change.state === 'conflict' || change.state === 'failed'
	return [
		...headline(english.changeIs[change.state](safe(changeName(change, state))), columns),
		// Of a conflict the line above says all that its note says.
		...(change.note === '' || change.state === 'conflict'
			? []
			: paragraph(change.note, columns, 'attention')),
		...(needsHand ? paragraph(english.toPutItBackBy(change.byHand), columns, 'strong') : []),
		...(change.state === 'confirm' ? paragraph(english.pressToKeepItWithout(keyOf('keep')), columns) : []),
		line(' ', span(`${safe(change.sysctl)}${name}`, 'strong'), place),
		...paragraph(capital(`${wrote}${nowText(change)}`), columns),
		...paragraph(
			english.whyLease(
				change.purpose,
				title === '' || title === change.purpose ? '' : ` (${title})`,
				safe(leaseId),
			),
			columns,
			'dim',
		),
	]
}

/** `"invalid new deleting"` of a call site that is in the kernel now, else nothing. */
function siteTextHere({ knob }: HeldChange, { printk }: State): string {
	const site = printk.value?.ids.get(siteOfKnob(knob) ?? '')
	return site === undefined ? '' : `"${siteText(site)}"`
}

function nowText({ state, now, endedAt }: HeldChange): string {
	const value = safe(now)
	const at = endedAt === null ? '' : ` at ${clock(endedAt)}`
	switch (state) {
		case 'undone':
			return english.undoneReadsAgain(at, value)
		case 'conflict':
			return english.nowItReadsNotOurs(value)
		case 'vanished':
			return english.andItIsGoneThe(at)
		case 'failed':
			return english.nowItReadsTheKernel(value)
		default:
			return english.nowItReads(value)
	}
}

function foundLines(lease: FoundLease, state: State, columns: number): readonly Line[] {
	const { arrow } = glyphsOf(state.modes)
	const when = lease.createdAt === null ? '' : english.since(clock(lease.createdAt))
	const what = namedChanges(lease.changes, state, 'sysctl').map(
		({ name, change: { was, set } }) => `${name} ${safe(shortValue(was))}${arrow}${safe(shortValue(set))}`,
	)
	const end = lease.alive
		? english.toUndoItFromHere(lease.leaseId)
		: isLeftover(lease)
			? english.itsGuardIsGoneUndoes(keyOf('undo-selected'))
			: english.thereIsNothingLeftIn
	return [
		...paragraph(
			english.sessionOfLease(ownerOf(lease), lease.leaseId, when, counted(lease.changes.length, 'change')),
			columns,
			'strong',
		),
		...(lease.problem === '' ? [] : paragraph(lease.problem, columns, 'attention')),
		...what.flatMap((text) => paragraph(text, columns)),
		...paragraph(end, columns),
	]
}

const RAN = ' RAN   '

/**
 * What this run wrote to the kernel, newest last: when, the shell line, and what was read back. At most `height` lines, and
 * none of them without its beginning.
 */
export function ranLines(state: State, columns: number, height: number): readonly Line[] {
	const events = [...(state.lease?.changes ?? []), ...state.history].flatMap((change) =>
		eventsOf(change, state),
	)
	const unique = [...new Map(events.map((event) => [`${event.at} ${event.text}`, event])).values()]
	if (unique.length === 0) return height < 1 ? [] : [line(span(english.ranNothingWasWritten, 'dim'))]
	const shown: (readonly Line[])[] = []
	for (const event of unique.toSorted((one, other) => one.at - other.at).toReversed()) {
		const lines = eventLines(event, columns - RAN.length, glyphsOf(state.modes).ellipsis)
		if (shown.flat().length + lines.length > Math.max(0, height)) break
		shown.unshift(lines)
	}
	return shown.flat().map((one, index) => [span(index === 0 ? RAN : ' '.repeat(RAN.length), 'dim'), ...one])
}

/** A table of rules is made by a line of a page: so many rows of it say which one it was. */
const MOST_ROWS = 3

/** Time and command are whole, but for the longest; where what came of them has no room beside them, it stands below. */
function eventLines({ at, text, result, bad }: Event, cells: number, ellipsis: string): readonly Line[] {
	const time = `${clock(at)} `
	const ran = line(`${time}${text}`)
	const came = line(span(`${result} `, bad ? 'bad' : 'dim'))
	if (lineWidth(ran) + 1 + lineWidth(came) <= cells) return [apart(ran, came, cells)]
	const rows = wrapLine(ran, cells, time.length)
	const more = line(span(`${' '.repeat(time.length)}${ellipsis}`, 'dim'))
	return [
		...(rows.length > MOST_ROWS ? [...rows.slice(0, MOST_ROWS - 1), more] : rows),
		...wrapLine([span(' '.repeat(time.length)), ...came], cells, time.length),
	]
}

type Event = { readonly at: number; readonly text: string; readonly result: string; readonly bad: boolean }

/** What is no value of a file of its own: there the line for a shell says more than a write. */
const NO_FILES: ReadonlySet<string> = new Set(['table', 'probes', 'module', 'mount'])

/** How `value` got there. */
function wroteInWords(change: HeldChange | PastChange, value: string, state: State): string {
	const knob = knobById(change.knob)
	if (knob !== undefined && NO_FILES.has(knob.kind.type)) return safe(shellLine(knob, value))
	// All call sites are in one file.
	const isSite = siteOfKnob(change.knob) !== undefined
	return english.write(safe(value), isSite ? english.flagsOf(changeName(change, state)) : safe(change.path))
}

function eventsOf(change: HeldChange | PastChange, state: State): readonly Event[] {
	const wrote: Event = {
		at: change.appliedAt,
		text: wroteInWords(change, change.set, state),
		result: english.okReadsBack(safe(shortValue(change.set))),
		bad: false,
	}
	if (change.endedAt === null) return [wrote]
	const undone = change.state === 'undone'
	const ended: Event = {
		at: change.endedAt,
		text: undone
			? wroteInWords(change, change.was, state)
			: english.leftAlone(
					siteOfKnob(change.knob) === undefined
						? safe(change.path)
						: english.flagsOf(changeName(change, state)),
				),
		result: undone
			? english.undoneReadsBack(safe(change.now))
			: english.reads(change.state, safe(change.now === null ? null : shortValue(change.now))),
		bad: !undone,
	}
	return [wrote, ended]
}
