import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LifeEvent, LifeStep } from '../../../src/kernel/lives/life-event.ts'
import { createLives } from '../../../src/kernel/lives/lives.ts'

const HERE = 4_026_531_840
const THERE = 4_026_532_241

const event = (step: LifeStep, place: number, micros: number, netns: number | null = HERE): LifeEvent => ({
	step,
	place,
	micros,
	netns: step === 'confirmed' ? null : netns,
	flow: null,
})

function livesOf(events: readonly LifeEvent[], { seesMade = true, most = 1_000 } = {}) {
	const lives = createLives(0, { seesMade, most })
	for (const one of events) lives.take(one)
	return lives
}

const now = 20_000_000
const readingOf = (...events: readonly LifeEvent[]) => livesOf(events).reading(now, HERE)
const nothing = { now: 0, held: 0, doubtful: 0, oldest: [] }

test('from allocation to confirmation, and from removal to release', () => {
	const { unconfirmed, dying, before, micros } = readingOf(
		event('made', 1, 100),
		event('confirmed', 1, 150),
		event('removed', 1, 5_000),
		event('freed', 1, 9_000_000),
	)
	expect(micros).toBe(now)
	expect(unconfirmed).toMatchObject({ ...nothing, most: 1, confirmed: { count: 1, longest: 50 } })
	expect(unconfirmed.confirmed.powers).toEqual([0, 1, 0, 0, 0, 0, 0, 0])
	expect(dying).toMatchObject({ ...nothing, most: 1, freed: { count: 1, longest: 8_995_000 } })
	expect(dying.freed.powers).toEqual([0, 0, 0, 0, 0, 0, 1, 0])
	expect(before).toEqual({ confirmed: 0, freed: 0 })
})

test('what stays is told with its age, oldest first', () => {
	const { unconfirmed, dying } = readingOf(
		event('made', 1, 100),
		event('made', 2, 19_500_000),
		event('made', 3, 200),
		event('confirmed', 3, 210),
		event('removed', 3, 400),
		event('removed', 9, 500),
	)
	expect(unconfirmed).toMatchObject({ now: 2, held: 1, doubtful: 0 })
	expect(unconfirmed.oldest.map(({ micros }) => micros)).toEqual([19_999_900, 500_000])
	// One that was made before anybody looked is known from its removal on.
	expect(dying).toMatchObject({ now: 2, held: 2 })
})

test('freed without being confirmed', () => {
	const { unconfirmed, before } = readingOf(event('made', 1, 100), event('freed', 1, 107))
	expect(unconfirmed).toMatchObject({ ...nothing, dropped: { count: 1 }, confirmed: { count: 0 } })
	expect(before.freed).toBe(0)
})

test('the same place again is another entry', () => {
	const { unconfirmed, dying } = readingOf(
		event('made', 1, 100),
		event('confirmed', 1, 110),
		event('removed', 1, 200),
		event('freed', 1, 210),
		event('made', 1, 211),
	)
	expect(unconfirmed).toMatchObject({ now: 1, oldest: [{ micros: now - 211 }] })
	expect(dying.now).toBe(0)
})

test('the end of the one before is missing: its place is free all the same', () => {
	const { unconfirmed, dying } = readingOf(
		event('removed', 1, 100),
		event('made', 1, 300),
		event('made', 2, 100),
		event('made', 2, 400),
	)
	expect(dying.now).toBe(0)
	expect(unconfirmed).toMatchObject({ now: 2 })
})

describe('events of two CPUs in another order than they happened', () => {
	test('a release of the one before, read after the place was given away again', () => {
		const { unconfirmed, dying, before } = readingOf(
			event('removed', 1, 100),
			event('made', 1, 211),
			event('freed', 1, 210),
		)
		expect(unconfirmed.now).toBe(1)
		expect(dying.now).toBe(0)
		expect(before.freed).toBe(0)
	})

	test('a release that is read before the removal', () => {
		const { dying, before } = readingOf(event('freed', 1, 210), event('removed', 1, 200))
		expect(dying).toMatchObject({ ...nothing, freed: { count: 1, longest: 10 } })
		expect(before.freed).toBe(0)
	})

	test('a release that is read before the second of two who remove it', () => {
		const { dying } = readingOf(event('removed', 1, 100), event('freed', 1, 210), event('removed', 1, 209))
		expect(dying).toMatchObject({ ...nothing, freed: { count: 1, longest: 110 } })
	})

	test('a release that is read before the allocation', () => {
		const { unconfirmed, before } = readingOf(event('freed', 1, 210), event('made', 1, 200))
		expect(unconfirmed).toMatchObject({ ...nothing, dropped: { count: 1, longest: 10 } })
		expect(before.freed).toBe(0)
	})

	test('a place that is given away within the microsecond of its release', () => {
		expect(readingOf(event('freed', 1, 210), event('made', 1, 210)).unconfirmed.now).toBe(1)
	})
})

test('what was made before anybody looked is counted apart when it ends', () => {
	const { before } = readingOf(event('confirmed', 1, 100), event('freed', 2, 100))
	expect(before).toEqual({ confirmed: 1, freed: 1 })
})

test('two who remove the same one: it dies from the first on', () => {
	const { dying } = readingOf(event('removed', 1, 100), event('removed', 1, 900))
	expect(dying).toMatchObject({ now: 1, most: 1, oldest: [{ micros: now - 100 }] })
})

