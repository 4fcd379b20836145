import { invalidReasons } from '../../investigation/evidence.ts'
import { flowFromText } from '../../investigation/join/flow-words.ts'
import type { Clock } from '../../model/clock.ts'
import type { Observer } from '../../ports/observer.ts'
import { presentStep, stepEvidence } from '../screens/steps/evidence.ts'
import { SAMPLES } from '../screens/steps/slice.ts'
import type { ActionBody } from '../state/actions.ts'
import type { FlowCount, State } from '../state/state.ts'

/** Between two flows: each is a look into the whole table by a child. */
const REST_MS = 400
/** The reasons whose flows are looked at. */
const REASONS = 2

export type Sampling = {
	/** Called after each action: looks at flows while the step that asks for them is in view. */
	heard(state: State): void
	stop(): void
}

/** The flow whose turn it is: of the most frequent reasons, those seen last, since their sockets and entries may be gone soon. */
function flowToSample(
	state: State,
): { readonly reasonId: string; readonly flow: string; readonly protocol: string } | undefined {
	const done = new Set(state.steps.sampled.map(({ flow }) => flow))
	if (done.size >= SAMPLES) return undefined
	const wanted = invalidReasons(stepEvidence(state)).slice(0, REASONS)
	const each = Math.ceil(SAMPLES / Math.max(1, wanted.length))
	for (const { reason } of wanted) {
		const row = state.reasons.find((one) => one.reason === reason)
		const taken = state.steps.sampled.filter(({ reasonId }) => reasonId === reason.id).length
		if (row === undefined || taken >= each) continue
		const flow = row.flows
			.toSorted((one: FlowCount, other: FlowCount) => other.lastAt - one.lastAt)
			.find((one) => !done.has(one.flow) && flowFromText(reason.protocol, one.flow) !== undefined)
		if (flow !== undefined) return { reasonId: reason.id, flow: flow.flow, protocol: reason.protocol }
	}
	return undefined
}

/** Looks for entry and socket of some flows of INVALID packets, one at a time. */
export function createSampling(
	observer: Pick<Observer, 'flow'>,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
): Sampling {
	let busy = false
	let stopped = false

	const look = async (state: State): Promise<void> => {
		const wanted = flowToSample(state)
		const query = wanted === undefined ? undefined : flowFromText(wanted.protocol, wanted.flow)
		if (wanted === undefined || query === undefined) return
		busy = true
		const facts = await observer.flow(query)
		clock.after(REST_MS, () => {
			busy = false
			if (!stopped)
				dispatch({ type: 'sampled', sample: { reasonId: wanted.reasonId, flow: wanted.flow, facts } })
		})
	}

	return {
		heard(state) {
			if (busy || stopped || state.screen !== 'steps' || presentStep(state) !== 'directions') return
			void look(state)
		},
		stop() {
			stopped = true
		},
	}
}
