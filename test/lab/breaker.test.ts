import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { guestBundle } from '../harness/build-guard.ts'
import { GUEST_KERNELS, inGuest, skipWithoutGuest } from '../harness/guest.ts'

vi.setConfig({ hookTimeout: 300_000 })

const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))
const guests = new Map<string, ReturnType<typeof inGuest>>()
let folder = ''

beforeAll(async () => {
	folder = await guestBundle()
	for (const kernel of GUEST_KERNELS.filter((one) => !skipped.has(one)))
		guests.set(
			kernel,
			inGuest(kernel, ['node', '/in/guest-entry.mjs', 'flood'], { options: ['--in', folder] }),
		)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** From the first line to the last: 4 s on a machine; an emulated one is late with everything. */
const MOST_SECONDS = 8

for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`Debian kernel ${kernel}: P13 a flood stops itself`, () => {
		// biome-ignore lint/suspicious/noExplicitAny: what the stories in the guest tell, as JSON
		let seen: any
		beforeAll(async () => {
			const ran = await guests.get(kernel)
			if (ran?.exitCode !== 0) throw new Error(`the guest ended with ${ran?.exitCode}: ${ran?.stderr}`)
			seen = JSON.parse(ran.stdout)
		})

		test.each([
			['a call site that prints for each packet', 'printk'],
			['log_invalid', 'logInvalid'],
		])('%s: switched off while the packets still come, and said', (_, story) => {
			const told = seen[story]
			expect(told).toMatchObject({ isNoticed: true, isStillSending: true, phase: 'holding' })
			expect(told.why).toMatch(new RegExp(`^log flood: ${told.flood.rate} lines/s for \\d s$`))
			console.log(`${kernel}, ${story}: ${told.flood.rate} lines/s, off after ${told.seconds.toFixed(1)} s`)
			expect(told.flood.rate).toBeGreaterThan(20)
			expect(told.seconds).toBeGreaterThan(2)
			expect(told.seconds).toBeLessThan(MOST_SECONDS)
			expect(told.changes.at(-1)).toMatchObject({ state: 'undone', note: '' })
		})

		test('the guard answers meanwhile', () => {
			for (const { answer, msAnswer } of [seen.printk, seen.logInvalid]) {
				expect(answer).toBe(true)
				expect(msAnswer).toBeLessThan(2_000)
			}
		})

		test('what treats packets differently is none of its business, and all is as before in the end', () => {
			expect(seen).toMatchObject({ flags: '', acct: '1', logInvalidAfter: '0', asBefore: true })
		})
	})
