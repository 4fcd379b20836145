import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guestBundle } from '../harness/guard/build-guard.ts'
import { undone } from '../harness/guard/undone.ts'
import { GUEST_KERNELS, type GuestKernel, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'
import { slownessOf } from '../harness/guest/slowness.ts'

const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))
let folder = ''

beforeAll(async () => {
	folder = await guestBundle()
	copyFileSync(join(import.meta.dirname, '../harness/guest/inside/hold.py'), join(folder, 'hold.py'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What does not depend on the kernel is told by one of them. */
const WHOLE: GuestKernel = '6.12'

for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`Debian kernel ${kernel}: unconfirmed and dying entries`, () => {
		// biome-ignore lint/suspicious/noExplicitAny: what the story in the guest tells, as JSON
		let seen: any
		let slow = 1
		const whole = kernel === WHOLE
		beforeAll(async () => {
			const command = ['node', '/in/guest-entry.mjs', 'lists', ...(whole ? ['whole'] : [])]
			const { stdout } = await inGuestWell(kernel, command, ['--in', folder])
			seen = JSON.parse(stdout)
			slow = slownessOf(`guest ${kernel}`, seen.msOfWork)
		})
		const flows = (list: 'unconfirmed' | 'dying') =>
			seen.report.probes[list].oldest.map(({ flow }: { flow: string }) => flow).toSorted()

		test('this kernel lists none of those that an NFQUEUE holds, and probes do', () => {
			const { probes, kernel: own, queues } = seen.report
			expect(own).toMatchObject({ unconfirmed: { kept: 'no', size: 0 }, dying: { size: 0 } })
			expect(queues).toMatchObject([{ queue: 7, waiting: 3 }])
			expect(probes.unconfirmed).toMatchObject({ now: 2, held: 2, doubtful: 0 })
			expect(flows('unconfirmed')).toEqual([
				'UDP 127.0.0.1:4053 > 127.0.0.1:53',
				'UDP 127.0.0.1:4054 > 127.0.0.1:53',
			])
			expect(probes.unconfirmed.mayBe[0]).toMatch(/^In NFQUEUE 7 3 packets wait/)
		})

		test('an entry that was deleted while a packet of it is held is dying', () => {
			expect(seen.report.probes.dying).toMatchObject({ now: 1, held: 1 })
			expect(flows('dying')).toEqual(['UDP 127.0.0.1:4060 > 127.0.0.1:60'])
		})

		test('the others are confirmed, or dropped, in less than a second', () => {
			const { untilConfirmed, untilDropped } = seen.report.probes.unconfirmed
			expect(untilConfirmed.count).toBe(41)
			expect(untilDropped.count).toBe(3)
			expect(untilConfirmed.longest).toBeLessThan(1_000_000)
			expect(seen.report.probes).toMatchObject({ lost: 0, unfollowed: 0, elsewhere: { unconfirmed: 0 } })
		})

		test('for people, when nobody holds anything any more', () => {
			expect(seen.text).toMatch(/^unconfirmed {3}none now/m)
			expect(seen.text).toMatch(/^dying {9}none now/m)
			expect(seen.text).not.toMatch(/Possible/)
		})

		test('P1 the probes of others are as before, and ours are gone', () => {
			expect(seen.report.changes).toMatchObject([{ state: 'undone', after: 'absent' }])
			expect([seen.report.undo, seen.same]).toEqual([0, true])
		})

		const goneInTime = ({ state, ms, left }: { state: string; ms: number; left: string }) => {
			expect([state, left]).toEqual(['confirm', '0'])
			expect(ms).toBeGreaterThanOrEqual(0)
			undone(ms, { slow })
		}
		test('P4 the program is killed while they are set', () => goneInTime(seen.programKilled))
		if (!whole) return
		test('P5 its guard is killed while they are set', () => goneInTime(seen.guardKilled))
		test('P10 both are killed, and revert removes them', () => goneInTime(seen.bothKilled))
	})
