import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guestBundle } from '../harness/guard/build-guard.ts'
import { undone } from '../harness/guard/undone.ts'
import { inGuestWell, skipWithoutSystemd } from '../harness/guest/guest.ts'
import type { Told } from '../harness/guest/inside/ssh.ts'

const isSkipped = skipWithoutSystemd('6.1')
let folder = ''
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An emulated machine is some fifteen times as slow as one of silicon: 2 s there are more than enough for 2 s here. */
const SOON_MS = 2_000
/** The program starts `ctscope revert`, which is a start of Node. */
const REVERT_MS = 15_000
/** The timer of PID 1 fires 5 s after the deadline, and starts Node too. */
const TIMER_MS = 5_000 + REVERT_MS

describe.skipIf(isSkipped)('a session over SSH, Debian kernel 6.1 with systemd', () => {
	let rows: Readonly<Record<string, Told>>
	// biome-ignore lint/suspicious/noExplicitAny: what was seen in the guest, as JSON
	let seen: any
	beforeAll(async () => {
		folder = await guestBundle()
		const options = ['--systemd', '--in', folder, '--timeout', '600']
		seen = JSON.parse((await inGuestWell('6.1', ['node', '/in/guest-entry.mjs', 'ssh'], options)).stdout)
		rows = seen.rows
		for (const [name, { ms }] of Object.entries(rows)) console.log(`${name}: ${ms} ms`)
	})

	test.each([
		['P4 the ssh client is killed with -9', 'clientKilled'],
		['P4 the ssh client is killed with -9, the log switched on with keys on a screen', 'screen'],
		['P4 the ssh client is killed with -9 where logind kills the processes of users', 'killUserProcesses'],
		['P4 loginctl terminate-user', 'terminateUser'],
		['P4 every process of the session scope is killed with -9', 'scopeKilled'],
		['P4 the program is killed with -9 while its command lives on', 'programKilled'],
		['P5 systemctl stop of the guard', 'guardStopped'],
	])('%s: undone', (_, name) => {
		const { ms, left, note } = rows[name] ?? {}
		expect({ left, note }).toEqual({ left: '', note: '' })
		expect(ms).toBeGreaterThanOrEqual(0)
		expect(ms).toBeLessThan(SOON_MS)
		undone(ms ?? 0)
	})

	test('P5 kill -9 of the guard: the program starts the undo', () => {
		expect(rows.guardKilled).toMatchObject({ left: '', note: '' })
		expect(rows.guardKilled?.ms).toBeGreaterThanOrEqual(0)
		expect(rows.guardKilled?.ms).toBeLessThan(REVERT_MS)
		undone(rows.guardKilled?.ms ?? 0)
	})

	test.each([
		['P6 the program is stopped with SIGSTOP', 'programStopped', SOON_MS],
		['P6 half-open: the network of the client is gone, and nobody hangs up', 'halfOpen', SOON_MS],
		['P5 P6 guard and program are killed with -9 together: the timer of PID 1', 'bothKilled', TIMER_MS],
	])('%s: undone at the deadline, not before', (_, name, most) => {
		expect(rows[name]).toMatchObject({ left: '', note: '' })
		// The two clocks are read one after the other.
		expect(rows[name]?.ms).toBeGreaterThan(-100)
		expect(rows[name]?.ms).toBeLessThan(most)
	})

	test('P5 P14 the guard is a locked-down service apart from the session, in the namespace shown', () => {
		expect(seen.unit).toEqual(
			expect.arrayContaining([
				'ProtectSystem=strict',
				'NoNewPrivileges=yes',
				'OOMScoreAdjust=-900',
				'NetworkNamespacePath=/run/netns/both',
				expect.stringMatching(/^ControlGroup=\/system\.slice\/ctscope-guard-\w+\.service$/),
				// One timer for each of the three leases.
				'3',
			]),
		)
		expect(seen.initialMeanwhile).toBe(true)
	})
})