test('after a loss nobody knows whether what was there is still there', () => {
	const lives = livesOf([event('made', 1, 100), event('removed', 2, 100)])
	lives.lose(7)
	lives.take(event('made', 3, 300))
	expect(lives.reading(now, HERE)).toMatchObject({
		lost: 7,
		unconfirmed: { now: 1, doubtful: 1, oldest: [{ micros: now - 300 }] },
		dying: { now: 0, held: 0, doubtful: 1 },
	})
	// Its end says that it was.
	lives.take(event('confirmed', 1, 400))
	expect(lives.reading(now, HERE).unconfirmed).toMatchObject({ doubtful: 0, confirmed: { count: 1 } })
	lives.lose(0)
	lives.lose(-3)
	expect(lives.reading(now, HERE).lost).toBe(7)
})

test('entries of other network namespaces are told apart', () => {
	const lives = livesOf([
		event('made', 1, 100),
		event('made', 2, 100, THERE),
		event('removed', 3, 100, THERE),
		event('made', 4, 100, THERE),
		event('confirmed', 4, 105),
	])
	expect(lives.reading(now, HERE)).toMatchObject({
		unconfirmed: { now: 1, most: 1, confirmed: { count: 0 } },
		dying: { now: 0 },
		elsewhere: { unconfirmed: 1, dying: 1 },
	})
	expect(lives.reading(now, THERE)).toMatchObject({
		unconfirmed: { now: 1, most: 2, confirmed: { count: 1 } },
		dying: { now: 1 },
		elsewhere: { unconfirmed: 1, dying: 0 },
	})
	expect(lives.reading(now, null)).toMatchObject({
		unconfirmed: { now: 2 },
		elsewhere: { unconfirmed: 0, dying: 0 },
	})
})

test('too many at once are counted, not followed', () => {
	const made = Array.from({ length: 12 }, (_, index) => event('made', index + 1, 100))
	expect(livesOf(made, { most: 10 }).reading(now, HERE)).toMatchObject({
		unfollowed: 2,
		unconfirmed: { now: 10, most: 10 },
	})
})

test('where nobody sees entries being made, what ends is no older than the rest', () => {
	const lives = livesOf([event('confirmed', 1, 100), event('freed', 2, 100)], { seesMade: false })
	expect(lives.reading(now, HERE)).toMatchObject({
		unconfirmed: { isKnown: false },
		before: { confirmed: 0, freed: 0 },
	})
})

/** Lives as they are, in the order in which things happen to them. */
const lifetime = fc.record({
	place: fc.integer({ min: 1, max: 6 }),
	until: fc.constantFrom('made', 'dropped', 'confirmed', 'removed', 'freed'),
	gaps: fc.array(fc.integer({ min: 1, max: 2_000_000 }), { minLength: 4, maxLength: 4 }),
})
const STEPS = {
	made: ['made'],
	dropped: ['made', 'freed'],
	confirmed: ['made', 'confirmed'],
	removed: ['made', 'confirmed', 'removed'],
	freed: ['made', 'confirmed', 'removed', 'freed'],
} as const

test('whatever lives there are, those that have begun and not ended are in a list, and no others', () => {
	fc.assert(
		fc.property(fc.array(lifetime, { maxLength: 40 }), (wanted) => {
			const freeFrom = new Map<number, number>()
			const events: LifeEvent[] = []
			const expected = { unconfirmed: 0, dying: 0, confirmed: 0, dropped: 0, freed: 0 }
			for (const { place, until, gaps } of wanted) {
				let at = freeFrom.get(place) ?? 1
				if (at === Number.POSITIVE_INFINITY) continue
				for (const [index, step] of STEPS[until].entries()) {
					at += gaps[index] ?? 1
					events.push(event(step, place, at))
				}
				freeFrom.set(place, until === 'freed' || until === 'dropped' ? at : Number.POSITIVE_INFINITY)
				if (until === 'made') expected.unconfirmed += 1
				if (until === 'removed') expected.dying += 1
				if (until === 'dropped') expected.dropped += 1
				if (['confirmed', 'removed', 'freed'].includes(until)) expected.confirmed += 1
				if (until === 'freed') expected.freed += 1
			}
			events.sort((one, other) => one.micros - other.micros)
			const { unconfirmed, dying, before } = livesOf(events).reading(1e12, HERE)
			expect({
				unconfirmed: unconfirmed.now,
				dying: dying.now,
				confirmed: unconfirmed.confirmed.count,
				dropped: unconfirmed.dropped.count,
				freed: dying.freed.count,
			}).toEqual(expected)
			expect(before).toEqual({ confirmed: 0, freed: 0 })
		}),
	)
})

test('whatever comes, the counts hold', () => {
	const any = fc.record({
		step: fc.constantFrom<LifeStep>('made', 'confirmed', 'removed', 'freed'),
		place: fc.integer({ min: 1, max: 5 }),
		micros: fc.integer({ min: 0, max: 40 }),
		netns: fc.constantFrom(HERE, THERE, null),
		flow: fc.constant(null),
	})
	fc.assert(
		fc.property(fc.array(fc.oneof(any, fc.constant(null)), { maxLength: 120 }), (events) => {
			const lives = createLives(0, { seesMade: true, most: 3 })
			for (const one of events)
				if (one === null) lives.lose(1)
				else lives.take(one)
			for (const netns of [HERE, THERE, null]) {
				const { unconfirmed, dying, before, elsewhere } = lives.reading(100, netns)
				for (const list of [unconfirmed, dying]) {
					expect(list.now + list.doubtful).toBeLessThanOrEqual(3)
					expect(list.oldest.length).toBe(list.now)
				}
				for (const { count, powers } of [unconfirmed.confirmed, unconfirmed.dropped, dying.freed])
					expect(powers.reduce((sum, one) => sum + one, 0)).toBe(count)
				expect(Math.min(before.confirmed, before.freed)).toBeGreaterThanOrEqual(0)
				expect(Math.min(elsewhere.unconfirmed, elsewhere.dying)).toBeGreaterThanOrEqual(0)
			}
		}),
	)
})
