import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountOf } from '../../src/app/log/account.ts'
import type { ReasonRow } from '../../src/app/state/state.ts'
import { reducer } from '../../src/app/store/reducer.ts'
import { createDecoder } from '../../src/recording/codec.ts'
import { guestBundle } from '../harness/guard/build-guard.ts'
import { undone } from '../harness/guard/undone.ts'
import {
	GUEST_KERNELS,
	type GuestKernel,
	inGuestWell,
	NEWEST_KERNEL,
	skipWithoutGuest,
} from '../harness/guest/guest.ts'
import { slownessOf } from '../harness/guest/slowness.ts'
import { emptyState } from '../harness/samples/states.ts'

/** Of the newest kernel only what `run` sees: each guest costs a minute and more. */
const KERNELS = [...GUEST_KERNELS, NEWEST_KERNEL] as const
const skipped = new Set<GuestKernel>(KERNELS.filter(skipWithoutGuest))
let folder = ''

beforeAll(async () => {
	folder = await guestBundle()
	copyFileSync(join(import.meta.dirname, '../harness/guest/inside/packets.py'), join(folder, 'packets.py'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What does not depend on the kernel is told by one of them. */
const WHOLE: GuestKernel = '6.12'

/** With their numbers, as log_invalid words them on this kernel; and the packets it has no words for. */
const REASONS = {
	// A packet without an entry has no line there (nf_conntrack_proto_tcp.c, tcp_new).
	'6.1': {
		ids: ['tcp-flags', 'tcp-ign', 'tcp-win-seq-over', 'udp-csum'],
		named: { 'silent-fin': 4, 'silent-echo-reply': 1 },
	},
	'6.12': {
		ids: ['tcp-flags', 'tcp-ign', 'tcp-new', 'tcp-win-seq-over', 'udp-csum'],
		named: { 'silent-echo-reply': 1 },
	},
	newest: {
		ids: ['tcp-flags', 'tcp-ign', 'tcp-new', 'tcp-win-seq-over', 'udp-csum'],
		named: { 'silent-echo-reply': 1 },
	},
} as const

for (const kernel of KERNELS)
	describe.skipIf(skipped.has(kernel))(`Debian kernel ${kernel}: kernel probes`, () => {
		// biome-ignore lint/suspicious/noExplicitAny: what the story in the guest tells, as JSON
		let seen: any
		let slow = 1
		const told = kernel === NEWEST_KERNEL ? 'run' : kernel === WHOLE ? 'whole' : 'ends'
		beforeAll(async () => {
			const command = ['node', '/in/guest-entry.mjs', 'probes', told]
			seen = JSON.parse((await inGuestWell(kernel, command, ['--in', folder])).stdout)
			console.log(`guest ${kernel}: Linux ${seen.release}`)
			if (told !== 'run') slow = slownessOf(`guest ${kernel}`, seen.msOfWork)
		})
		const ofReason = (id: string) => seen.report.reasons.find((one: { id: string }) => one.id === id)

		test('with log_invalid 0 and no logger each packet has its reason, with numbers and addresses', () => {
			const { reasons, named, accounting, log } = seen.report
			const { ids, named: silent } = REASONS[kernel]
			expect(reasons.map(({ id }: { id: string }) => id).toSorted()).toEqual(ids)
			expect(ofReason('tcp-win-seq-over').sample).toMatch(/SEQ is over upper bound 2002 .* SRC=127\.0\.0\.2 /)
			const names = Object.fromEntries(
				named.map(({ id, count }: { id: string; count: number }) => [id, count]),
			)
			expect(names).toEqual(silent)
			expect(accounting).toMatchObject({ silent: 0, lost: 0, aside: { accepted: 1 } })
			expect(accounting.counted).toBe(accounting.explained + accounting.named)
			expect(log.probes.lost).toBe(0)
			expect(seen.said).not.toMatch(/log_invalid is 0|without a logger/)
		})

		test('what is of other network namespaces stands under their names', () => {
			const of = Object.fromEntries(
				seen.report.elsewhere.map(
					// biome-ignore lint/suspicious/noExplicitAny: as above
					({ netns, reasons, silent }: any) => [
						netns.name,
						[...reasons.map(({ id }: { id: string }) => id).toSorted(), silent],
					],
				),
			)
			const isOlder = kernel === '6.1'
			expect(of).toEqual({
				one: isOlder ? ['tcp-flags', 1] : ['tcp-flags', 'tcp-new', 0],
				two: ['udp-csum', 1],
			})
		})

		test('who deleted the entry, and from what a packet was judged', () => {
			expect(seen.report.obituaries).toMatchObject([
				{
					flow: '127.0.0.2:1005 > 127.0.0.1:80',
					packets: 3,
					kind: 'deleted',
					by: { task: 'conntrack' },
					state: 'ESTABLISHED',
				},
			])
			expect(ofReason('tcp-win-seq-over').ledger.says).toEqual([
				expect.stringMatching(/^The SYN of 127\.0\.0\.2:1006 had no window scale option/),
			])
			expect(ofReason('tcp-ign').ledger.says).toEqual([expect.stringMatching(/picked up in mid-stream/)])
		})

		test('settings, modules and probes of others are as before, byte for byte', () => {
			expect([seen.sameAfterRun, seen.same]).toEqual([true, true])
		})

		if (told === 'run') return

		test('auto takes them on the screen, and a recording of it replays here', () => {
			const { said, exitCode, recording } = seen.recorded
			expect(said).toMatch(/kernel probes, because they can be set here/)
			expect(exitCode).toBe(0)
			expect(seen.sameAfterRecording).toBe(true)
			// As it was last while they told: at the end they are gone.
			const decode = createDecoder()
			let now = emptyState()
			let state = now
			for (const line of gunzipSync(Buffer.from(recording, 'base64'))
				.toString()
				.trimEnd()
				.split('\n')
				.slice(1)) {
				const action = decode(line)
				if (action === undefined) continue
				now = reducer(now, action)
				if (now.way?.source === 'probe') state = now
			}
			expect(state.way?.source).toBe('probe')
			expect(state.reasons.map((row: ReasonRow) => row.reason.id).toSorted()).toEqual(
				REASONS[kernel].ids.filter((id) => ['tcp-flags', 'udp-csum', 'tcp-new'].includes(id)),
			)
			const { accounting, named } = accountOf(state)
			expect(accounting).toMatchObject({ silent: 0, lost: 0 })
			expect(named.map(({ id }) => id)).toContain('silent-echo-reply')
			const [one] = state.probes.elsewhere.values()
			expect(one?.reasons.map((row: ReasonRow) => row.reason.id)).toEqual(['tcp-flags'])
		})

		test('P7 an undo finds them behind a mount over tracefs', () => {
			expect(seen.applied).toMatchObject({ phase: 'holding', changes: [{ state: 'in-force' }] })
			expect(seen.inForce.map((line: string) => line.replace(/ctscope_\w+/, 'G'))).toEqual([
				'p:G/ct nf_ct_l4proto_log_invalid',
				'p:G/ct_inner nf_ct_l4proto_log_invalid',
				'p:G/l4 nf_l4proto_log_invalid',
				'p:G/helper nf_ct_helper_log',
			])
			expect(seen.undone).toMatchObject({ outcome: 'clean', changes: [{ now: 'absent', state: 'undone' }] })
			expect(seen.left).toBe('0')
		})

		const goneInTime = ({ states, ms, left }: { states: unknown; ms: number; left: string }) => {
			expect(states).toEqual(['in-force', 'confirm'])
			expect(ms).toBeGreaterThanOrEqual(0)
			expect(left).toBe('0')
			undone(ms, { slow })
		}
		test('P4 the program is killed with probes on', () => goneInTime(seen.programKilled))
		if (told !== 'whole') return
		test('P5 its guard is killed with probes on', () => goneInTime(seen.guardKilled))
		test('P10 both are killed, and revert removes the probes', () => goneInTime(seen.bothKilled))
	})
