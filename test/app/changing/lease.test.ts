import { describe, expect, test } from 'vitest'
import { changesInForce, exitCodeOf, isLeftover } from '../../../src/app/changing/changes-in-force.ts'
import { undoTarget } from '../../../src/app/commands/undo-target.ts'
import { changesPane } from '../../../src/app/screens/changes/rows.ts'
import type { PastChange, State } from '../../../src/app/state/state.ts'
import type { ChangeState, FoundLease, LeaseView } from '../../../src/model/change.ts'
import { foundLease, heldChange, leaseView } from '../../harness/samples/samples.ts'
import { seenState, stepped } from '../../harness/samples/states.ts'

const see = (state: State, ...views: readonly LeaseView[]): State =>
	stepped(state, 5, ...views.map((view) => ({ type: 'lease', view }) as const))
const rowKeys = (state: State): readonly string[] =>
	changesPane({ ...state, screen: 'changes' }).rows.map((row) => row.key)
const changed = (state: ChangeState, rest: Partial<Parameters<typeof heldChange>[0]> = {}) =>
	heldChange({ state, ...rest })

describe('what a new view tells', () => {
	test.each<[string, LeaseView[], string | undefined, RegExp]>([
		['a change is in force', [leaseView({})], 'good', /in force: log_invalid 0 to 255$/],
		['it waits for K', [leaseView({ changes: [changed('confirm')] })], 'good', /Press K to keep it/],
		[
			'undone',
			[leaseView({}), leaseView({ phase: 'closed', changes: [changed('undone')], why: 'the deadline' })],
			'good',
			/UNDONE 1 of 1: the deadline/,
		],
		[
			'someone else',
			[leaseView({}), leaseView({ changes: [changed('conflict', { now: '17' })] })],
			'attention',
			/reads 17, set by someone else.*sysctl -w/,
		],
		[
			'refused',
			[leaseView({}), leaseView({ phase: 'failed', changes: [changed('failed', { note: 'EPERM' })] })],
			'bad',
			/could not be put back: EPERM.*sysctl -w/,
		],
		['guard lost', [leaseView({}), leaseView({ phase: 'lost' })], 'bad', /GUARD LOST/],
		[
			'gone',
			[leaseView({}), leaseView({ changes: [changed('vanished', { note: 'the namespace is gone' })] })],
			'attention',
			/namespace is gone/,
		],
	])('%s', (_, views, tone, text) => {
		const { notice } = see(seenState(), ...views)
		expect(notice?.tone).toBe(tone)
		expect(notice?.text).toMatch(text)
	})

	test('a change that replaces ours is announced, the end of the old one is not', () => {
		const first = leaseView({})
		const second = leaseView({
			changes: [changed('undone'), changed('in-force', { seq: 2, was: '0', set: '6' })],
		})
		expect(see(seenState(), first, second).notice?.text).toBe('in force: log_invalid 0 to 6')
	})

	test('undone one by one: the number is that of the lease', () => {
		const both = leaseView({ changes: [changed('in-force'), changed('undone', { seq: 2 })] })
		const all = leaseView({ phase: 'closed', changes: [changed('undone'), changed('undone', { seq: 2 })] })
		expect(see(seenState(), both, all).notice?.text).toBe('UNDONE 2 of 2')
	})

	test('the same view is announced once', () => {
		const state = { ...see(seenState(), leaseView({})), notice: undefined }
		expect(see(state, leaseView({})).notice).toBeUndefined()
	})

	test('a kept change is not announced again', () => {
		const state = { ...see(seenState(), leaseView({ changes: [changed('confirm')] })), notice: undefined }
		expect(see(state, leaseView({})).notice).toBeUndefined()
	})
})

describe('the rows of Changes', () => {
	const two = [heldChange({ seq: 1, knob: 'nf_log.2' }), heldChange({ seq: 2 })]

	test('in force first, then over, then other sessions', () => {
		const state = stepped(
			see(
				seenState(),
				leaseView({ changes: [changed('undone', { seq: 1 }), changed('in-force', { seq: 2 })] }),
			),
			6,
			{ type: 'others', leases: [foundLease('K2A9', { alive: true })] },
		)
		expect(rowKeys(state)).toEqual(['held 2', 'past L1 1', 'found K2A9'])
	})

	test('a conflict stays listed until its lease is closed', () => {
		const conflict = changed('conflict', { seq: 1 })
		const open = see(seenState(), leaseView({ changes: [conflict, changed('in-force', { seq: 2 })] }))
		expect(rowKeys(open)).toEqual(['held 1', 'held 2'])
		const closed = see(
			open,
			leaseView({ phase: 'closed', changes: [conflict, changed('undone', { seq: 2 })] }),
		)
		expect(rowKeys(closed).toSorted()).toEqual(['past L1 1', 'past L1 2'])
	})

	test('the changes of an earlier lease are kept, newest first', () => {
		const state = see(
			seenState(),
			leaseView({ changes: two }),
			leaseView({ phase: 'closed', changes: two.map((one) => ({ ...one, state: 'undone' as const })) }),
			leaseView({ leaseId: 'L2' }),
		)
		expect(rowKeys(state)).toEqual(['held 1', 'past L1 2', 'past L1 1'])
		expect(changesInForce(state.lease)).toHaveLength(1)
	})
})

