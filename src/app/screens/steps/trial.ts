import type { Experiment } from '../../../investigation/evidence.ts'
import { reasonInQuestion, untried } from '../../../investigation/trial/experiments.ts'
import { forecastOf, saidOf, settingSays } from '../../../investigation/trial/forecast.ts'
import type { LeaseView } from '../../../model/change.ts'
import type { MonotonicMs } from '../../../model/clock.ts'
import * as english from '../../../words/english/app/steps.ts'
import { rate } from '../../../words/numbers.ts'
import type { Step } from '../../changing/switching.ts'
import type { State } from '../../state/state.ts'
import type { RunningTrial } from '../../state/steps-state.ts'
import { stepEvidence } from './evidence.ts'
import { lineSeconds } from './slice.ts'

/** At first half a minute; once K was pressed as long as such a change may stay. */
const TRIAL_SECONDS = 30
const LONGEST_TRIAL_SECONDS = 110

/** Measured afterwards for at least as long, however soon it was undone. */
const LEAST_SECONDS = 5

const trialWith = (state: State, trial: RunningTrial | undefined): State => ({
	...state,
	steps: { ...state.steps, trial },
})

/** The exact write of the most promising setting; from its yes on it is measured. */
export function trialStep(state: State): { readonly state: State; readonly step: Step } {
	const evidence = stepEvidence(state)
	const [trial] = untried(evidence)
	if (trial === undefined) return { state, step: { reason: english.thereIsNothingLeftTo } }
	if (state.steps.trial !== undefined && state.steps.trial.phase !== 'asked')
		return { state, step: { reason: english.aSettingIsBeingTried } }
	const { knob, from, to, because, risk } = trial
	const about = evidence.isTold ? reasonInQuestion(trial, evidence) : undefined
	const row = state.reasons.find(({ reason }) => reason === about)
	const forecast = forecastOf(evidence)
	const says = settingSays(knob, to, forecast)
	const asked = trialWith(state, {
		knob,
		from,
		to,
		phase: 'asked',
		seq: undefined,
		startedAt: 0,
		endedAt: 0,
		seconds: TRIAL_SECONDS,
		before: [],
		during: [],
		said: saidOf(knob, to, forecast),
		lines:
			row === undefined
				? undefined
				: { key: row.key, protocol: row.reason.protocol, title: row.reason.title, before: [], during: [] },
	})
	return {
		state: asked,
		step: {
			dialog: {
				kind: 'confirm-change',
				plan: { purpose: english.tryWord(knob, to), changes: [{ knob, from, to }] },
				blockers: [],
				notes: [
					english.expectedIfThisIsIt(because, rate(evidence.counts?.rate ?? 0)),
					...(says === undefined ? [] : [english.saidOfIt(says)]),
					english.riskMeanwhile(risk),
					english.measuredForSWithK(TRIAL_SECONDS),
				],
			},
		},
	}
}

/** INVALID packets in the last whole seconds. */
const lastSeconds = ({ counters }: State, count: number): readonly number[] =>
	count < 1 ? [] : (counters.value?.invalidHistory ?? []).slice(-Math.floor(count))

/** Lines of the reason in question in the last whole seconds. */
const lastLines = (state: State, { lines }: RunningTrial, count: number): readonly number[] =>
	lines === undefined ? [] : lineSeconds(state.steps.marks, lines.key, Math.floor(count))

/** Follows the change that is tried: it begins with the write, and ends with the undo, whoever undoes it. */
export function trialSeen(state: State, view: LeaseView, at: MonotonicMs): State {
	const { trial } = state.steps
	if (trial === undefined || trial.phase === 'after') return state
	if (trial.phase === 'asked') {
		const change = view.changes.find(
			({ knob, state: is, set }) =>
				knob === trial.knob && set === trial.to && (is === 'in-force' || is === 'confirm'),
		)
		if (change === undefined) return state
		return trialWith(state, {
			...trial,
			phase: 'during',
			seq: change.seq,
			startedAt: at,
			before: lastSeconds(state, LONGEST_TRIAL_SECONDS),
			lines: trial.lines && {
				...trial.lines,
				before: lastLines(state, trial, LONGEST_TRIAL_SECONDS),
			},
		})
	}
	const change = view.changes.find(({ seq }) => seq === trial.seq)
	const isOn = change?.state === 'in-force' || change?.state === 'confirm'
	if (isOn) {
		const isKept = change.confirmBy === null && change.state === 'in-force'
		const seconds = isKept ? LONGEST_TRIAL_SECONDS : TRIAL_SECONDS
		return seconds === trial.seconds ? state : trialWith(state, { ...trial, seconds })
	}
	// The second in which it was written has packets of both.
	const lasted = (at - trial.startedAt) / 1000 - 1
	return trialWith(state, {
		...trial,
		phase: 'after',
		endedAt: at,
		during: lastSeconds(state, lasted),
		lines: trial.lines && { ...trial.lines, during: lastLines(state, trial, lasted) },
	})
}

/** Whether the change that is tried has been on for long enough. */
export function isTrialOver(state: State, at: MonotonicMs): boolean {
	const { trial } = state.steps
	return trial?.phase === 'during' && at - trial.startedAt >= trial.seconds * 1000
}

/** As long after it as during it: then the three are held against each other. */
export function trialMeasured(state: State, at: MonotonicMs): State {
	const { trial, experiments } = state.steps
	if (trial?.phase !== 'after') return state
	const length = Math.max(LEAST_SECONDS, trial.during.length)
	if ((at - trial.endedAt) / 1000 - 1 < length) return state
	const { knob, from, to, before, during, lines, said } = trial
	const done: Experiment = {
		knob,
		from,
		to,
		before: before.slice(-length),
		during,
		after: lastSeconds(state, length),
		said,
		lines: lines && {
			reason: `${lines.protocol} ${lines.title}`,
			before: lines.before.slice(-length),
			during: lines.during,
			after: lastLines(state, trial, length),
		},
		cut: [
			...(during.length < TRIAL_SECONDS - 5 ? [english.itWasOnForS(during.length + 1)] : []),
			...(before.length < during.length ? [english.onlySBeforeItWere(before.length)] : []),
		].join(', and '),
	}
	return {
		...state,
		steps: { ...state.steps, trial: undefined, experiments: [...experiments, done] },
	}
}

/** The question was answered with no. */
export const trialDropped = (state: State): State =>
	state.steps.trial?.phase === 'asked' ? trialWith(state, undefined) : state
