import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandsHere } from '../../../src/app/commands/commands.ts'
import { accountOf } from '../../../src/app/log/account.ts'
import { openPane, SCREENS } from '../../../src/app/screens/screens.ts'
import type { ActionBody } from '../../../src/app/state/actions.ts'
import {
	COUNTER_RATE_SECONDS,
	FLOW_LIMIT,
	HISTORY_SECONDS,
	LOG_LIMIT,
	PAST_LIMIT,
	REASON_LIMIT,
	REASON_RATE_SECONDS,
	type State,
} from '../../../src/app/state/state.ts'
import { keysToActions, NAMED_KEYS } from '../../../src/app/store/keys.ts'
import { reducer } from '../../../src/app/store/reducer.ts'
import { KNOBS } from '../../../src/changes/knobs.ts'
import type { ChangeState, LeasePhase } from '../../../src/model/change.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { controlOf, reading } from '../../harness/samples/printed-scene.ts'
import {
	countersOf,
	EMPTY_COMPOSITION,
	FACTS,
	foundLease,
	heldChange,
	leaseView,
	NOT_PERMITTED,
	settingsOf,
	VALUES,
} from '../../harness/samples/samples.ts'
import { emptyState, message, packetText, record } from '../../harness/samples/states.ts'

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 60 }),
	fc.constantFrom('!', '', 'nf_ct_proto_6: ', packetText('bad checksum'), packetText('invalid state')),
	fc.string({ maxLength: 20 }).map((body) => packetText(body)),
)
const number = fc.oneof(
	fc.integer({ min: -3, max: 3 }),
	fc.integer(),
	fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
)
const CHANGE_STATES: readonly ChangeState[] = [
	'in-force',
	'confirm',
	'undone',
	'conflict',
	'vanished',
	'failed',
]
const PHASES: readonly LeasePhase[] = ['starting', 'holding', 'undoing', 'lost', 'closed', 'failed']

const PRINTED = [
	'nf_ct_tcp: invalid new deleting.',
	'tcp_conntracks: ',
	'syn=0 ack=1 fin=1 rst=0 old=3 new=4',
	'nf_conntrack: new packet for 00000000e59a244b',
]
const SITES = controlOf('6.1').filter(({ module }) => module === 'nf_conntrack')

const logEvent: fc.Arbitrary<LogEvent> = fc.oneof(
	{ weight: 8, arbitrary: fc.tuple(fc.nat(500), text).map(([seq, line]) => record(seq, line)) },
	{
		weight: 4,
		arbitrary: fc
			.tuple(fc.nat(500), fc.constantFrom(...PRINTED))
			.map(([seq, line]) => record(seq, line, { level: 7 })),
	},
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.integer({ min: -1, max: 50 }), fc.nat())
			.map(([lost, at]) => ({ kind: 'gap', lost, at }) as const),
	},
	{ weight: 4, arbitrary: fc.tuple(fc.nat(), text).map(([at, line]) => message(1, line, at)) },
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.integer({ min: -1, max: 50 }), fc.nat())
			.map(([lost, at]) => ({ kind: 'nflog-lost', lost, at }) as const),
	},
	{ weight: 1, arbitrary: fc.constant({ kind: 'ended', failure: NOT_PERMITTED } as const) },
)
const change = fc
	.tuple(fc.nat(300), fc.constantFrom(...CHANGE_STATES), fc.constantFrom(...KNOBS))
	.map(([seq, state, knob]) =>
		heldChange({ seq, state, knob: knob.id, confirmBy: state === 'confirm' ? seq : null }),
	)
const lease = fc
	.tuple(
		fc.constantFrom('L1', 'L2'),
		fc.constantFrom(...PHASES),
		fc.uniqueArray(change, { maxLength: 6, selector: ({ seq }) => seq }),
		fc.boolean(),
	)
	.map(([leaseId, phase, changes, persisted]) =>
		leaseView({ leaseId, phase, changes, persisted, timer: persisted }),
	)
const value = fc.constantFrom(
	'0',
	'1',
	'6',
	'255',
	'NONE',
	'nf_log_ipv4',
	'nfnetlink_log',
	'4 4 1 7',
	'rubbish',
)
const settings = fc
	.dictionary(fc.constantFrom(...KNOBS.map(({ id }) => id)), value)
	.map((values) => settingsOf(0, new Map(Object.entries({ ...VALUES, ...values }))))

