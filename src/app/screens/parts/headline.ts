import type { StepAnswer } from '../../../investigation/step.ts'
import * as english from '../../../words/english/app/parts.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { apart, type Line, line, lineWidth, span, wrapLine } from '../../../words/line.ts'
import type { State } from '../../state/state.ts'

type Told = Pick<StepAnswer, 'headline' | 'confidence' | 'state'>

const REACHED = { high: 3, medium: 2, low: 1, none: 0 } as const

/** The answer in one sentence, with a gauge of how sure it is at its end, or on a line of its own where that does not fit. */
export function headlineLines(told: Told, state: State, columns: number): readonly Line[] {
	const lines = wrapLine(line(' ', span(told.headline, 'verdict')), columns - 1, 1)
	const gauge = gaugeOf(told, state)
	const last = lines.at(-1) ?? []
	const fits = lineWidth(last) + lineWidth(gauge) + 2 < columns
	return fits
		? [...lines.slice(0, -1), apart(last, gauge, columns - 1)]
		: [...lines, [...line(' '), ...gauge]]
}

function gaugeOf({ confidence, state: is }: Told, { modes }: State): Line {
	const [reached, open] = glyphsOf(modes).gauge
	const cells = REACHED[confidence]
	const word =
		confidence !== 'none'
			? english.sure(confidence)
			: is === 'reading'
				? english.stillLooking
				: english.notKnown
	return line(
		span(`${reached.repeat(cells)}${open.repeat(3 - cells)} ${word}`, cells === 0 ? 'dim' : 'verdict'),
	)
}

/** Something to do, as a sentence; `key`: what does it here. Without one it is left to a human. */
export type Action = { readonly key?: string; readonly text: string }

const KEY = 5

/** As a sentence of its own; a question has its mark. */
export const sentence = (text: string): string => (/[.?]$/.test(text) ? text : `${text}.`)

/** One line an action, its key in front; longer ones go on below their text. */
export const actionLines = (actions: readonly Action[], columns: number): readonly Line[] =>
	actions.flatMap(({ key, text }) =>
		wrapLine(
			line(' ', span((key ?? '-').padEnd(KEY), key === undefined ? 'dim' : 'key'), `  ${text}`),
			columns - 1,
			KEY + 3,
		),
	)
