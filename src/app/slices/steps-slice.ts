import type { LeaseView } from '../../changes/change.ts'
import { tapOf } from '../../changes/tap.ts'
import type { Result } from '../../failure.ts'
import type { MonotonicMs, Settings } from '../../host/ports.ts'
import { trials } from '../../investigation/experiments.ts'
import { flowFromText } from '../../investigation/flow-words.ts'
import { invalidReasons, type SampledFlow } from '../../investigation/steps/evidence.ts'
import { STEP_IDS, type StepId } from '../../investigation/steps/step.ts'
import { rateText } from '../../investigation/steps/words.ts'
import { accountingOf } from '../accounting.ts'
import { ourTaps } from '../our-taps.ts'
import { silentNow } from '../printk-silent.ts'
import type { State } from '../state.ts'
import { stepEvidence } from '../step-evidence.ts'
import { presentStep, presentStepOf } from '../steps-present.ts'
import type { StepsState } from '../steps-state.ts'
import type { Step as DialogStep } from '../switching.ts'
import { tapStep } from '../tap-steps.ts'
import { readingOf } from './readings-slice.ts'

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

/** Keeps the account of each second in which somebody investigates. */
export function accountKept(state: State): State {
	if (Object.keys(state.steps.begun).length === 0) return state
	const accounting = accountingOf(state)
	if (accounting === undefined || accounting.counted === 0) return state
	return stepsWith(state, {
		account: { accounting, silent: accounting.silent > 0 ? silentNow(state).paths : [] },
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
export const SAMPLES = 6

export function flowSampled(state: State, sample: SampledFlow): State {
	const others = state.steps.sampled.filter(({ flow }) => flow !== sample.flow)
	return stepsWith(state, { sampled: [...others, sample].slice(-SAMPLES) })
}

/** The flow of the most frequent reason whose both directions can be counted. */
function flowToCount(state: State) {
	for (const { reason, flows } of invalidReasons(stepEvidence(state)))
		for (const { flow } of flows) {
			const query = flowFromText(reason.protocol, flow)
			if (query !== undefined) return query
		}
	return undefined
}

const THERE = 'there'
const BACK = 'back'

/** Counts packets of one service in both directions, whatever the port of its client. */
export function waysStep(state: State): DialogStep {
	const query = flowToCount(state)
	if (query === undefined) return { reason: 'no flow is known yet' }
	const { protocol, source, destination, sourcePort, destinationPort } = query
	const is = (value: string) => ({ not: false, value })
	const hasPorts =
		['tcp', 'udp', 'sctp'].includes(protocol) && sourcePort !== null && destinationPort !== null
	const isToServer = (destinationPort ?? 0) <= (sourcePort ?? 0)
	const port = is(String(isToServer ? destinationPort : sourcePort))
	const proto = hasPorts ? { proto: is(protocol) } : {}
	const hooks = ['prerouting', 'output'] as const
	const there = tapOf({
		kind: 'count',
		name: THERE,
		hooks,
		match: {
			saddr: is(source),
			daddr: is(destination),
			...proto,
			...(hasPorts ? (isToServer ? { dport: port } : { sport: port }) : {}),
		},
	})
	const back = tapOf({
		kind: 'count',
		name: BACK,
		hooks,
		match: {
			saddr: is(destination),
			daddr: is(source),
			...proto,
			...(hasPorts ? (isToServer ? { sport: port } : { dport: port }) : {}),
		},
	})
	return tapStep(state, [there, back])
}

/** What the two counting tables have counted: it is kept when they are gone. */
export function waysCounted(state: State): State {
	const mine = ourTaps(state)
	const count = (name: string): number | undefined => {
		const held = mine.find(({ tap }) => tap.kind === 'count' && tap.name === name)
		const reading = state.taps.value?.taps.find(
			({ tap }) => held !== undefined && tap.kind === 'count' && tap.name === name,
		)
		return reading?.counts.reduce((sum, { packets }) => sum + packets, 0)
	}
	const there = count(THERE)
	const back = count(BACK)
	if (there === undefined || back === undefined) return state
	const applied = state.lease?.changes.findLast(
		({ knob, endedAt }) => knob.startsWith('table:') && endedAt === null,
	)?.appliedAt
	const seconds = applied === undefined ? 0 : Math.max(0, (state.wall - applied) / 1000)
	return stepsWith(state, { bothWays: { there, back, seconds } })
}

/** At first half a minute; once K was pressed as long as such a change may stay. */
const TRIAL_SECONDS = 30
const LONGEST_TRIAL_SECONDS = 110

/** The exact write of the most promising setting; from its yes on it is measured. */
export function trialStep(state: State): { readonly state: State; readonly step: DialogStep } {
	const evidence = stepEvidence(state)
	const [trial] = trials(evidence)
	if (trial === undefined) return { state, step: { reason: 'there is nothing left to try on this kernel' } }
	if (state.steps.trial !== undefined && state.steps.trial.phase !== 'asked')
		return { state, step: { reason: 'a setting is being tried already' } }
	const { knob, from, to, because, risk } = trial
	const [top] = state.reasons.filter(({ reason }) =>
		invalidReasons(evidence).some((one) => one.reason === reason),
	)
	const asked = stepsWith(state, {
		trial: {
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
			reason: top?.key,
			linesBefore: 0,
			linesAt: 0,
			linesDuring: 0,
		},
	})
	return {
		state: asked,
		step: {
			dialog: {
				kind: 'confirm-change',
				plan: { purpose: `try ${knob} ${to}`, changes: [{ knob, from, to }] },
				blockers: [],
				notes: [
					`expected, if this is it: ${because}, and INVALID falls from ${rateText(evidence.counts?.rate ?? 0)}/s`,
					`risk meanwhile: ${risk}`,
					`measured for ${TRIAL_SECONDS} s (with K for up to 2 min), then undone by itself and measured again`,
				],
			},
		},
	}
}

/** INVALID packets in the last whole seconds. */
const lastSeconds = ({ counters }: State, count: number): readonly number[] =>
	count < 1 ? [] : (counters.value?.invalidHistory ?? []).slice(-Math.floor(count))

/** Follows the change that is tried: it begins with the write, and ends with the undo, whoever undoes it. */
export function trialSeen(state: State, view: LeaseView, at: MonotonicMs): State {
	const { trial } = state.steps
	if (trial === undefined) return state
	const countNow = state.reasons.find(({ key }) => key === trial.reason)?.count ?? 0
	if (trial.phase === 'asked') {
		const change = view.changes.find(
			({ knob, state: is, set }) =>
				knob === trial.knob && set === trial.to && (is === 'in-force' || is === 'confirm'),
		)
		if (change === undefined) return state
		const row = state.reasons.find(({ key }) => key === trial.reason)
		return stepsWith(state, {
			trial: {
				...trial,
				phase: 'during',
				seq: change.seq,
				startedAt: at,
				before: lastSeconds(state, LONGEST_TRIAL_SECONDS),
				linesBefore:
					row === undefined
						? 0
						: row.recent.slice(0, -1).reduce((sum, one) => sum + one, 0) / Math.max(1, row.recent.length - 1),
				linesAt: countNow,
			},
		})
	}
	if (trial.phase !== 'during') return state
	const change = view.changes.find(({ seq }) => seq === trial.seq)
	const isOn = change?.state === 'in-force' || change?.state === 'confirm'
	if (isOn) {
		const isKept = change.confirmBy === null && change.state === 'in-force'
		const seconds = isKept ? LONGEST_TRIAL_SECONDS : TRIAL_SECONDS
		return seconds === trial.seconds ? state : stepsWith(state, { trial: { ...trial, seconds } })
	}
	const lasted = (at - trial.startedAt) / 1000
	return stepsWith(state, {
		trial: {
			...trial,
			phase: 'after',
			endedAt: at,
			// The second in which it was written has packets of both.
			during: lastSeconds(state, lasted - 1),
			linesDuring: lasted < 1 ? 0 : (countNow - trial.linesAt) / lasted,
			linesAt: countNow,
		},
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
	const length = trial.during.length
	const since = (at - trial.endedAt) / 1000 - 1
	if (since < Math.max(5, length)) return state
	const countNow = state.reasons.find(({ key }) => key === trial.reason)?.count ?? 0
	const { knob, from, to, before, during, linesBefore, linesDuring, linesAt } = trial
	const done = {
		knob,
		from,
		to,
		before: before.slice(-Math.max(5, length)),
		during,
		after: lastSeconds(state, Math.max(5, length)),
		lines:
			trial.reason === undefined
				? undefined
				: ([linesBefore, linesDuring, (countNow - linesAt) / (since + 1)] as const),
		cut: length < TRIAL_SECONDS - 5 ? `it was on for ${length + 1} s only` : '',
	}
	return stepsWith(state, { trial: undefined, experiments: [...experiments, done] })
}

/** The question was answered with no. */
export const trialDropped = (state: State): State =>
	state.steps.trial?.phase === 'asked' ? stepsWith(state, { trial: undefined }) : state