const observed: fc.Arbitrary<ActionBody> = fc.oneof(
	fc.nat().map((wall) => ({ type: 'tick', wall }) as const),
	fc.tuple(fc.nat(300), fc.nat(100)).map(([columns, rows]) => ({ type: 'resized', columns, rows }) as const),
	fc.nat(100).map((rows) => ({ type: 'page', rows }) as const),
	fc
		.boolean()
		.map(
			(initial) => ({ type: 'facts', facts: { ...FACTS, netns: { inode: 1, name: 'x', initial } } }) as const,
		),
	fc
		.tuple(fc.nat(), fc.nat(2 ** 32))
		.map(([at, invalid]) => ({ type: 'counters', result: ok(countersOf(at, { invalid })) }) as const),
	fc
		.constantFrom('counters', 'table', 'lists', 'settings')
		.map((type) => ({ type, result: fail(NOT_PERMITTED) }) as const),
	settings.map((one) => ({ type: 'settings', result: ok(one) }) as const),
	fc
		.constantFrom('', 'p', 'pmf')
		.map(
			(flags) =>
				({ type: 'printk', result: ok(reading(SITES.map((site) => ({ ...site, flags })))) }) as const,
		),
	fc.dictionary(fc.string(), fc.nat()).map((byState) => {
		const ipv4 = { ...EMPTY_COMPOSITION, byState }
		const walk = { at: 0, tookMs: 0, costMs: 0, countBefore: 0, countAfter: 0, ipv4, ipv6: EMPTY_COMPOSITION }
		return { type: 'table', result: ok(walk) } as const
	}),
	fc.array(logEvent, { maxLength: 40 }).map((events) => ({ type: 'log', events }) as const),
	fc
		.constantFrom('log-started', 'nflog-starting', 'nflog-started', 'nflog-stopped')
		.map((type) => ({ type }) as const),
	fc.constant({ type: 'nflog-failed', failure: NOT_PERMITTED } as const),
	lease.map((view) => ({ type: 'lease', view }) as const),
	fc
		.uniqueArray(fc.tuple(fc.constantFrom('K1', 'K2', 'K3'), fc.boolean()), { selector: ([id]) => id })
		.map(
			(found) => ({ type: 'others', leases: found.map(([id, alive]) => foundLease(id, { alive })) }) as const,
		),
	fc.constant({ type: 'change-failed', failure: NOT_PERMITTED } as const),
	fc.constant({ type: 'change-done', notice: undefined } as const),
)
const asked: fc.Arbitrary<ActionBody> = fc.oneof(
	fc.constantFrom(...SCREENS.map(({ id }) => ({ type: 'go', screen: id }) as const)),
	fc
		.constantFrom('move', 'page-move', 'choose-move', 'commands-move', 'help-scroll')
		.chain((type) => number.map((by) => ({ type, by }) as const)),
	fc
		.constantFrom('filter-text', 'number-text', 'commands-query')
		.chain((type) => text.map((typed) => ({ type, text: typed }) as const)),
	fc
		.constantFrom(
			...([
				'enter',
				'back',
				'filter-open',
				'pause',
				'copy',
				'capture',
				'checks',
				'other-source',
				'switch',
				'log-why',
				'accept',
				'dismiss',
			] as const),
			...([
				'undo-selected',
				'undo-all',
				'extend',
				'keep',
				'help',
				'commands',
				'read-write',
				'suspend',
				'lo-fi',
			] as const),
		)
		.map((type) => ({ type }) as const),
	fc.constantFrom('first', 'last').map((where) => ({ type: 'move-to', where }) as const),
	fc.constantFrom<1 | -1>(1, -1).map((by) => ({ type: 'match', by }) as const),
	fc.constant({ type: 'quit', keepScreen: true } as const),
)
/** Keys as they come from the terminal, and actions that no key makes in that state. */
type Step = { readonly ms: number; readonly body: ActionBody } | { readonly ms: number; readonly key: string }
const key = fc.oneof(
	fc.constantFrom(...NAMED_KEYS),
	fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ ms: fc.nat(2000), body: observed }),
	fc.record({ ms: fc.nat(2000), body: asked }),
	fc.record({ ms: fc.nat(2000), key }),
)

function taken(state: State, one: Step, at: number): State {
	const bodies = 'key' in one ? keysToActions(state, one.key, at) : [one.body]
	return bodies.reduce((last, body) => reducer(last, { ...body, at }), state)
}

