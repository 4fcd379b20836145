import type { Confidence } from '../../../investigation/step.ts'
import { STEPS, stepById } from '../../../investigation/steps/steps.ts'
import { judge } from '../../../investigation/trial/chance.ts'
import * as english from '../../../words/english/app/steps.ts'
import { glyphsOf, sparkline } from '../../../words/glyphs.ts'
import { type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import { cutLine, EMPTY, type Line, line, span, type Tone } from '../../../words/line.ts'
import { rate } from '../../../words/numbers.ts'
import { cut, wrap } from '../../../words/text.ts'
import { keyOf } from '../../state/bindings.ts'
import { shown } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { clipped } from '../parts/failure-lines.ts'
import { offerNow } from './commands.ts'
import { evidenceOfStep, presentStep, presentStepOf, stepEvidence } from './evidence.ts'
import { stepsPane } from './rows.ts'

/** Cells of the list where it stands beside the step. */
export const STEPS_LIST = 29

/** The list of questions with what each came to, two lines each where there is room. */
export function stepsList(state: State, columns: number, height: number): readonly Line[] {
	const view = shown(state)
	const { rows, selected } = stepsPane(state)
	const { mark, ellipsis } = glyphsOf(state.modes)
	const lines = rows.flatMap(({ item }, index): Line[] => {
		const here = index === selected
		const { sign, tone } = signOf(item.id, view)
		const number = STEPS.indexOf(item) + 1
		const head = line(
			span(here ? mark : ' ', 'selected'),
			span(sign, tone),
			span(` ${number} ${item.title}`, here ? 'selected' : 'plain'),
		)
		const came = cameTo(item.id, view)
		return [
			cutLine(head, columns, ellipsis),
			...(came === '' ? [] : [cutLine(line(span(`     ${came}`, 'dim')), columns, ellipsis)]),
		]
	})
	return lines.slice(0, height)
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

/** Lines below a heading stand under its text. */
const INDENT = 6

/** The step: WHY, READ, SAYS, DO, NOT CHECKED; what to press comes last and is always in view. */
export function stepDetail(state: State, columns: number, height: number): readonly Line[] {
	const view = shown(state)
	const step = presentStepOf(state)
	const evidence = stepEvidence(view)
	const { read, says, confidence, does, notChecked } = step.answer(evidence)
	const number = STEPS.indexOf(step) + 1
	const { ellipsis } = glyphsOf(state.modes)
	const roomy = height >= 22
	const gap = roomy ? [EMPTY] : []
	const keys = keyLines(state, columns)
	const head = [
		...wrap(`STEP ${number} of ${STEPS.length}  ${step.question}`, columns - 2).map((text) =>
			line(' ', span(text, 'strong')),
		),
		...gap,
	]
	const reads = read.map(([what, value]) => readLine(what, value, columns, ellipsis))
	const says_ = [
		...headed('SAYS', says, columns, 'strong'),
		...(confidence === 'none'
			? []
			: [line(' '.repeat(INDENT + 1), span(english.confidence(CONFIDENCE[confidence]), 'dim'))]),
	]
	const graph = graphLines(view, columns)
	const todo = does === '' ? [] : headed('DO', does, columns)
	const not = headed('NOT', english.checked(notChecked.join('; ')), columns, 'dim')
	const room = Math.max(0, height - keys.length - (roomy ? 1 : 0))
	// What the step says is worth most; why it is asked and what was not looked at go first where the room is short.
	const parts = [
		{ lines: head, worth: 0 },
		{ lines: [...headed('WHY', step.why, columns, 'dim'), ...gap], worth: 4 },
		{ lines: [...headedLines('READ', reads), ...(reads.length > 0 ? gap : [])], worth: 3 },
		{ lines: [...says_, ...graph, ...gap], worth: 1 },
		{ lines: [...todo, ...(todo.length > 0 ? gap : [])], worth: 2 },
		{ lines: not, worth: 5 },
	]
	const kept = fitting(parts, room, columns, state)
	const blank = Array.from({ length: Math.max(0, height - keys.length - kept.length) }, () => EMPTY)
	return [...kept, ...blank, ...keys].slice(0, height)
}

const CONFIDENCE: Readonly<Record<Exclude<Confidence, 'none'>, string>> = {
	high: 'high',
	medium: 'medium',
	low: 'low',
}

type Part = { readonly lines: readonly Line[]; readonly worth: number }

/** Parts in their order, those that are worth least cut first, and left out when a line of them is all that would stay. */
function fitting(parts: readonly Part[], room: number, columns: number, state: State): readonly Line[] {
	const sizes = parts.map(({ lines }) => lines.length)
	let over = sizes.reduce((sum, size) => sum + size, 0) - room
	for (const { index } of parts
		.map(({ worth }, index) => ({ worth, index }))
		.sort((one, other) => other.worth - one.worth)) {
		if (over <= 0) break
		const size = sizes[index] ?? 0
		const least = (parts[index]?.worth ?? 0) <= 2 ? Math.min(2, size) : 0
		const cutBy = Math.min(over, size - least)
		const left = size - cutBy
		sizes[index] = left === 1 && size > 1 ? 0 : left
		over -= size - (sizes[index] ?? 0)
	}
	return parts
		.flatMap(({ lines }, index) => clipped(lines, columns, sizes[index] ?? 0, state))
		.slice(0, Math.max(0, room))
}

const headed = (title: string, text: string, columns: number, tone: Tone = 'plain'): readonly Line[] =>
	headedLines(
		title,
		wrap(span(text).text, columns - INDENT - 2).map((part) => line(' '.repeat(INDENT + 1), span(part, tone))),
	)

/** The title in front of the first line, in the room that the lines leave at their left. */
function headedLines(title: string, lines: readonly Line[]): readonly Line[] {
	const [first, ...rest] = lines
	if (first === undefined) return []
	const [indent, ...spans] = first
	const left = ` ${title}`.padEnd(INDENT + 1)
	return [[span(left, 'key'), ...(indent?.text.trim() === '' ? spans : first)], ...rest]
}

function readLine(what: string, value: string, columns: number, ellipsis: string): Line {
	const room = columns - INDENT - 2
	const shownWhat = cut(
		span(what).text,
		Math.max(8, room - Math.min(span(value).text.length, Math.floor(room * 0.6)) - 2),
		ellipsis,
	)
	return cutLine(
		line(' '.repeat(INDENT + 1), span(shownWhat), span(`  ${value}`, 'strong')),
		columns,
		ellipsis,
	)
}

/** INVALID packets before, with and after the setting that is or was tried. */
function graphLines(view: State, columns: number): readonly Line[] {
	if (presentStep(view) !== 'setting') return []
	const { trial, experiments } = view.steps
	const glyphs = glyphsOf(view.modes)
	const history = view.counters.value?.invalidHistory ?? []
	const seconds = (from: number) => Math.max(0, Math.floor((view.now - from) / 1000))
	if (trial !== undefined && trial.phase !== 'asked') {
		const during =
			trial.phase === 'during' ? history.slice(-Math.max(1, seconds(trial.startedAt))) : trial.during
		const after = trial.phase === 'after' ? history.slice(-Math.max(1, seconds(trial.endedAt))) : []
		const left =
			trial.phase === 'during'
				? trial.seconds - seconds(trial.startedAt)
				: trial.during.length - seconds(trial.endedAt) + 1
		return [
			...graph(trial.before.slice(-30), during, after, columns, glyphs),
			line(
				' '.repeat(INDENT + 1),
				span(
					trial.phase === 'during'
						? english.measuringWithItSMore(Math.max(0, left))
						: english.undoneMeasuringAfterwardsSMore(Math.max(0, left)),
					'attention',
				),
			),
		]
	}
	const last = experiments.at(-1)
	return last === undefined ? [] : graph(last.before, last.during, last.after, columns, glyphs)
}

/** One scale for all three: a graph of each alone would make them look alike. */
function graph(
	before: readonly number[],
	during: readonly number[],
	after: readonly number[],
	columns: number,
	glyphs: ReturnType<typeof glyphsOf>,
): readonly Line[] {
	const cells = Math.max(4, Math.floor((columns - INDENT - 8) / 3))
	const top = Math.max(1, ...before, ...during, ...after)
	// What is still to be measured is blank, and no bar of nothing.
	const part = (values: readonly number[]) =>
		sparkline(values, Math.max(1, values.length), cells, glyphs, top)
	const wall = span(glyphs.wall, 'dim')
	const { before: one, during: two, after: three } = judge(before, during, after)
	const label = (name: string, values: readonly number[], value: number) =>
		cut(values.length === 0 ? name : `${name} ${rate(value)}/s`, cells, '').padEnd(cells)
	return [
		line(' '.repeat(INDENT + 1), span(part(before)), wall, span(part(during)), wall, span(part(after))),
		line(
			' '.repeat(INDENT + 1),
			span(
				`${label('before', before, one)} ${label('with', during, two)} ${label('after', after, three)}`,
				'dim',
			),
		),
	]
}

/** What can be pressed now, in words: a newcomer needs nothing else. */
function keyLines(state: State, columns: number): readonly Line[] {
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

/** Parts side by side as long as they fit; none is broken. */
function rowsOf(parts: readonly string[], cells: number): readonly string[] {
	const rows: string[] = []
	for (const part of parts) {
		const last = rows.at(-1)
		const joined = last === undefined ? part : `${last}   ${part}`
		if (last !== undefined && joined.length <= cells) rows[rows.length - 1] = joined
		else rows.push(cut(part, cells))
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
