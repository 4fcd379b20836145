import { glyphsOf } from '../../words/glyphs.ts'
import { EMPTY, type Line, line, span } from '../../words/line.ts'
import { safe, wrap } from '../../words/text.ts'
import { fieldsOf, type TapForm } from '../screens/rules/tap-form.ts'
import type { State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import type { Sheet } from './sheet.ts'

const LABEL = 11

/** The form of a tap: one line for each thing that can be said. */
export function tapSheet(form: TapForm, state: State, inner: number): Sheet {
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
	const title = form.tap === 'tap' ? 'Log packets by a rule of our own' : 'What would this rule drop?'
	const hint = here === undefined ? '' : `${here.hint}${here.values.length === 0 ? '' : ' (left, right)'}`
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
