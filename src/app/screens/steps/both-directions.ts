import { tapOfChange } from '../../../changes/kinds/table.ts'
import { type Tap, tapOf } from '../../../changes/tap/tap.ts'
import { halvesOf } from '../../../investigation/causes/window-context.ts'
import { type BothWays, invalidReasons } from '../../../investigation/evidence.ts'
import { flowFromText } from '../../../investigation/join/flow-words.ts'
import { viewOf } from '../../../investigation/proof/view.ts'
import type { FlowQuery } from '../../../kernel/conntrack/flow-facts.ts'
import * as english from '../../../words/english/app/steps.ts'
import { ourTaps } from '../../changing/our-taps.ts'
import type { Step } from '../../changing/switching.ts'
import { tapStep } from '../../changing/tapping.ts'
import type { State } from '../../state/state.ts'
import { stepEvidence } from './evidence.ts'

/** The most frequent flow of which one direction may be all that is seen here, or else of any reason. */
function flowToCount(state: State): FlowQuery | undefined {
	const evidence = stepEvidence(state)
	const halves = halvesOf(viewOf(evidence), evidence).toSorted((a, b) => b.count - a.count)
	const others = invalidReasons(evidence).flatMap(({ reason, flows }) =>
		flows.map(({ flow }) => flowFromText(reason.protocol, flow)),
	)
	return [...halves.map(({ query }) => query), ...others].find((query) => query !== undefined)
}

const THERE = 'there'
const BACK = 'back'
const BACK_WITHOUT_SYN = 'back-no-syn'

/** Counts packets of one service in both directions, whatever the port of its client. */
export function waysStep(state: State): Step {
	const query = flowToCount(state)
	if (query === undefined) return { reason: english.noFlowIsKnownYet }
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
	const answers = {
		saddr: is(destination),
		daddr: is(source),
		...proto,
		...(hasPorts ? (isToServer ? { sport: port } : { dport: port }) : {}),
	}
	const back = tapOf({ kind: 'count', name: BACK, hooks, match: answers })
	const backWithoutSyn = tapOf({
		kind: 'count',
		name: BACK_WITHOUT_SYN,
		hooks,
		match: { ...answers, flags: is('syn/none') },
	})
	return tapStep(state, [there, back, ...(hasPorts && protocol === 'tcp' ? [backWithoutSyn] : [])])
}

/** What the counting tables have counted: it is kept when they are gone. */
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
	const backWithoutSyn = count(BACK_WITHOUT_SYN) ?? null
	if (there === undefined || back === undefined) return state
	const applied = state.lease?.changes.findLast(
		(change) => tapOfChange(change)?.kind === 'count' && change.endedAt === null,
	)?.appliedAt
	const seconds = applied === undefined ? 0 : Math.max(0, (state.wall - applied) / 1000)
	const of = serviceOf(mine.find(({ tap }) => tap.kind === 'count' && tap.name === THERE)?.tap)
	if (of === undefined) return state
	return { ...state, steps: { ...state.steps, bothWays: { there, back, backWithoutSyn, seconds, of } } }
}

/** The service whose packets `there` counts, from its client or to it. */
function serviceOf(there: Tap | undefined): BothWays['of'] | undefined {
	const { saddr, daddr, proto, sport, dport } = there?.match ?? {}
	if (saddr === undefined || daddr === undefined) return undefined
	const isToServer = sport === undefined
	return {
		protocol: proto?.value ?? '',
		client: isToServer ? saddr.value : daddr.value,
		server: isToServer ? daddr.value : saddr.value,
		port: sport === undefined && dport === undefined ? null : Number((sport ?? dport)?.value),
	}
}
