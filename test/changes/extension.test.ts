import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extended, isTooSoon, MAX_TTL_MS } from '../../src/changes/lease.ts'

const MINUTE = 60_000

describe('P6 how far e moves a deadline', () => {
	test.each<[string, number, number | undefined]>([
		['ten minutes', 10 * MINUTE, 20 * MINUTE],
		['at the last moment', 1, 10 * MINUTE + 1],
		['up to an hour from now', 50 * MINUTE, 60 * MINUTE],
		['less than ten minutes where that is an hour from now', 55 * MINUTE, 60 * MINUTE],
		['not at all where an hour is left', 60 * MINUTE, undefined],
		['nor where --ttl left more, which it does not shorten', MAX_TTL_MS, undefined],
	])('%s', (_, left, expected) => {
		expect(extended(1000 + left, 1000)).toBe(expected === undefined ? undefined : 1000 + expected)
	})

	test('however often and whenever: never beyond an hour, never back', () => {
		fc.assert(
			fc.property(fc.nat(MAX_TTL_MS), fc.array(fc.nat(20 * MINUTE)), (ttl, pauses) => {
				let now = 1000
				let deadline = now + ttl
				for (const pause of pauses) {
					now += pause
					const moved = extended(deadline, now)
					if (moved === undefined) continue
					expect(moved).toBeGreaterThan(deadline)
					expect(moved - now).toBeLessThanOrEqual(60 * MINUTE)
					deadline = moved
				}
			}),
		)
	})

	test('once a second', () => {
		expect(isTooSoon(1000, 1999)).toBe(true)
		expect(isTooSoon(1000, 2000)).toBe(false)
		expect(isTooSoon(Number.NEGATIVE_INFINITY, 0)).toBe(false)
	})
})
