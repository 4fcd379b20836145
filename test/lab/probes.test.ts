import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { guestBundle } from '../harness/guard/build-guard.ts'
import { undone } from '../harness/guard/undone.ts'
import { GUEST_KERNELS, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'
import { slownessOf } from '../harness/guest/slowness.ts'

vi.setConfig({ hookTimeout: 300_000 })

const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))
let folder = ''

beforeAll(async () => {
	folder = await guestBundle()
	copyFileSync(join(import.meta.dirname, '../harness/guest/inside/packets.py'), join(folder, 'packets.py'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Row = {
	readonly id: string
	readonly flow: string | null
	readonly count: number
	readonly sample: string
}

const ids = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => id).toSorted()

/** In this kernel a FIN without an entry has a line of its own (6.9 and later: "invalid new"). */
for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`Debian kernel ${kernel}: kernel probes`, () => {
		// biome-ignore lint/suspicious/noExplicitAny: what the story in the guest tells, as JSON
		let seen: any
		beforeAll(async () => {
			const command = ['node', '/in/guest-entry.mjs', 'probes']
			seen = JSON.parse((await inGuestWell(kernel, command, ['--in', folder])).stdout)
		})

		test('with log_invalid 0 and no logger each packet has its reason, with numbers and addresses', () => {
			const { reasons, accounting, log } = seen.own
			expect(ids(reasons)).toEqual(expect.arrayContaining(['tcp-flags', 'udp-csum']))
			expect(accounting).toMatchObject({ silent: 0, lost: 0 })
			expect(log.probes.lost).toBe(0)
		})

		test('nothing is left of it, and probes of others are as they were', () => {
			expect([seen.sameAfterOwn, seen.sameAfterOthers, seen.same]).toEqual([true, true, true])
			expect(seen.keeps).toBe('1')
		})

		test('traffic of other network namespaces stands under their names', () => {
			const names = seen.others.elsewhere.map(({ netns }: { netns: { name: string } }) => netns.name)
			expect(names.toSorted()).toEqual(['one', 'two'])
		})

		test('P4 P5 killed with probes on: they go in time', () => {
			const { program, guard, both } = seen.killed
			expect([program.states, guard.states, both.states]).toEqual(
				Array.from({ length: 3 }, () => ['in-force', 'confirm']),
			)
			for (const { ms } of [program, guard]) {
				expect(ms).toBeGreaterThanOrEqual(0)
				undone(ms, { slow: slownessOf(`guest ${kernel}`, seen.msOfWork) })
			}
			expect([program.left, guard.left, both.left]).toEqual(['0', '0', '0'])
		})
	})