describe('what u undoes', () => {
	const lease = leaseView({ changes: [heldChange({ seq: 1, knob: 'nf_log.10' }), heldChange({ seq: 2 })] })
	const held = see(seenState(), lease)

	test('elsewhere the change that was made last', () => {
		expect(undoTarget(held)).toMatchObject({ kind: 'own', change: { seq: 2 } })
	})

	test('on Changes the selected one', () => {
		const state = stepped(held, 6, { type: 'go', screen: 'changes' })
		expect(undoTarget(state)).toMatchObject({ kind: 'own', change: { seq: 1 } })
	})

	test('on Switches the change of the selected setting, no other', () => {
		const state = stepped(held, 6, { type: 'go', screen: 'switches' })
		expect(undoTarget(state)).toMatchObject({ kind: 'own', change: { seq: 2 } })
		expect(undoTarget(stepped(state, 6, { type: 'move', by: 1 }))).toMatchObject({ kind: 'none' })
	})

	test.each<[string, FoundLease, string]>([
		['a lease of a dead session asks', foundLease('K2A9'), 'leftover'],
		['one that is alive is not ours', foundLease('K2A9', { alive: true }), 'none'],
		['one of an earlier boot holds nothing', foundLease('K2A9', { earlierBoot: true }), 'none'],
	])('%s', (_, found, kind) => {
		const state = stepped(
			seenState({}, { leftovers: [] }),
			6,
			{ type: 'others', leases: [found] },
			{ type: 'go', screen: 'changes' },
		)
		expect(undoTarget(state).kind).toBe(kind)
		const asked = stepped(state, 7, { type: 'undo-selected' })
		expect(asked.dialog?.dialog.kind).toBe(kind === 'leftover' ? 'leftover' : undefined)
		expect(asked.inFlight).toBe(0)
	})

	test('nothing in force', () => {
		expect(stepped(seenState(), 6, { type: 'undo-selected' }).notice?.text).toBe('no changes are in force')
	})
})

describe('what dead sessions left', () => {
	test.each<[string, Partial<FoundLease>, boolean]>([
		['a dead guard that holds a change', {}, true],
		['a guard that answers', { alive: true }, false],
		['of an earlier boot', { earlierBoot: true }, false],
		['all undone', { changes: [changed('undone')] }, false],
		['only a conflict is left', { changes: [changed('conflict')] }, true],
		['nothing was changed yet', { changes: [] }, false],
	])('%s', (_, rest, left) => {
		expect(isLeftover(foundLease('K2A9', rest))).toBe(left)
	})

	const two = [foundLease('K1'), foundLease('K2')]
	const started = stepped(seenState(), 5, { type: 'others', leases: two })

	test('is asked about at the start, one after the other', () => {
		expect(started.dialog).toMatchObject({ dialog: { kind: 'leftover', lease: { leaseId: 'K1' } }, since: 5 })
		const next = stepped(started, 400, { type: 'dismiss' })
		expect(next).toMatchObject({
			screen: 'changes',
			dialog: { dialog: { lease: { leaseId: 'K2' } }, since: 400 },
		})
		expect(stepped(next, 800, { type: 'dismiss' }).dialog).toBeUndefined()
	})

	test('is undone before the next question', () => {
		const busy = stepped(started, 400, { type: 'accept' })
		expect(busy).toMatchObject({ dialog: undefined, busy: 'undoing', inFlight: 1 })
		const done = stepped(busy, 500, { type: 'change-done', notice: undefined })
		expect(done.dialog?.dialog).toMatchObject({ kind: 'leftover', lease: { leaseId: 'K2' } })
	})

	test('is not touched in read-only mode', () => {
		const locked = { ...started, modes: { ...started.modes, readOnly: true } }
		expect(stepped(locked, 400, { type: 'accept' }).inFlight).toBe(0)
	})

	test('a lease that appears later is not asked about', () => {
		const state = stepped(seenState(), 5, { type: 'others', leases: [] }, { type: 'others', leases: two })
		expect(state.dialog).toBeUndefined()
		expect(state.others).toHaveLength(2)
	})

	test('a lease undone by its timer is no longer asked about', () => {
		const state = stepped(started, 6, { type: 'others', leases: [] })
		expect(state.dialog).toBeUndefined()
		expect(state.notice?.text).toMatch(/K1 left was undone/)
	})
})

