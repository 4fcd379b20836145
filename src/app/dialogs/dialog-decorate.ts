import { glyphsOf } from '../../words/glyphs.ts'
import { EMPTY, type Line, line, span } from '../../words/line.ts'
import { fitted, safe, width, wrap } from '../../words/text.ts'
import type { Choice, Dialog, State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import type { Sheet } from './sheet.ts'

/** A list of which several entries can be on: what stands in front of the lines of call sites. */
export function decorateSheet(
	{ offered, chosen, selected }: Extract<Dialog, { kind: 'decorate' }>,
	state: State,
	inner: number,
): Sheet {
	const { mark } = glyphsOf(state.modes)
	const labels = Math.min(20, Math.max(...offered.map(({ label }) => width(safe(label))), 4))
	const entry = ({ value, label, note }: Choice, index: number): readonly Line[] => {
		const here = index === selected
		const box = chosen.includes(value) ? '[x]' : '[ ]'
		const head = `${here ? mark : ' '} ${box} ${value} ${fitted(safe(label), labels)}  `
		return wrap(safe(note), Math.max(8, inner - width(head))).map((part, at) =>
			line(span(`${at === 0 ? head : ' '.repeat(width(head))}${part}`, here ? 'selected' : 'plain')),
		)
	}
	const entries = offered.map(entry)
	const text = 'What stands in front of a line, for call sites that are switched on from now on.'
	return {
		title: 'Decorate the lines',
		brief: 'Decorations',
		tone: 'plain',
		head: [...wrap(text, inner).map((part) => line(part)), EMPTY],
		body: entries.flat(),
		answers: answersOf('decorate', state, inner),
		follow: entries.slice(0, selected).flat().length,
	}
}
