import { expect, test } from 'vitest'
import { asleepMs } from '../../src/host/clock.ts'

/** CLOCK_MONOTONIC as it reads, time after time, beside a CLOCK_BOOTTIME of 90 s. */
const reading = (...times: readonly number[]) => {
	const left = [...times]
	return { boot: () => 90_000, monotonic: () => left.shift() ?? Number.NaN }
}

test('a host that was not suspended since a moment ago reads the same', () => {
	const first = asleepMs() ?? Number.NaN
	expect(Math.abs((asleepMs() ?? Number.NaN) - first)).toBeLessThan(250)
})

test('who lost the processor between the two clocks reads them again', () => {
	expect(asleepMs(reading(50_000, 52_000, 60_000, 60_001))).toBe(30_000)
})

test('who loses it each time cannot tell', () => {
	expect(asleepMs(reading(...Array.from({ length: 10 }, (_, index) => index * 1_000)))).toBeUndefined()
})
