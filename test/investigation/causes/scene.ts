import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import type { Evidence, SeenFlow } from '../../../src/investigation/evidence.ts'
import type { EndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import { NO_SEGMENTS, type Segments } from '../../../src/kernel/packet/segments.ts'
import type { ShapingKind } from '../../../src/kernel/rules/rule.ts'
import { endedEntry } from '../../harness/samples/ended.ts'
import * as s from '../../ui/situations.ts'

export const base = stepEvidence(s.sampled())
export const CLIENT = '10.66.1.1'
export const SERVER = '10.66.2.2'
export const CONNTRACK = { portId: 7, program: 'conntrack', how: 'deleted' } as const

export type Row = {
	readonly flow: string
	readonly count?: number
	readonly segments?: Partial<Segments>
	readonly where?: string
	/** When its packets came, ms; undefined where that is not known. */
	readonly came?: SeenFlow['came']
}

const flowOf = ({ flow, count = 1, segments, where = 'left>right', came }: Row): SeenFlow => ({
	...{ flow, count, where, ports: [], beyond: null, segments: { ...NO_SEGMENTS, ...segments } },
	...(came === undefined ? {} : { came }),
})

/** INVALID packets of one reason on a host that knows no entry of them. */
export function seen(id: string, rows: readonly Row[], change: Partial<Evidence> = {}): Evidence {
	const [template] = base.reasons
	const [sample] = base.sampled
	if (template === undefined || sample === undefined) throw new Error('no situation')
	const flows = rows.map(flowOf)
	const count = flows.reduce((sum, one) => sum + one.count, 0)
	return {
		...base,
		accounting: undefined,
		bothWays: undefined,
		experiments: [],
		ended: [],
		rules: rules(),
		reasons: [{ ...template, reason: { ...template.reason, id, protocol: 'tcp' }, count, flows }],
		sampled: rows.map(({ flow }) => ({
			reasonId: id,
			flow,
			facts: { ...sample.facts, sockets: [], addresses: ['10.66.1.2'], entries: [] },
		})),
		...change,
	}
}

/** Packets from the middle of connections, which have no line, where nothing is picked up. */
export function midStream(rows: readonly Row[], change: Partial<Evidence> = {}): Evidence {
	const { accounting } = base
	if (accounting === undefined) throw new Error('no account')
	const one = seen('unlined-tcp', rows, change)
	const silent = rows.reduce((sum, { count = 1 }) => sum + count, 0)
	return {
		...one,
		reasons: [],
		sampled: [],
		unlined: one.reasons.map((row) => ({ ...row, reason: { ...row.reason, verdict: 'invalid' } })),
		accounting: { ...accounting, explained: 0, silent, counted: silent },
		values: { ...base.values, tcp_loose: '0', ...change.values },
	}
}

export function rules(...texts: readonly (readonly [ShapingKind, string])[]): Evidence['rules'] {
	if (base.rules === undefined) throw new Error('no rules')
	const shaping = texts.map(([kind, text], at) => ({
		...{ kind, text, family: 'inet' as const, table: 'raw', chain: 'prerouting', number: at + 1 },
	}))
	return { ...base.rules, shaping, acting: [] }
}
/** Other rules of the host were not read. */
export function someRules(...texts: readonly (readonly [ShapingKind, string])[]): Evidence['rules'] {
	const read = rules(...texts)
	return read && { ...read, isPart: true }
}

/** The end of a connection whose client still waits. */
export const fin = (sport: number, dport = 80, came?: SeenFlow['came']): Row => ({
	flow: `${CLIENT}:${sport} > ${SERVER}:${dport}`,
	count: 4,
	segments: { fin: 4, again: 3 },
	...(came === undefined ? {} : { came }),
})
export const data = (sport: number, dport = 80): Row => ({
	...fin(sport, dport),
	segments: { data: 4, again: 3 },
})
export const end = (sport: number, dport = 80, change: Partial<EndedEntry> = {}): EndedEntry =>
	endedEntry({
		at: 1_000 * sport,
		original: { src: CLIENT, dst: SERVER, sport, dport },
		...change,
	})
export const many = <One>(count: number, make: (at: number) => One): readonly One[] =>
	Array.from({ length: count }, (_, at) => make(at))
