import { invalidReasons } from '../../investigation/evidence.ts'
import { flowFromText } from '../../investigation/join/flow-words.ts'
import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import type { Clock } from '../../model/clock.ts'
import type { Observer } from '../../ports/observer.ts'
import { presentStep, stepEvidence } from '../screens/steps/evidence.ts'
import { SAMPLES } from '../screens/steps/slice.ts'
import type { ActionBody } from '../state/actions.ts'
import type { FlowCount, State } from '../state/state.ts'

/** Between two flows, at least: each is a look into the whole table by a child ... */
const REST_MS = 400
/** ... and dear where the table is large: at most such a part of the time goes into it. */
const SHARE = 0.2
/** The reasons whose flows are looked at: so many at most, the two most frequent ones, and each with such a part of the lines. */
const REASONS = 6
const ALWAYS = 2
const IMPORTANT = 0.05
/** Flows of each of them. */
const EACH = 6
/** A flow that was seen within this is still going on. */
const LIVELY_MS = 5_000

export type Sampling = {
	/** Called after each action: looks at flows while the step that asks for them is in view. */
	heard(state: State): void
	stop(): void
}

type Wanted = { readonly reasonId: string; readonly flow: string; readonly protocol: string }

/**
 * The flow whose turn it is: one of the reason that has fewest so far, then of the most frequent one. Of its flows those
 * that go on come first, since sockets and entries of others may be gone, and of these the most frequent.
 */
export function flowToSample(state: State): Wanted | undefined {
	const { sampled } = state.steps
	if (sampled.length >= SAMPLES) return undefined
	const done = new Set(sampled.map(({ flow }) => flow))
	const rows = invalidReasons(stepEvidence(state))
	const all = rows.reduce((sum, { count }) => sum + count, 0)
	const wanted = rows
		.filter(({ count }, index) => index < ALWAYS || count >= IMPORTANT * all)
		.slice(0, REASONS)
		.map(({ reason }) => ({
			reason,
			taken: sampled.filter(({ reasonId }) => reasonId === reason.id).length,
		}))
		.filter(({ taken }) => taken < EACH)
		.toSorted((one, other) => one.taken - other.taken)
	for (const { reason } of wanted) {
		const row = state.reasons.find((one) => one.reason === reason)
		const isLively = ({ lastAt }: FlowCount): boolean => state.now - lastAt <= LIVELY_MS
		const flow = (row?.flows ?? [])
			.filter((one) => !done.has(one.flow) && flowFromText(reason.protocol, one.flow) !== undefined)
			.toSorted(
				(one, other) =>
					Number(isLively(other)) - Number(isLively(one)) ||
					other.count - one.count ||
					other.lastAt - one.lastAt,
			)[0]
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
	let last: State | undefined

	const look = async (wanted: Wanted, query: FlowQuery): Promise<void> => {
		busy = true
		const began = clock.monotonic()
		const facts = await observer.flow(query)
		const took = clock.monotonic() - began
		clock.after(Math.max(REST_MS, took * (1 / SHARE - 1)), () => {
			busy = false
			if (last !== undefined) heard(last)
		})
		if (!stopped)
			dispatch({ type: 'sampled', sample: { reasonId: wanted.reasonId, flow: wanted.flow, facts } })
	}

	const heard = (state: State): void => {
		last = state
		if (busy || stopped || state.screen !== 'steps' || presentStep(state) !== 'directions') return
		const wanted = flowToSample(state)
		const query = wanted === undefined ? undefined : flowFromText(wanted.protocol, wanted.flow)
		if (wanted !== undefined && query !== undefined) void look(wanted, query)
	}

	return {
		heard,
		stop() {
			stopped = true
		},
	}
}
