import { judge } from '../../../investigation/trial/chance.ts'
import * as english from '../../../words/english/app/steps.ts'
import { glyphsOf, sparkline } from '../../../words/glyphs.ts'
import { type Line, line, span } from '../../../words/line.ts'
import { rate } from '../../../words/numbers.ts'
import type { State } from '../../state/state.ts'
import { presentStep } from './evidence.ts'

/** Below the heading of the evidence. */
const INDENT = 3

/** INVALID packets before, with and after the setting that is or was tried. */
export function graphLines(view: State, columns: number): readonly Line[] {
	if (presentStep(view) !== 'setting') return []
	const { trial, experiments } = view.steps
	const glyphs = glyphsOf(view.modes)
	const history = view.counters.value?.invalidHistory ?? []
	const seconds = (from: number) => Math.max(0, Math.floor((view.now - from) / 1000))
	if (trial !== undefined && trial.phase !== 'asked') {
		const isOn = trial.phase === 'during'
		const during = isOn ? history.slice(-Math.max(1, seconds(trial.startedAt))) : trial.during
		const after = trial.phase === 'after' ? history.slice(-Math.max(1, seconds(trial.endedAt))) : []
		const planned = isOn ? trial.seconds : trial.during.length + 1
		const left = planned - seconds(isOn ? trial.startedAt : trial.endedAt)
		const parts = [
			{ values: trial.before.slice(-30), seconds: Math.min(30, trial.before.length) },
			{ values: during, seconds: isOn ? planned : during.length },
			{ values: after, seconds: planned },
		] as const
		return [
			...graph(parts, columns, glyphs),
			line(
				' '.repeat(INDENT),
				span(
					isOn
						? english.measuringWithItSMore(Math.max(0, left))
						: english.undoneMeasuringAfterwardsSMore(Math.max(0, left)),
					'attention',
				),
			),
		]
	}
	const last = experiments.at(-1)
	if (last === undefined) return []
	const whole = (values: readonly number[]) => ({ values, seconds: values.length })
	return graph([whole(last.before), whole(last.during), whole(last.after)], columns, glyphs)
}

/** `seconds`: how many there will be; those that have not come yet stay blank. */
type Measured = { readonly values: readonly number[]; readonly seconds: number }

/** One scale for all three: a graph of each alone would make them look alike. */
function graph(
	parts: readonly [before: Measured, during: Measured, after: Measured],
	columns: number,
	glyphs: ReturnType<typeof glyphsOf>,
): readonly Line[] {
	const indent = INDENT
	const cells = Math.max(4, Math.floor((columns - indent - 3) / 3))
	const top = Math.max(1, ...parts.flatMap(({ values }) => values))
	const drawn = ({ values, seconds }: Measured) => {
		if (values.length === 0) return ' '.repeat(cells)
		const here = Math.min(cells, Math.max(1, Math.round((cells * values.length) / Math.max(1, seconds))))
		return sparkline(values, values.length, here, glyphs, top).padEnd(cells)
	}
	const [before, during, after] = parts
	const wall = span(glyphs.wall, 'dim')
	const rates = judge(before.values, during.values, after.values)
	const label = (name: string, { values }: Measured, value: number) =>
		(values.length === 0 ? name : `${name} ${rate(value)}/s`).slice(0, cells).padEnd(cells)
	return [
		line(' '.repeat(indent), span(drawn(before)), wall, span(drawn(during)), wall, span(drawn(after))),
		line(
			' '.repeat(indent),
			span(
				[
					label('before', before, rates.before),
					label('with', during, rates.during),
					label('after', after, rates.after),
				].join(' '),
				'dim',
			),
		),
	]
}
