import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guestBundle } from '../harness/guard/build-guard.ts'
import { type GuestKernel, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'

let folder = ''
beforeAll(async () => {
	folder = await guestBundle()
	copyFileSync(join(import.meta.dirname, '../harness/guest/inside/packets.py'), join(folder, 'packets.py'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// biome-ignore lint/suspicious/noExplicitAny: what the story in the guest tells, as JSON
const told = async (kernel: GuestKernel, story: string): Promise<any> =>
	JSON.parse((await inGuestWell(kernel, ['node', '/in/guest-entry.mjs', story], ['--in', folder])).stdout)

describe.skipIf(skipWithoutGuest('6.1'))('tracefs that is not mounted, Debian kernel 6.1', () => {
	// biome-ignore lint/suspicious/noExplicitAny: as above
	let seen: any
	beforeAll(async () => {
		seen = await told('6.1', 'unmounted')
	})

	test('doctor says that it is mounted with the probes', () => {
		expect(seen.doctor).toEqual({
			canBe: true,
			needsMount: true,
			tellsPackets: true,
			says: [expect.stringMatching(/^tracefs is not mounted: it will be mounted on \/sys\/kernel\/tracing/)],
		})
	})

	test('it is mounted as a change, and goes after the probes', () => {
		expect(seen.within).toEqual(['/sys/kernel/tracing', 'tracefs'])
		expect(seen.reasons.map(({ id }: { id: string }) => id)).toEqual(['tcp-flags'])
		expect(seen.changes[0]).toMatchObject({ knob: 'mount:tracefs', was: 'absent', state: 'undone' })
		expect(seen.after).toBe('')
	})

	test('so it is for the lists of entries', () => {
		expect(seen.lists).toMatchObject({ probes: true, after: '' })
	})

	test('P15 someone uses it: it stays, and is reported; the probes are gone all the same', () => {
		expect(seen.busy).toBe('ctscope-NAME /sys/kernel/tracing')
		expect(seen.busyChanges[0]).toMatchObject({
			knob: 'mount:tracefs',
			state: 'undone',
			note: expect.stringMatching(/^tracefs is in use .* so it stays mounted$/),
		})
		expect(seen.left).toBe('0')
	})
})

describe.skipIf(skipWithoutGuest('6.12'))('kernel probes without a record, Debian kernel 6.12', () => {
	// biome-ignore lint/suspicious/noExplicitAny: as above
	let seen: any
	beforeAll(async () => {
		seen = await told('6.12', 'strays')
	})

	test('P16 those whose record is gone are found, and removed when that is asked for', () => {
		const { token, found, leases, revert } = seen
		expect(found).toMatchObject([
			{ knob: `probes:${token}`, was: 'absent', state: 'in-force', guardAlive: false },
		])
		expect(leases).toMatchObject([
			{ leaseId: `ctscope_${token}`, problem: expect.stringMatching(/record is gone$/) },
		])
		expect(revert.join('\n')).toMatch(/restored +kernel probes ctscope_.* -> absent/)
		expect(revert.at(-1)).toBe('0')
	})

	test('P9 as long as the session may live, with another state directory, nothing is touched', () => {
		const { living, left } = seen
		expect([living[0], living.at(-1)]).toEqual([expect.stringMatching(/^nothing to undo/), '0'])
		expect(Number(left)).toBeGreaterThan(0)
	})

	test('P7 what only looks alike stays', () => {
		expect(seen.alike).toEqual(['ctscope_mine', 'p:ctscope_00000001/ct'])
	})
})
