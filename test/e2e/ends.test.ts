import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { undone } from '../harness/guard/undone.ts'
import { createLab, type KnobSnapshot, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { freshStateDir, openOn, switchLogOn } from '../harness/program/session.ts'
import type { Terminal } from '../harness/program/terminal.ts'
import { until } from '../harness/until.ts'

const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'

const stateDir = freshStateDir()
const leases = () => readdirSync(join(stateDir, 'leases'))

/** Each end of the program, and how soon after it everything must be back, ms. */
const ENDS: readonly { name: string; end: (terminal: Terminal) => void; exit?: number }[] = [
	{ name: 'SIGKILL', end: ({ pid }) => process.kill(pid, 'SIGKILL') },
	{ name: 'the terminal is closed', end: (terminal) => terminal.hangUp() },
	{ name: 'SIGTERM', end: ({ pid }) => process.kill(pid, 'SIGTERM'), exit: 143 },
	{ name: 'SIGHUP', end: ({ pid }) => process.kill(pid, 'SIGHUP'), exit: 129 },
	{ name: 'SIGINT from outside', end: ({ pid }) => process.kill(pid, 'SIGINT'), exit: 130 },
	{ name: 'SIGSEGV', end: ({ pid }) => process.kill(pid, 'SIGSEGV') },
	{ name: 'SIGKILL to the whole group', end: ({ pid }) => process.kill(-pid, 'SIGKILL') },
]

describe.skipIf(skipWithoutLab())(
	'however the program on a terminal ends, everything is back within a second',
	() => {
		let lab: Lab
		let before: KnobSnapshot
		beforeAll(async () => {
			lab = await createLab('ends')
			before = await lab.snapshot()
		})
		afterAll(() => lab?.dispose())

		test.each(ENDS)('P4 the program on a terminal ends: $name', async ({ end, exit }) => {
			const terminal = await openOn(lab, { stateDir })
			try {
				await switchLogOn(terminal)
				expect(await lab.read(LOG_INVALID)).toBe('255')
				end(terminal)
				undone(await until(async () => (await lab.read(LOG_INVALID)) === '0', 'the undo'))
				await until(() => leases().length === 0, 'the lease to go')
				const ended = await terminal.ended
				if (exit !== undefined) {
					expect(ended.exitCode).toBe(exit)
					expect(terminal.alternate()).toBe(false)
				}
			} finally {
				await terminal.dispose()
			}
			expect(await lab.snapshot()).toEqual(before)
		})
	},
)
