import { ENDED_LIMIT, invalidReasons, type SampledFlow } from '../../../investigation/evidence.ts'
import { STEP_IDS, type StepId } from '../../../investigation/step.ts'
import type { EndedEntry } from '../../../kernel/conntrack/ended-entry.ts'
import type { MonotonicMs } from '../../../model/clock.ts'
import type { Settings } from '../../../model/settings.ts'
import type { Surroundings } from '../../../model/surroundings.ts'
import { ok, type Result } from '../../../words/failure.ts'
import { accountOf } from '../../log/account.ts'
import { readingOf } from '../../state/readings.ts'
import type { State } from '../../state/state.ts'
import type { ReasonMark, StepsState } from '../../state/steps-state.ts'
import { presentStep, presentStepOf, stepEvidence } from './evidence.ts'

/** A longest trial, and one to count from. */
const MARKS = 121
const REASONS = 20

/** One more second of the reasons that are told most. */
function marked({ reasons, steps }: State, at: MonotonicMs): readonly ReasonMark[] {
	const counts: Record<string, number> = {}
	for (const { key, count } of invalidReasons({ reasons }).slice(0, REASONS)) counts[key] = count
	return [...steps.marks.slice(1 - MARKS), { at, counts }]
}

/**
 * Lines of one reason in each of the last `count` seconds, oldest first; fewer when fewer were seen. What came within
 * several seconds (the program was stopped) is spread over them.
 */
export function lineSeconds(marks: readonly ReasonMark[], key: string, count: number): readonly number[] {
	const seconds: number[] = []
	for (const [index, { at, counts }] of marks.entries()) {
		const older = marks[index - 1]
		if (older === undefined) continue
		const lines = Math.max(0, (counts[key] ?? 0) - (older.counts[key] ?? 0))
		const lasted = Math.max(1, Math.round((at - older.at) / 1000))
		for (let second = 0; second < Math.min(lasted, count); second++) seconds.push(lines / lasted)
	}
	return count < 1 ? [] : seconds.slice(-count)
}

const stepsWith = (state: State, change: Partial<StepsState>): State => ({
	...state,
	steps: { ...state.steps, ...change },
})

/** The first values are kept: the report holds them against the last. */
export function settingsRead(state: State, result: Result<Settings>): State {
	const next = { ...state, settings: readingOf(state.settings, result) }
	if (!result.ok || state.settings.value !== undefined) return next
	return stepsWith(next, { settingsBefore: result.value.values })
}

/** Keeps what each second of an investigation came to: the account, and how often each reason was told. */
export function secondKept(state: State, at: MonotonicMs): State {
	if (Object.keys(state.steps.begun).length === 0) return state
	const marks = marked(state, at)
	const { accounting, lines = {}, paths } = accountOf(state)
	if (accounting === undefined || accounting.counted === 0) return stepsWith(state, { marks })
	return stepsWith(state, {
		marks,
		account: { accounting, silent: accounting.silent > 0 ? paths : [], lines },
	})
}

/** After each action: the step that is in view has begun. */
export function stepBegun(state: State, at: MonotonicMs): State {
	if (state.screen !== 'steps') return state
	const id = presentStep(state)
	if (state.steps.begun[id] !== undefined) return state
	return stepsWith(state, { begun: { ...state.steps.begun, [id]: at } })
}

function wentTo(state: State, id: StepId): State {
	const index = STEP_IDS.indexOf(id)
	return {
		...state,
		panes: {
			...state.panes,
			steps: { ...state.panes.steps, selected: index, selectedKey: id, filter: '', inverted: false },
		},
	}
}

/** Keeps what the step came to, and goes where its answer leads. */
export function stepNext(state: State): State {
	const id = presentStep(state)
	const answer = presentStepOf(state).answer(stepEvidence(state))
	const { next } = answer
	const { done, skipped, trail } = state.steps
	const left = stepsWith(state, {
		done: { ...done, [id]: { answer, wall: state.wall } },
		skipped: skipped.filter((one) => one !== id),
		trail: [...trail, id].slice(-50),
	})
	return next === undefined ? left : wentTo(left, next)
}

/** To the next one of the list; the answer of this one stays open. */
export function stepSkipped(state: State): State {
	const id = presentStep(state)
	const next = STEP_IDS[STEP_IDS.indexOf(id) + 1]
	if (next === undefined) return state
	const { skipped, trail } = state.steps
	const left = stepsWith(state, {
		skipped: [...skipped.filter((one) => one !== id), id],
		trail: [...trail, id].slice(-50),
	})
	return wentTo(left, next)
}

export function stepBack(state: State): State {
	const { trail } = state.steps
	const last = trail.at(-1) ?? STEP_IDS[STEP_IDS.indexOf(presentStep(state)) - 1]
	return last === undefined ? state : wentTo(stepsWith(state, { trail: trail.slice(0, -1) }), last)
}

/** Looks again from now on, with nothing of what was sampled before. */
export function stepRepeated(state: State, at: MonotonicMs): State {
	const id = presentStep(state)
	const { [id]: _old, ...done } = state.steps.done
	return stepsWith(state, {
		begun: { ...state.steps.begun, [id]: at },
		done,
		...(id === 'directions' ? { sampled: [], bothWays: undefined } : {}),
	})
}

/** So many flows are looked at: each costs some children. */
export const SAMPLES = 24

export function flowSampled(state: State, sample: SampledFlow): State {
	const others = state.steps.sampled.filter(({ flow }) => flow !== sample.flow)
	return stepsWith(state, { sampled: [...others, sample].slice(-SAMPLES) })
}

export function surroundingsRead(state: State, result: Result<Surroundings>): State {
	const { surroundings } = state
	if (!result.ok) return { ...state, surroundings: readingOf(surroundings, result) }
	const last = result.value
	const first = surroundings.value?.first ?? last
	return { ...state, surroundings: readingOf(surroundings, ok({ at: last.at, last, first })) }
}

export function entriesEnded(state: State, entries: readonly EndedEntry[], missed: boolean): State {
	return stepsWith(state, {
		ended: [...(state.steps.ended ?? []), ...entries].slice(0, ENDED_LIMIT),
		endsMissed: state.steps.endsMissed || missed,
	})
}
