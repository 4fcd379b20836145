import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { State } from '../../../src/app/state/state.ts'
import { createFrames } from '../../../src/ui/components/pace.ts'
import { share } from '../../../src/ui/components/share.ts'
import * as s from '../situations.ts'

describe('parts that did not change keep their identity', () => {
	const before = { a: [{ x: 1 }, { x: 2 }], b: { c: 'd' } }

	test('all of it', () => {
		expect(share(before, structuredClone(before))).toBe(before)
	})

	test('some of it', () => {
		const after = share(before, { a: [{ x: 1 }, { x: 3 }], b: { c: 'd' } })
		expect(after).toEqual({ a: [{ x: 1 }, { x: 3 }], b: { c: 'd' } })
		expect(after.b).toBe(before.b)
		expect(after.a[0]).toBe(before.a[0])
		expect(after.a[1]).not.toBe(before.a[1])
	})

	test.each([
		[[1, 2], [1]],
		[[1], [1, 2]],
		[{ a: 1 }, { a: 1, b: undefined }],
		[{ a: 1, b: undefined }, { a: 1 }],
		[null, {}],
		[{}, null],
		[[], {}],
		[undefined, 3],
	])('%o is not %o', (one, other) => {
		expect(share(one, other)).toEqual(other)
		expect(share(one, other)).not.toBe(one)
	})

	test('of any data, exactly the parts that are equal', () => {
		const data = fc.letrec<{ any: unknown }>((any) => ({
			any: fc.oneof(
				{ maxDepth: 3 },
				fc.constantFrom(1, 2, 'a', null, undefined),
				fc.array(any('any'), { maxLength: 3 }),
				fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), any('any'), { noNullPrototype: true }),
			),
		})).any
		const sharesAll = (previous: unknown, shared: unknown): void => {
			if (isDeepStrictEqual(previous, shared)) expect(shared).toBe(previous)
			else if (isPlain(previous) && isPlain(shared) && Array.isArray(previous) === Array.isArray(shared))
				for (const key of Object.keys(shared)) sharesAll(previous[key], shared[key])
		}
		fc.assert(
			fc.property(data, data, fc.boolean(), (previous, other, isMixed) => {
				const next = structuredClone(isMixed ? { a: previous, b: other, c: [previous, other] } : other)
				const before = isMixed ? { a: previous, b: other, c: [other, previous], d: 1 } : previous
				const kept = structuredClone([before, next])
				const shared = share(before, next)
				expect(shared).toStrictEqual(next)
				sharesAll(before, shared)
				expect([before, next]).toStrictEqual(kept)
			}),
		)
	})
})

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null

describe('frames', () => {
	beforeEach(() => vi.useFakeTimers())
	afterEach(() => vi.useRealTimers())

	function scene(state = s.blank()) {
		let told = () => {}
		let drawn = 0
		const frames = createFrames(
			{
				getState: () => state,
				subscribe: (listener) => {
					told = listener
					return () => {}
				},
			},
			{ gatherMs: 100, routineMs: 450, intervalMs: 500, keyMs: 100 },
		)
		frames.subscribe(() => drawn++)
		return {
			frames,
			change: (part: Partial<State> = { busy: undefined, joined: {} as State['joined'] }) => {
				state = { ...state, ...part }
				told()
			},
			drawn: () => drawn,
		}
	}

	test('what changes together is drawn together, and not more than twice a second', () => {
		const { change, drawn } = scene()
		change()
		change()
		vi.advanceTimersByTime(99)
		expect(drawn()).toBe(0)
		vi.advanceTimersByTime(1)
		expect(drawn()).toBe(1)
		for (let ms = 0; ms < 2000; ms += 10) {
			change()
			vi.advanceTimersByTime(10)
		}
		expect(drawn()).toBeLessThanOrEqual(5)
		expect(drawn()).toBeGreaterThanOrEqual(4)
	})

	test('a reading that comes every second is drawn with the tick, and no later', () => {
		const { change, drawn } = scene(s.quiet())
		for (let second = 0; second < 5; second++) {
			change({ counters: { ...s.quiet().counters }, settings: { ...s.quiet().settings } })
			vi.advanceTimersByTime(400)
			expect(drawn()).toBe(second)
			change({ secondEnd: second })
			vi.advanceTimersByTime(600)
			expect(drawn()).toBe(second + 1)
		}
		change({ counters: { ...s.quiet().counters } })
		vi.advanceTimersByTime(450)
		expect(drawn()).toBe(6)
	})

	test('what comes besides is drawn as soon as ever, and so is the first reading', () => {
		const { change, drawn } = scene(s.quiet())
		change({ counters: { ...s.quiet().counters } })
		vi.advanceTimersByTime(50)
		change({ counters: { ...s.quiet().counters }, leaseAt: 7 })
		vi.advanceTimersByTime(100)
		expect(drawn()).toBe(1)
		const first = scene()
		first.change({ counters: s.quiet().counters })
		vi.advanceTimersByTime(100)
		expect(first.drawn()).toBe(1)
	})

	test('what happens by itself is quiet, and the answer to a key is not', () => {
		const { frames, change } = scene(s.reasons())
		const heard: boolean[] = []
		frames.subscribe((isQuiet) => heard.push(isQuiet))
		change()
		vi.advanceTimersByTime(1_000)
		change()
		frames.flush()
		vi.advanceTimersByTime(1_000)
		expect(heard).toEqual([true, false])
	})

	test('a key is answered at once', () => {
		const { change, drawn, frames } = scene()
		change()
		frames.flush()
		expect(drawn()).toBe(1)
		vi.advanceTimersByTime(1000)
		expect(drawn()).toBe(1)
	})

	test('a key that is held down is answered ten times a second', () => {
		const { change, drawn, frames } = scene()
		for (let ms = 0; ms < 1000; ms += 30) {
			change()
			frames.flush()
			vi.advanceTimersByTime(30)
		}
		expect(drawn()).toBeLessThanOrEqual(11)
		expect(drawn()).toBeGreaterThanOrEqual(9)
	})

	test('nothing is drawn when nothing changes, or after the end', () => {
		const { change, drawn, frames } = scene()
		frames.flush()
		expect(drawn()).toBe(0)
		change()
		frames.stop()
		vi.advanceTimersByTime(1000)
		expect(drawn()).toBe(0)
	})
})
