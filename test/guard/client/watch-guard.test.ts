import { beforeEach, describe, expect, test } from 'vitest'
import { type GuardWatch, watchGuard } from '../../../src/guard/client/watch-guard.ts'
import type { LeaseView } from '../../../src/model/change.ts'
import { fakeClock } from '../../harness/fake/host.ts'
import { heldChange, leaseView } from '../../harness/samples/samples.ts'

const START = 1_000_000
let clock: ReturnType<typeof fakeClock>
let view: LeaseView | undefined
let silence: number[]
let overdueAt: number[]
/** Whether the guard answers. */
let lives: boolean
let watch: GuardWatch

const held = (undoAt: number, rest: Partial<LeaseView> = {}) =>
	leaseView({ deadline: undoAt, changes: [heldChange({ undoAt, confirmBy: null, endedAt: null })], ...rest })

beforeEach(() => {
	clock = fakeClock(START)
	view = held(START + 60_000)
	silence = []
	overdueAt = []
	lives = true
	watch = watchGuard({
		clock,
		view: () => view,
		ask: () => {
			if (lives) watch.heard()
		},
		onSilence: (ms) => silence.push(ms),
		onOverdue: () => overdueAt.push(clock.monotonic() - START),
	})
})

describe('P6 the program watches its guard', () => {
	test('a living guard is left alone, even when its undo is refused past the deadline', () => {
		clock.pass(300_000)
		expect([silence, overdueAt]).toEqual([[], []])
	})

	test('a hung guard is reported after 3 s, and overtaken once, within 2 s after the deadline', () => {
		clock.pass(10_000)
		lives = false
		clock.pass(4_000)
		expect(silence.at(-1)).toBeGreaterThanOrEqual(3_000)
		expect(overdueAt).toEqual([])
		clock.pass(600_000)
		expect(overdueAt).toHaveLength(1)
		expect(overdueAt[0]).toBeGreaterThanOrEqual(60_000)
		expect(overdueAt[0]).toBeLessThanOrEqual(62_000)
	})

	test('a guard that hangs at the very deadline is overtaken', () => {
		clock.pass(59_900)
		lives = false
		clock.pass(3_000)
		expect(overdueAt).toHaveLength(1)
		expect(overdueAt[0]).toBeLessThanOrEqual(62_000)
	})

	test('the first change that falls due counts, also by a missing K', () => {
		view = held(START + 60_000, {
			deadline: START + 60_000,
			changes: [
				heldChange({ undoAt: START + 60_000, confirmBy: null, endedAt: null }),
				heldChange({ seq: 2, undoAt: START + 20_000, confirmBy: START + 5_000, endedAt: null }),
			],
		})
		lives = false
		clock.pass(8_000)
		expect(overdueAt[0]).toBeLessThanOrEqual(7_000)
	})

	test('a guard that answers again is no longer silent', () => {
		lives = false
		clock.pass(5_000)
		lives = true
		clock.pass(2_000)
		expect(silence.at(-1)).toBe(0)
		clock.pass(60_000)
		expect(overdueAt).toEqual([])
	})

	test('a moved deadline counts', () => {
		clock.pass(30_000)
		view = held(START + 120_000)
		lives = false
		clock.pass(60_000)
		expect(overdueAt).toEqual([])
		clock.pass(40_000)
		expect(overdueAt[0]).toBeLessThanOrEqual(122_000)
	})

	test('a program that was stopped hears its guard first', () => {
		let late: (() => void) | undefined
		// The timers of a stopped process fire when it is continued.
		const stopped = {
			monotonic: clock.monotonic,
			after: (_: number, run: () => void) => {
				late = run
				return () => {}
			},
		}
		const overdue: number[] = []
		watchGuard({
			clock: stopped,
			view: () => view,
			ask: () => {},
			onSilence: () => {},
			onOverdue: () => overdue.push(clock.monotonic()),
		})
		clock.pass(90_000)
		late?.()
		expect(overdue).toEqual([])
		clock.pass(1_000)
		late?.()
		clock.pass(50)
		late?.()
		expect(overdue).toHaveLength(1)
	})

	test('a program that paused for moments lets the guard do its part', () => {
		let late: (() => void) | undefined
		const overdue: number[] = []
		const busy = watchGuard({
			clock: {
				monotonic: clock.monotonic,
				after: (_: number, run: () => void) => {
					late = run
					return () => {}
				},
			},
			view: () => view,
			ask: () => {},
			onSilence: () => {},
			onOverdue: () => overdue.push(clock.monotonic()),
		})
		for (let second = 0; second < 59; second++) {
			clock.pass(1_000)
			busy.heard()
			late?.()
		}
		clock.pass(2_500)
		// Timers come first after that, and then what lies in the socket.
		late?.()
		busy.heard()
		view = leaseView({ changes: [] })
		clock.pass(60)
		late?.()
		expect(overdue).toEqual([])
	})

	test('nothing is watched without changes in force, or after the end', () => {
		view = leaseView({ changes: [] })
		lives = false
		clock.pass(120_000)
		view = held(START + 130_000)
		watch.stop()
		clock.pass(60_000)
		expect(overdueAt).toEqual([])
	})
})
