import type { StepAnswer } from '../../../investigation/step.ts'
import { STEPS, stepById } from '../../../investigation/steps/steps.ts'
import * as english from '../../../words/english/app/steps.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import { cutLine, EMPTY, type Line, line, lineWidth, span, type Tone, wrapLine } from '../../../words/line.ts'
import { capital } from '../../../words/numbers.ts'
import { keyOf } from '../../state/bindings.ts'
import { shown } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { type Action, actionLines, headlineLines } from '../parts/headline.ts'
import { flowsOfReason, reasonsSoFar, relatedParts, rulesThatAct } from '../parts/related.ts'
import { offerNow } from './commands.ts'
import { evidenceOfStep, presentStep, presentStepOf, stepEvidence } from './evidence.ts'
import { stepsPane } from './rows.ts'
import { graphLines } from './trial-graph.ts'

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
	if (was === undefined) return skipped.includes(id) ? 'skipped' : ''
	// Its numbers are those of now, as on all screens, also where it was left while it was still looking; what it came to stays
	// when it could not be answered any more.
	const now = stepById(id).answer(evidenceOfStep(state, id))
	return was.answer.state === 'reading' || now.state === 'answered' ? now.short : was.answer.short
}

function signOf(id: Id, { steps, modes }: State): { readonly sign: string; readonly tone: Tone } {
	if (steps.done[id] !== undefined) return { sign: modes.ascii ? '+' : '✓', tone: 'good' }
	if (steps.skipped.includes(id)) return { sign: '-', tone: 'dim' }
	return { sign: ' ', tone: 'plain' }
}

/** A step in a column has no list beside it that says which one it is. */
const NARROW = 45

/**
 * The step: its answer in one sentence and how sure that is, what can be done, what the answer rests on, why it is asked and
 * what was not checked. Blank lines part them where all of it is in view with them.
 */
export function stepDetail(state: State, columns: number, height: number): readonly Line[] {
	const view = shown(state)
	const step = presentStepOf(state)
	const answer = step.answer(stepEvidence(view))
	const number = STEPS.indexOf(step) + 1
	const parts = [
		columns < NARROW ? [line(' ', span(`${number}/${STEPS.length} ${step.title}`, 'dim'))] : [],
		headlineLines(answer, state, columns),
		actionLines(actionsOf(answer, state), columns),
		evidenceLines(answer, view, columns),
		labelled(english.whyAsked, `${step.question} ${step.why}`, columns),
		labelled(english.notChecked, `${answer.notChecked.join('; ')}.`, columns),
	].filter((part) => part.length > 0)
	const all = parts.flat()
	return all.length + parts.length - 1 <= height
		? parts.flatMap((part, index) => (index === 0 ? part : [EMPTY, ...part]))
		: all
}

/** What was found so far, but for what the evidence of the step says itself. */
export function stepRelated(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	const id = presentStep(state)
	return relatedParts(
		id === 'reasons' ? [] : reasonsSoFar(view, columns),
		flowsOfReason(view.reasons[0], columns),
		id === 'acting' ? [] : rulesThatAct(view, columns),
	)
}

/** What can be done in this step: one line each, with its key in front where it has one. */
function actionsOf({ does, byHand = [], next, offer: offered }: StepAnswer, state: State): readonly Action[] {
	const offer = offerNow(state)
	const target = STEPS.find(({ id }) => id === next)
	const without = offered === 'log-why' ? english.withoutIt : ''
	return [
		...(offer === undefined
			? does === ''
				? []
				: [{ text: does }]
			: [{ key: keyOf('step-do'), text: does === '' ? capital(offer.word) : does }]),
		...(target === undefined
			? []
			: [
					{
						key: keyOf('step-next'),
						text: english.goOn(without, STEPS.indexOf(target) + 1, target.title),
					},
				]),
		{ key: keyOf('step-repeat'), text: english.askAgain },
		...byHand.map((text) => ({ text })),
	]
}

/** What the answer rests on: what was measured and read, then what follows from it in sentences. */
function evidenceLines({ says, read }: StepAnswer, view: State, columns: number): readonly Line[] {
	const lines = [
		...graphLines(view, columns),
		...read.flatMap(([what, value]) =>
			wrapLine(line('   ', span(what), span(`  ${value}`, 'strong')), columns - 1, 5),
		),
		...(says === '' ? [] : wrapLine(line('   ', span(says)), columns - 1, 3)),
	]
	return lines.length === 0 ? [] : [line(' ', span(english.evidence, 'dim')), ...lines]
}

const labelled = (label: string, text: string, columns: number): readonly Line[] =>
	wrapLine(line(' ', span(`${label} ${text}`, 'dim')), columns - 1, 3)

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
			{ id: 'answer', title: 'ANSWER', width: 10, rank: 1 },
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