describe('exit status', () => {
	const past = (state: ChangeState): PastChange => ({ ...changed(state), leaseId: 'L0' })
	test.each<[string, LeaseView | undefined, PastChange[], number]>([
		['nothing was changed', undefined, [], 0],
		['all undone', leaseView({ phase: 'closed', outcome: 'clean', changes: [changed('undone')] }), [], 0],
		[
			'a conflict left',
			leaseView({ phase: 'closed', outcome: 'conflict', changes: [changed('conflict')] }),
			[],
			3,
		],
		[
			'a conflict of an earlier lease',
			leaseView({ phase: 'closed', outcome: 'clean', changes: [changed('undone')] }),
			[past('conflict')],
			3,
		],
		[
			'an undo failed',
			leaseView({ phase: 'failed', outcome: 'failed', changes: [changed('failed')] }),
			[],
			4,
		],
		[
			'failed is worse than conflict',
			leaseView({ phase: 'failed', changes: [changed('failed')] }),
			[past('conflict')],
			4,
		],
		['still in force though nobody asked for that', leaseView({ changes: [changed('in-force')] }), [], 4],
		['left on as asked', leaseView({ persisted: true, changes: [changed('in-force')] }), [], 0],
		[
			'P15 late: all put back, 40 s after its deadline',
			leaseView({ phase: 'closed', outcome: 'clean', changes: [{ ...changed('undone'), lateMs: 40_000 }] }),
			[],
			7,
		],
		[
			'a conflict is worse than late',
			leaseView({
				phase: 'closed',
				outcome: 'conflict',
				changes: [{ ...changed('undone'), lateMs: 40_000 }],
			}),
			[past('conflict')],
			3,
		],
		[
			'gone with its namespace',
			leaseView({ phase: 'closed', outcome: 'clean', changes: [changed('vanished')] }),
			[],
			0,
		],
	])('%s', (_, view, history, code) => {
		expect(exitCodeOf(view, history)).toBe(code)
	})
})

describe('leaving', () => {
	const held = see(seenState(), leaseView({}))

	test('leaving asks only when changes are in force', () => {
		expect(stepped(held, 9, { type: 'quit', keepScreen: true }).dialog?.dialog).toEqual({
			kind: 'quit',
			keepScreen: true,
		})
		expect(stepped(seenState(), 9, { type: 'quit', keepScreen: false })).toMatchObject({
			busy: 'leaving',
			dialog: undefined,
		})
		const persisted = see(seenState(), leaseView({ persisted: true }))
		expect(stepped(persisted, 9, { type: 'quit', keepScreen: false }).busy).toBe('leaving')
		const conflict = see(seenState(), leaseView({ changes: [changed('conflict')] }))
		expect(stepped(conflict, 9, { type: 'quit', keepScreen: false }).busy).toBe('leaving')
	})

	test('a second request while it undoes is answered, not obeyed', () => {
		const leaving = stepped(held, 9, { type: 'leave', how: 'undo' })
		const again = stepped(leaving, 10, { type: 'quit', keepScreen: false }, { type: 'leave', how: 'undo' })
		expect(again.inFlight).toBe(1)
		expect(again.notice?.text).toMatch(/still undoing/)
	})

	test('remembers to keep the screen through the dialog', () => {
		const asked = stepped(held, 9, { type: 'quit', keepScreen: true })
		const left = stepped(
			asked,
			400,
			{ type: 'leave', how: 'undo' },
			{ type: 'left', view: undefined, keepScreen: true },
		)
		expect(left.leaving?.keepScreen).toBe(true)
	})

	test('requests after the end are ignored', () => {
		const left = stepped(held, 9, {
			type: 'left',
			view: leaseView({ phase: 'closed', changes: [changed('undone')] }),
			keepScreen: false,
		})
		expect(left.leaving).toEqual({ exitCode: 0, keepScreen: false })
		expect(stepped(left, 10, { type: 'help' }, { type: 'undo-all' })).toMatchObject({
			dialog: undefined,
			inFlight: 0,
		})
	})
})
