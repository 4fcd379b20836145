import { ENDED_LIMIT, type Evidence } from '../../investigation/evidence.ts'
import {
	endsIn,
	MOST_ENDED,
	type Obituary,
	obituariesOf,
	obituariesOfFlows,
} from '../../investigation/join/obituary.ts'
import { OTHERS } from '../log/reasons.ts'
import { onceAState } from '../state/once-a-state.ts'
import type { ReasonRow, State } from '../state/state.ts'
import { probesInForce } from './probing.ts'

/** Kernel probes tell of the ends of entries, or have told of them; otherwise it is conntrack -E. */
function isByProbes(state: State): boolean {
	const { way, probes, steps } = state
	if (way !== undefined && way.source !== 'probe') return false
	if (areWatched(state) || steps.ended === undefined) return true
	return way === undefined && probes.told.obituaries.ended.size > 0
}

const areWatched = (state: State): boolean =>
	probesInForce(state).some(({ probes: { set } }) => set === 'ends')

/** Entries that have ended while it was watched, oldest first, and whether some were not told. */
export const endsTold = onceAState((state): Pick<Evidence, 'ended' | 'endsMissed'> => {
	const { probes, steps } = state
	if (!isByProbes(state))
		return {
			ended: steps.ended,
			endsMissed: steps.endsMissed || (steps.ended?.length ?? 0) >= ENDED_LIMIT,
		}
	const { ended } = probes.told.obituaries
	if (ended.size === 0 && probes.status === 'off') return { ended: undefined, endsMissed: false }
	const isCut = state.way !== undefined && !areWatched(state)
	return { ended: endsIn({ ended }), endsMissed: isCut || probes.lost > 0 || ended.size >= MOST_ENDED }
})

/** Reasons of packets without an entry. */
const NO_ENTRY = /^(?:tcp-new|tcp-rst|unlined-tcp|unlined-icmp-reply)/

/** Ends of the entries of packets that came without one, as far as they were told. */
export const obituariesTold = onceAState((state): readonly Obituary[] =>
	isByProbes(state)
		? obituariesOf(state.probes.told.obituaries)
		: obituariesOfFlows(
				state.steps.ended ?? [],
				[...state.reasons, ...(state.unlined?.rows ?? [])].flatMap(flowsWithoutEntry),
			),
)

const flowsWithoutEntry = ({ reason, flows }: ReasonRow) =>
	NO_ENTRY.test(reason.id)
		? flows.flatMap(({ flow, count, firstAt }) =>
				flow === OTHERS ? [] : [{ flow, protocol: reason.protocol, first: firstAt, packets: count }],
			)
		: []