function expectBounds(state: State): void {
	expect(state.log.entries.length).toBeLessThanOrEqual(LOG_LIMIT)
	expect(state.reasons.length).toBeLessThanOrEqual(REASON_LIMIT)
	for (const row of state.reasons) {
		expect(row.flows.length).toBeLessThanOrEqual(FLOW_LIMIT)
		expect(row.recent.length).toBeLessThanOrEqual(REASON_RATE_SECONDS + 1)
		expect(row.flows.reduce((sum, flow) => sum + flow.count, 0)).toBeLessThanOrEqual(row.count)
	}
	const counters = state.counters.value
	expect(counters?.invalidHistory.length ?? 0).toBeLessThanOrEqual(HISTORY_SECONDS)
	expect(counters?.recent.length ?? 0).toBeLessThanOrEqual(COUNTER_RATE_SECONDS)
	for (const rate of Object.values(counters?.rates ?? {})) expect(rate).toBeGreaterThanOrEqual(0)
	expect(state.history.length).toBeLessThanOrEqual(PAST_LIMIT)
	expect(state.inFlight).toBeGreaterThanOrEqual(0)
	expect(state.inFlight === 0 && state.leaving === undefined ? state.busy : undefined).toBeUndefined()
	expect(state.frozen === undefined).toBe(state.paused === undefined)
	expect(state.reasons.reduce((sum, row) => sum + row.count, 0)).toBe(state.log.packetLines)
	const tally = Object.values(state.log.tally).map(({ icmp, answers, ...verdicts }) => {
		expect(icmp + answers).toBeLessThanOrEqual(2 * verdicts.invalid)
		return Object.values(verdicts).reduce((sum, one) => sum + one, 0)
	})
	expect(tally.reduce((sum, one) => sum + one, 0)).toBe(state.log.packetLines)
	expect(state.log.perSecond.length).toBeLessThanOrEqual(REASON_RATE_SECONDS + 1)
	expect(state.answers.size).toBeLessThanOrEqual(256)
	const { accounting } = accountOf(state)
	if (accounting !== undefined)
		expect(accounting.explained + accounting.silent + accounting.lost).toBe(accounting.counted)
	expect(accounting?.told ?? 0).toBeLessThanOrEqual(accounting?.silent ?? 0)
	for (const told of state.told) {
		expect(told.packets + told.probable).toBeLessThanOrEqual(told.count)
		expect(told.recent.length).toBeLessThanOrEqual(REASON_RATE_SECONDS + 1)
	}
	expect(state.told.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(state.log.printkLines)
	const { rows, total, selected } = openPane(state)
	expect(rows.length).toBeLessThanOrEqual(total)
	expect(selected).toBeGreaterThanOrEqual(rows.length === 0 ? -1 : 0)
	expect(selected).toBeLessThan(Math.max(1, rows.length))
	expect(Number.isInteger(state.panes[state.screen].top)).toBe(true)
	expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
}

describe('in any order', () => {
	test('nothing throws, everything stays bounded, time never goes back', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				let state = emptyState()
				let at = 0
				for (const one of steps) {
					at += one.ms
					const next = taken(state, one, at)
					expect(next.now).toBeGreaterThanOrEqual(state.now)
					state = next
				}
				commandsHere(state)
				expectBounds(state)
			}),
			{ numRuns: 600 },
		)
	})

	test('without y, no sequence of keys asks the guard for a change', () => {
		const harmless = key.filter((one) => one !== 'y')
		const look = fc.oneof(
			fc.record({ ms: fc.nat(800), body: observed }),
			fc.record({ ms: fc.nat(800), key: harmless }),
		)
		fc.assert(
			fc.property(fc.array(look, { maxLength: 60 }), (steps) => {
				let state = emptyState()
				let at = 0
				for (const one of steps) {
					at += one.ms
					state = taken(state, one, at)
					expect(state.busy).not.toBe('applying')
				}
			}),
			{ numRuns: 300 },
		)
	})

	test('in read-only mode no key at all asks for a change or an undo of what others left', () => {
		const keys = key.filter((one) => one !== ':' && one !== 'l')
		const quiet = observed.filter(({ type }) => type !== 'lease')
		const look = fc.oneof(
			fc.record({ ms: fc.nat(800), body: quiet }),
			fc.record({ ms: fc.nat(800), key: keys }),
		)
		fc.assert(
			fc.property(fc.array(look, { maxLength: 60 }), (steps) => {
				let state = { ...emptyState(), modes: { ...emptyState().modes, readOnly: true } }
				let at = 0
				for (const one of steps) {
					at += one.ms
					state = taken(state, one, at)
					expect([undefined, 'leaving']).toContain(state.busy)
				}
			}),
			{ numRuns: 300 },
		)
	})
})
