import { kindOf } from '../../changes/kinds/kinds.ts'
import { canonical, knobById } from '../../changes/knobs.ts'
import { knobTitle, valueInWords } from '../../changes/shell-line.ts'
import { shortValue } from '../../changes/tap/tap-words.ts'
import type { FoundLease } from '../../model/change.ts'
import * as english from '../../words/english/app/dialogs.ts'
import { describe, type Failure } from '../../words/failure.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { EMPTY, type Line, line, span, wrapLine } from '../../words/line.ts'
import { clock, counted } from '../../words/numbers.ts'
import { fitted, safe, wrap } from '../../words/text.ts'
import { width } from '../../words/width.ts'
import { namedChanges, ownerOf, settingName } from '../changing/change-name.ts'
import { changesInForce } from '../changing/changes-in-force.ts'
import { fieldsOf, type TapForm } from '../screens/rules/tap-form.ts'
import type { Choice, Dialog, Reach, State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import { confirmSheet, decorateSheet } from './confirm.ts'
import { floodSheet } from './flood.ts'
import { commandsSheet, helpSheet } from './help.ts'
import { ANSWERS } from './keys.ts'
import { netnsSheet } from './netns.ts'
import { framed, innerWidth, type Sheet, sheetReach } from './sheet.ts'

const LABEL = 11

/** The form of a tap: one line for each thing that can be said. */
function tapSheet(form: TapForm, state: State, inner: number): Sheet {
	const { mark, cursor } = glyphsOf(state.modes)
	const fields = fieldsOf(form)
	const here = fields[form.selected]
	const body = fields.map(({ id, label }, index): Line => {
		const chosen = index === form.selected
		const value = safe(form.values[id] ?? '')
		return line(
			span(`${chosen ? mark : ' '} ${label.padEnd(LABEL)}`, chosen ? 'selected' : 'dim'),
			span(` ${value}`, 'strong'),
			chosen ? cursor : '',
		)
	})
	const title = form.tap === 'tap' ? english.logPacketsByARule : english.whatWouldThisRuleDrop
	const hint = here === undefined ? '' : `${here.hint}${here.values.length === 0 ? '' : english.leftRight}`
	const told =
		form.error === '' ? [] : wrap(safe(form.error), inner).map((part) => line(span(part, 'attention')))
	return {
		title,
		brief: form.tap,
		tone: 'plain',
		head: [...wrap(safe(hint), inner).map((part) => line(span(part, 'dim'))), ...told, EMPTY],
		body,
		answers: answersOf('tap', state, inner),
		follow: form.selected,
	}
}

/** The open dialog in exactly `height` lines of `columns`; empty when none is open. */
export function dialogLines(state: State, columns: number, height: number): readonly Line[] {
	const dialog = state.dialog?.dialog
	return dialog === undefined ? [] : framed(sheetFor(dialog, state, columns), state, columns, height)
}

/** How far the open dialog scrolls there. */
export function dialogReach(state: State, columns: number, height: number): Reach['dialog'] {
	const dialog = state.dialog?.dialog
	return dialog === undefined
		? state.reach.dialog
		: sheetReach(sheetFor(dialog, state, columns), columns, height)
}

/** Lists of more than a few words a row take what room there is. */
const WIDE: ReadonlySet<Dialog['kind']> = new Set(['namespaces', 'commands'])

function sheetFor(dialog: Dialog, state: State, columns: number): Sheet {
	const isWide = WIDE.has(dialog.kind)
	return { ...sheetOf(dialog, state, innerWidth(columns, isWide)), isWide }
}

/** What the dialog says, in lines of at most `inner` cells; `brief`: without what could be typed instead. */
export function sheetOf(dialog: Dialog, state: State, inner: number, brief = false): Sheet {
	switch (dialog.kind) {
		case 'confirm-change':
			return confirmSheet(dialog, state, inner, brief)
		case 'choose':
			return chooseSheet(dialog, state, inner)
		case 'namespaces':
			return netnsSheet(dialog.selected, state, inner)
		case 'decorate':
			return decorateSheet(dialog, state, inner)
		case 'tap':
			return tapSheet(dialog, state, inner)
		case 'number':
			return numberSheet(dialog, state, inner)
		case 'quit':
			return { ...quitSheet(state, inner), top: dialog.top ?? 0 }
		case 'leftover':
			return { ...leftoverSheet(dialog.lease, state, inner), top: dialog.top ?? 0 }
		case 'flood':
			return floodSheet(dialog, state, inner)
		case 'help':
			return helpSheet(dialog.top, state, inner)
		case 'commands':
			return commandsSheet(dialog, state, inner)
		case 'failure':
			return { ...failureSheet(dialog.failure, state, inner), top: dialog.top ?? 0 }
	}
}

const lines = (
	text: string,
	inner: number,
	tone: 'plain' | 'dim' | 'attention' | 'strong' = 'plain',
): Line[] => wrap(span(text).text, inner).map((part) => line(span(part, tone)))

function chooseSheet(dialog: Extract<Dialog, { kind: 'choose' }>, state: State, inner: number): Sheet {
	const knob = knobById(dialog.knob)
	const { mark } = glyphsOf(state.modes)
	const labels = Math.min(20, Math.max(...dialog.choices.map(({ label }) => width(safe(label))), 4))
	const head = [...lines(knob === undefined ? dialog.knob : knobTitle(knob), inner), EMPTY]
	const beside = Math.max(8, inner - labels - 4)
	const entry = (choice: Choice, index: number): Line[] => {
		const chosen = index === dialog.selected
		const label = `${chosen ? mark : ' '} ${fitted(safe(choice.label), labels)}  `
		return wrap(safe(choice.note), beside).map((part, at) =>
			line(span(`${at === 0 ? label : ' '.repeat(label.length)}${part}`, chosen ? 'selected' : 'plain')),
		)
	}
	const entries = dialog.choices.map(entry)
	return {
		title: knob === undefined ? dialog.knob : settingName(knob.sysctl),
		tone: 'plain',
		head,
		body: entries.flat(),
		answers: answersOf('choose', state, inner),
		follow: entries.slice(0, dialog.selected).flat().length,
	}
}

function numberSheet(dialog: Extract<Dialog, { kind: 'number' }>, state: State, inner: number): Sheet {
	const knob = knobById(dialog.knob)
	const { cursor } = glyphsOf(state.modes)
	const range = knob === undefined ? '' : (kindOf(knob).range?.(knob) ?? '')
	const now = state.settings.value?.values[dialog.knob]
	const canonicalOf = (text: string) => (knob === undefined ? undefined : canonical(knob, text))
	const inWords = (value: string | undefined): string => {
		const words = knob === undefined || value === undefined ? '' : valueInWords(knob, value)
		return words === '' || words === value ? '' : ` (${words})`
	}
	return {
		title: knob === undefined ? dialog.knob : settingName(knob.sysctl),
		tone: 'plain',
		head: [
			line(english.newValue, span(dialog.text, 'strong'), `${cursor}${inWords(canonicalOf(dialog.text))}`),
			...(dialog.error === '' ? [] : lines(dialog.error, inner, 'attention')),
		],
		body: [
			EMPTY,
			...lines(knob === undefined ? dialog.knob : knobTitle(knob), inner),
			...lines(english.nowANumber(safe(now), inWords(now), range), inner),
		],
		answers: answersOf('number', state, inner),
	}
}

/** Whether changes can be left on: the answer is offered. */
const stayable = (state: State): boolean =>
	ANSWERS.quit.every((entry) => entry.disabledReason(state) === undefined)

function quitSheet(state: State, inner: number): Sheet {
	const held = changesInForce(state.lease)
	const named = namedChanges(held, state, 'sysctl')
	const { arrow } = glyphsOf(state.modes)
	const names = Math.min(Math.max(0, ...named.map(({ name }) => width(name))), Math.max(8, inner - 24))
	const { lease } = state
	const until = lease === undefined ? '' : clock(state.wall - state.now + lease.deadline, 'minutes')
	const one = held.length === 1
	const after = stayable(state)
		? [EMPTY, ...lines(english.leftOnOffAt(one ? english.itGoes : english.theyGo, until), inner, 'dim')]
		: []
	return {
		title: 'Leave?',
		tone: 'plain',
		body: [
			...lines(one ? english.n1ChangeIsInForce : english.changesAreInForce(held.length), inner),
			...named.flatMap(({ name, change: { was, set } }) =>
				wrapLine(
					line(`   ${name.padEnd(names)}   ${safe(shortValue(was))} ${arrow} ${safe(shortValue(set))}`),
					inner,
					5,
				),
			),
			...after,
		],
		answers: answersOf('quit', state, inner),
	}
}

function leftoverSheet(lease: FoundLease, state: State, inner: number): Sheet {
	const { arrow } = glyphsOf(state.modes)
	const since = lease.createdAt === null ? '' : ` at ${clock(lease.createdAt)}`
	return {
		title: english.leftBehind(counted(lease.changes.length, 'change')),
		tone: 'attention',
		body: [
			...lines(english.leftOnByASession(ownerOf(lease), safe(lease.leaseId), since), inner),
			EMPTY,
			...namedChanges(lease.changes, state, 'sysctl').flatMap(({ name, change: { was, set, now } }) =>
				wrapLine(
					line(
						`   ${name}   ${safe(shortValue(was))} ${arrow} ${safe(shortValue(set))}${now === set || now === null ? '' : english.now(safe(shortValue(now)))}`,
					),
					inner,
					5,
				),
			),
			...(lease.problem === '' ? [] : [EMPTY, ...lines(lease.problem, inner, 'attention')]),
		],
		answers: answersOf('leftover', state, inner),
	}
}

function failureSheet(failure: Failure, state: State, inner: number): Sheet {
	const { title, detail, next } = describe(failure)
	return {
		title,
		tone: 'attention',
		body: [...lines(detail, inner), ...(next === '' ? [] : [EMPTY, ...lines(next, inner, 'strong')])],
		answers: answersOf('failure', state, inner),
	}
}
