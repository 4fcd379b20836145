import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createScene, LOG_INVALID, logTcp, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { until } from '../../harness/until.ts'

/** Groups of version 1, or where version 2 gives the memory of its children to groups. */
const V1 = '/sys/fs/cgroup/memory'
const V2 = '/sys/fs/cgroup'
const LIMIT = 400 << 20

const group = (() => {
	if (existsSync(join(V1, 'memory.limit_in_bytes')))
		return { parent: V1, limit: 'memory.limit_in_bytes', kills: 'memory.oom_control' }
	const shared = join(V2, 'cgroup.subtree_control')
	const isShared = existsSync(shared) && /\bmemory\b/.test(readFileSync(shared, 'utf8'))
	return isShared ? { parent: V2, limit: 'memory.max', kills: 'memory.events' } : undefined
})()
if (group === undefined) console.warn('skipped: no group for memory can be made here')

describe.skipIf(skipWithoutKernel() || group === undefined)('P4 out of memory', () => {
	test('P4 the OOM killer takes the program: the guard undoes', async () => {
		const { parent, limit, kills } = group as NonNullable<typeof group>
		const scene = await createScene('oom')
		const folder = join(parent, `cts-oom-${process.pid}`)
		mkdirSync(folder)
		try {
			const client = await scene.client()
			// The guard is started in here too.
			writeFileSync(join(folder, 'cgroup.procs'), String(client.pid))
			await client.send({ do: 'apply', plan: logTcp })
			const guard = scene.guardPid()
			expect(readFileSync(`/proc/${guard}/cgroup`, 'utf8')).toContain(`/cts-oom-${process.pid}`)
			writeFileSync(join(folder, limit), String(LIMIT))
			void client.send({ do: 'grow' }).catch(() => {})
			await client.ended
			undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
			expect(readFileSync(join(folder, kills), 'utf8')).toMatch(/oom_kill [1-9]/)
			await scene.end()
		} finally {
			const inside = () => readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
			for (const pid of inside()) process.kill(Number(pid), 'SIGKILL')
			await until(() => inside().length === 0, 'the group to be empty')
			rmdirSync(folder)
		}
	})
})
