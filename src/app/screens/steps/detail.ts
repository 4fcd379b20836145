import type { Confidence } from '../../../investigation/step.ts'
import { STEPS, stepById } from '../../../investigation/steps/steps.ts'
import { judge } from '../../../investigation/trial/chance.ts'
import * as english from '../../../words/english/app/steps.ts'
import { glyphsOf, sparkline } from '../../../words/glyphs.ts'
import { type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import { cutLine, EMPTY, type Line, line, lineWidth, span, type Tone, wrapLine } from '../../../words/line.ts'
import { rate } from '../../../words/numbers.ts'
import { wrap } from '../../../words/text.ts'
import { keyOf } from '../../state/bindings.ts'
import { shown } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { offerNow } from './commands.ts'
import { evidenceOfStep, presentStep, presentStepOf, stepEvidence } from './evidence.ts'
import { stepsPane } from './rows.ts'

/** Cells of the list beside the step: as many as its texts take, up to a third of the screen. */
export function stepsListWidth(state: State): number {
	const most = Math.max(29, Math.floor(state.size.columns / 3))
	return Math.min(most, Math.max(29, ...listRows(state).flatMap((row) => row.map(lineWidth))))
}

/** The list of questions with what each came to, two lines each; the one in view is always among those shown. */
export function stepsList(state: State, columns: number, height: number): readonly Line[] {
	const { ellipsis } = glyphsOf(state.modes)
	const rows = listRows(state)
	const { selected } = stepsPane(state)
	const lines = rows.flat().map((one) => cutLine(one, columns, ellipsis))
	const end = rows.slice(0, selected + 1).flat().length
	const first = Math.max(0, Math.min(end - Math.ceil(height / 2), lines.length - height))
	return lines.slice(first, first + height)
}

function listRows(state: State): readonly (readonly Line[])[] {
	const view = shown(state)
	const { rows, selected } = stepsPane(state)
	const { mark } = glyphsOf(state.modes)
	return rows.map(({ item }, index): readonly Line[] => {
		const here = index === selected
		const { sign, tone } = signOf(item.id, view)
		const number = STEPS.indexOf(item) + 1
		const head = line(
			span(here ? mark : ' ', 'selected'),
			span(sign, tone),
			span(` ${number} ${item.title}`, here ? 'selected' : 'plain'),
		)
		const came = cameTo(item.id, view)
		return came === '' ? [head] : [head, line(span(`     ${came}`, 'dim'))]
	})
}

type Id = (typeof STEPS)[number]['id']

/** The present answer of the step in view, and of others what they came to. */
function cameTo(id: Id, state: State): string {
	const { done, skipped } = state.steps
	if (id === presentStep(state)) return presentStepOf(state).answer(stepEvidence(state)).short
	const was = done[id]
	// A step that was left while it was still looking has its answer meanwhile.
	if (was?.answer.state === 'reading') return stepById(id).answer(evidenceOfStep(state, id)).short
	return was?.answer.short ?? (skipped.includes(id) ? 'skipped' : '')
}

function signOf(id: Id, { steps, modes }: State): { readonly sign: string; readonly tone: Tone } {
	if (steps.done[id] !== undefined) return { sign: modes.ascii ? '+' : '✓', tone: 'good' }
	if (steps.skipped.includes(id)) return { sign: '-', tone: 'dim' }
	return { sign: ' ', tone: 'plain' }
}

/** Lines below a heading stand under its text, where there is room for that. */
const INDENT = 6
const NARROW = 45

/** The step: WHY, READ, SAYS, DO, NOT CHECKED; where not all of it is in view, what it says comes first. */
export function stepDetail(state: State, columns: number, height: number): readonly Line[] {
	const view = shown(state)
	const step = presentStepOf(state)
	const { read, says, confidence, does, notChecked } = step.answer(stepEvidence(view))
	const number = STEPS.indexOf(step) + 1
	const head = wrap(`STEP ${number} of ${STEPS.length}  ${step.question}`, columns - 2).map((text) =>
		line(' ', span(text, 'strong')),
	)
	const why = headed('WHY', step.why, columns, 'dim')
	const reads = headedLines(
		'READ',
		read.flatMap(([what, value]) => readLine(what, value, columns)),
	)
	const sure =
		confidence === 'none' ? [] : headed('', english.confidence(CONFIDENCE[confidence]), columns, 'dim')
	const said = [...headed('SAYS', says, columns, 'strong'), ...sure, ...graphLines(view, columns)]
	const todo = does === '' ? [] : headed('DO', does, columns)
	const not = headed('NOT', english.checked(notChecked.join('; ')), columns, 'dim')
	const parts = [head, why, reads, said, todo, not].filter((part) => part.length > 0)
	const all = parts.flat().length
	if (all + parts.length - 1 <= height)
		return parts.flatMap((part, index) => (index === 0 ? part : [EMPTY, ...part]))
	if (all <= height) return parts.flat()
	// The question stands in the list as well.
	const short =
		columns < NARROW ? [line(' ', span(`${number}/${STEPS.length} ${step.title}`, 'strong'))] : head
	const rest = columns < NARROW ? head : []
	return [...short, ...said, ...todo, ...rest, ...reads, ...why, ...not]
}

const CONFIDENCE: Readonly<Record<Exclude<Confidence, 'none'>, string>> = {
	high: 'high',
	medium: 'medium',
	low: 'low',
}

const indentOf = (columns: number): number => (columns < NARROW ? 1 : INDENT + 1)

function headed(title: string, text: string, columns: number, tone: Tone = 'plain'): readonly Line[] {
	const indent = indentOf(columns)
	if (indent > 1) {
		const parts = wrap(span(text).text, columns - indent - 1)
		return headedLines(
			title,
			parts.map((part) => line(' '.repeat(indent), span(part, tone))),
		)
	}
	const label = title === '' ? '' : `${title} `
	return wrapLine(line(' ', span(label, 'key'), span(text, tone)), columns - 1, 1)
}

/** The title in front of the first line, in the room that the lines leave at their left. */
function headedLines(title: string, lines: readonly Line[]): readonly Line[] {
	const [first, ...rest] = lines
	const [indent, ...spans] = first ?? []
	if (first === undefined || indent === undefined) return []
	if (indent.text.length <= INDENT) return [line(' ', span(title, 'key')), ...lines]
	const left = ` ${title}`.padEnd(INDENT + 1)
	return [[span(left, 'key'), span(indent.text.slice(INDENT + 1)), ...spans], ...rest]
}

const readLine = (what: string, value: string, columns: number): readonly Line[] =>
	wrapLine(
		line(span(' '.repeat(indentOf(columns)), 'dim'), span(what), span(`  ${value}`, 'strong')),
		columns - 1,
		indentOf(columns) + 2,
	)

/** INVALID packets before, with and after the setting that is or was tried. */
function graphLines(view: State, columns: number): readonly Line[] {
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
				' '.repeat(indentOf(columns)),
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
	const indent = indentOf(columns)
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

/** What can be pressed now, in words: a newcomer needs nothing else. */
export function stepKeys(state: State, columns: number): readonly Line[] {
	const offer = offerNow(state)
	const { next, offer: offered } = presentStepOf(state).answer(stepEvidence(state))
	const without = offered === 'log-why' ? english.withoutIt : ''
	const target = STEPS.findIndex(({ id }) => id === next) + 1
	const parts = [
		...(offer === undefined ? [] : [`${keyOf('step-do')}: ${offer.word}`]),
		...(next === undefined ? [] : [english.goOn(keyOf('step-next'), without, target)]),
		english.askAgain(keyOf('step-repeat')),
	]
	return rowsOf(parts, columns - 2).map((text) => line(' ', span(text, 'key')))
}

/** Parts side by side as long as they fit. */
function rowsOf(parts: readonly string[], cells: number): readonly string[] {
	const rows: string[] = []
	for (const part of parts) {
		const last = rows.at(-1)
		const joined = last === undefined ? part : `${last}   ${part}`
		if (last !== undefined && joined.length <= cells) rows[rows.length - 1] = joined
		else rows.push(part)
	}
	return rows
}

/** The list as a table, where it stands above the step: on a small terminal, and as text. */
export function stepsGrid(state: State, height: number): Grid {
	const { rows, selected } = stepsPane(state)
	const view = shown(state)
	const { mark } = glyphsOf(state.modes)
	const top = Math.max(0, Math.min(selected - Math.floor(height / 2), rows.length - height))
	return {
		head: false,
		columns: [
			MARK,
			{ id: 'sign', title: '', width: 1 },
			{ id: 'title', title: 'STEP', width: 24 },
			{ id: 'answer', title: 'ANSWER', width: 10, grow: true, rank: 1 },
		],
		rows: rows.slice(top, top + height).map(({ key, item }, index): GridRow => {
			const here = top + index === selected
			const { sign, tone } = signOf(item.id, view)
			return {
				key,
				selected: here,
				cells: {
					mark: { text: here ? mark : ' ', tone: 'selected' },
					sign: { text: sign, tone },
					title: {
						text: `${STEPS.indexOf(item) + 1} ${item.title}`,
						...(here ? { tone: 'selected' as const } : {}),
					},
					answer: { text: cameTo(item.id, view), tone: 'dim' },
				},
			}
		}),
	}
}
