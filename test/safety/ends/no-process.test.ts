import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import type { Plan } from '../../../src/model/change.ts'
import { createPidsGroup, skipWithoutPids } from '../../harness/guard/pids-group.ts'
import { createScene, LOG_INVALID, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { startLineChild } from '../../harness/kernel/line-child.ts'
import { msUntil } from '../../harness/until.ts'

const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const allNetns = () => readFileSync(ALL_NETNS, 'utf8').trim()

const invalid = tapText(tapOf({ kind: 'tap', hooks: ['input'], states: ['invalid'] }))
const logging = { knob: 'log_invalid', from: '0', to: '255' }

/** Longer than promised, to see what is not back at all. */
const PATIENCE_MS = 8_000

const isSame = (a: readonly string[], b: readonly string[]) => a.join() === b.join()

const WAYS: readonly (readonly [string, Plan['changes']])[] = [
	['a setting of the namespace, and one of the initial namespace', [logging]],
	['and a table of ours', [logging, { knob: 'table:ctscope', from: 'absent', to: invalid }]],
]

describe.skipIf(skipWithoutKernel() || skipWithoutPids())('P4 no process can be started', () => {
	test.for(WAYS)('P4 the program is killed with -9: %s', async ([, changes]) => {
		const before = allNetns()
		const scene = await createScene('pids')
		const group = createPidsGroup('pids')
		// Reads without starting a process, and is outside of the group.
		const watch = startLineChild([
			'nsenter',
			`--net=${scene.path}`,
			'--',
			'bash',
			'-c',
			`while read -r; do read -r now <${LOG_INVALID}; echo "$now"; done`,
		])
		const tables = () =>
			execFileSync('nsenter', [`--net=${scene.path}`, '--', 'nft', 'list', 'tables'], { encoding: 'utf8' })
		try {
			const client = await scene.client({ ttlMs: 20_000 })
			group.enter(client.pid)
			const all = before === '0' ? [{ knob: 'nf_log_all_netns', from: '0', to: '1' }] : []
			const plan = { purpose: 'test', changes: [...all, ...changes] }
			expect(await client.send({ do: 'apply', plan })).toMatchObject({ ok: true })
			expect([await watch.ask(''), allNetns()]).toEqual(['255', '1'])
			expect(tables().includes('ctscope')).toBe(plan.changes.some(({ knob }) => knob.startsWith('table:')))
			expect(group.count()).toBeGreaterThan(1)
			group.close()
			client.signal('SIGKILL')
			const left = async () => [await watch.ask(''), allNetns(), tables().includes('ctscope') ? 'table' : '']
			const wanted = ['0', before, '']
			const ms = await msUntil(async () => isSame(await left(), wanted), PATIENCE_MS)
			expect(await left()).toEqual(wanted)
			undone(ms)
		} finally {
			group.open()
			await scene.revert('--all', '--yes')
			await group.remove()
			await watch.end()
			expect(allNetns()).toBe(before)
		}
		await scene.end()
	})
})
