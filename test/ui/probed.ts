import type { State } from '../../src/app/state/state.ts'
import { reducer } from '../../src/app/store/reducer.ts'
import { planProbes } from '../../src/changes/kinds/probes.ts'
import type { ProbeSet } from '../../src/kernel/probes/probe-sets.ts'
import type { HostFacts } from '../../src/model/host-facts.ts'
import type { LogEvent } from '../../src/model/log-event.ts'
import { ok } from '../../src/words/failure.ts'
import { probeEvent, SILENT_FIN } from '../harness/samples/readings.ts'
import { countersOf } from '../harness/samples/samples.ts'
import { packetText } from '../harness/samples/states.ts'
import { counts, held, holding, later, NOW, WALL } from './situations.ts'

const DRAWN = {
	reasons: { token: '0a0b0c01', secret: 1 },
	ends: { token: '0a0b0c02', secret: 2 },
	invalid: { token: '0a0b0c03', secret: 3 },
}

const change = (set: ProbeSet, seq: number, rest = {}) => {
	const { change: planned } = planProbes(set, DRAWN[set as keyof typeof DRAWN])
	return held({
		seq,
		knob: planned.knob,
		sysctl: `kernel probes ctscope_${DRAWN[set as keyof typeof DRAWN].token}`,
		was: planned.from,
		set: planned.to,
		now: planned.to,
		purpose: 'show why packets are INVALID, by kernel probes',
		...rest,
	})
}

/** Probes can be set, and nothing is on. */
export const canBeProbed = (): State => {
	const state = counts()
	const facts: HostFacts = {
		...(state.facts as HostFacts),
		probes: { canBe: true, needsMount: false, tellsPackets: true, says: [] },
	}
	return later(state, { type: 'facts', facts }, { type: 'probes-drawn', drawn: DRAWN })
}

/** Kernel probes tell of this network namespace and of two others; FINs have no reason on this kernel. */
export const probed = (): State => {
	const before = canBeProbed()
	const own = before.facts?.netns.inode ?? 0
	const rows = [
		...Array.from({ length: 40 }, () =>
			probeEvent(
				'probe',
				packetText('SEQ is over upper bound 3911100000 (over the window of the receiver)'),
				own,
				NOW + 2_300,
			),
		),
		...Array.from({ length: 25 }, () => probeEvent('silent', SILENT_FIN, own, NOW + 2_300)),
		...Array.from({ length: 31 }, () =>
			probeEvent('probe', packetText('invalid rst', '10.0.7.7'), own + 1, NOW + 2_300),
		),
		...Array.from({ length: 4 }, () => probeEvent('silent', SILENT_FIN, own + 2, NOW + 2_300)),
	] satisfies readonly LogEvent[]
	const counted = (at: number, invalid: number) => {
		const rest = { entries: 41_022, error: 0, drop: 0 }
		return ok(countersOf(at, { ...rest, invalid: 10_000 }, { ...rest, invalid }))
	}
	const changes = [
		change('reasons', 1),
		change('ends', 2),
		change('invalid', 3, { state: 'confirm', confirmBy: NOW + 28_000, undoAt: NOW + 28_000 }),
	]
	const steps = [
		[NOW, { type: 'lease', view: holding(changes) }],
		[NOW + 100, { type: 'probes-started' }],
		[NOW + 500, { type: 'counters', result: counted(NOW + 500, 10_000) }],
		[NOW + 1_000, { type: 'tick', wall: WALL + 1_000 }],
		[NOW + 2_400, { type: 'log', events: rows }],
		[NOW + 2_500, { type: 'counters', result: counted(NOW + 2_500, 10_065) }],
		[NOW + 3_000, { type: 'tick', wall: WALL + 3_000 }],
	] as const
	return steps.reduce((state, [at, body]) => reducer(state, { ...body, at }), before)
}
