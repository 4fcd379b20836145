import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guestBundle } from '../harness/guard/build-guard.ts'
import { GUEST_KERNELS, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'
import { CONFIRM_MS } from '../harness/guest/inside/sleep.ts'

const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))
let folder = ''

beforeAll(async () => {
	folder = await guestBundle()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** From the first line to the last: 4 s on a machine; an emulated one is late with everything. */
const MOST_SECONDS = 8

for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`Debian kernel ${kernel}: P13 a flood stops itself`, () => {
		// biome-ignore lint/suspicious/noExplicitAny: what the stories in the guest tell, as JSON
		let seen: any
		const whole = kernel === '6.1'
		beforeAll(async () => {
			const command = ['node', '/in/guest-entry.mjs', 'flood', ...(whole ? ['whole'] : [])]
			seen = JSON.parse((await inGuestWell(kernel, command, ['--in', folder])).stdout)
		})

		const stories = [
			['a call site that prints for each packet', 'printk'],
			...(whole ? [['log_invalid', 'logInvalid'] as const] : []),
		] as const
		test.each(stories)('%s: logging is switched off while packets still come, and reported', (_, story) => {
			const told = seen[story]
			expect(told).toMatchObject({ isNoticed: true, isStillSending: true, phase: 'holding' })
			expect(told.why).toMatch(new RegExp(`^log flood: ${told.flood.rate} lines/s for \\d s$`))
			console.log(`${kernel}, ${story}: ${told.flood.rate} lines/s, off after ${told.seconds.toFixed(1)} s`)
			expect(told.flood.rate).toBeGreaterThan(20)
			expect(told.seconds).toBeGreaterThan(2)
			expect(told.seconds).toBeLessThan(MOST_SECONDS)
			expect(told.changes.at(-1)).toMatchObject({ state: 'undone', note: '' })
		})

		test('the guard still answers', () => {
			for (const { answer, msAnswer } of stories.map(([, story]) => seen[story])) {
				expect(answer).toBe(true)
				expect(msAnswer).toBeLessThan(2_000)
			}
		})

		test('changes that do not log are left alone, and all is restored in the end', () => {
			expect(seen).toMatchObject({ flags: '', acct: '1', logInvalidAfter: '0', asBefore: true })
		})

		test.runIf(whole)('P6 time asleep counts: undone soon after a real suspend to memory', () => {
			const { applied, sleptMs, awakeMs, msAfterWaking, movedMs, change } = seen.sleep
			console.log(`slept ${Math.round(sleptMs)} ms; undone ${msAfterWaking} ms after waking`)
			expect(applied).toBe(true)
			expect(sleptMs).toBeGreaterThan(CONFIRM_MS)
			// By the clock that stands still meanwhile its time would not have been over.
			expect(msAfterWaking).toBeGreaterThanOrEqual(0)
			expect(awakeMs + msAfterWaking).toBeLessThan(CONFIRM_MS)
			expect(Math.abs(movedMs - sleptMs)).toBeLessThan(500)
			expect(change).toMatchObject({ state: 'undone', now: '0', note: '' })
		})
	})
