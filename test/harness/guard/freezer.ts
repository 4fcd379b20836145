import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDoomed } from '../../../src/host/process/doomed.ts'
import { processStart } from '../../../src/host/process/identity.ts'
import { until } from '../until.ts'

/** Of version 1: whoever is frozen in it does not even die (kernel/cgroup/legacy_freezer.c). */
const V1 = '/sys/fs/cgroup/freezer'

/** True when there is none to be had; prints why. */
export function skipWithoutFreezer(): boolean {
	if (existsSync(join(V1, 'cgroup.procs'))) return false
	console.warn('skipped: no freezer of control groups version 1 is here')
	return true
}

const PREFIX = 'cts-freezer-'

/**
 * Lets those die whom a test froze that was killed itself: SIGKILL waits for them, and with them the network namespace and
 * the mounts that they are in.
 */
export function thawKilled(): void {
	const folders = existsSync(V1) ? readdirSync(V1).filter((name) => name.startsWith(PREFIX)) : []
	for (const folder of folders.map((name) => join(V1, name)))
		try {
			const pids = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
			// Of a test that runs one may not have been killed yet.
			if (!pids.every((pid) => isDoomed({ pid, pidStart: processStart(pid) ?? '' }))) continue
			writeFileSync(join(folder, 'freezer.state'), 'THAWED')
			rmdirSync(folder)
		} catch {
			// It goes with the next one, when they are gone.
		}
}

/** Freezes a process with what it starts from then on; the answer lets them go on, or end. */
export async function freeze(pid: number): Promise<() => Promise<void>> {
	const folder = mkdtempSync(join(V1, PREFIX))
	const write = (name: string, value: string) => writeFileSync(join(folder, name), value)
	const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim()
	write('cgroup.procs', `${pid}`)
	write('freezer.state', 'FROZEN')
	await until(() => read('freezer.state') === 'FROZEN', 'the process to be frozen')
	return async () => {
		write('freezer.state', 'THAWED')
		for (const left of read('cgroup.procs').split('\n').filter(Boolean))
			writeFileSync(join(V1, 'cgroup.procs'), left)
		await until(() => read('cgroup.procs') === '', 'the group to be empty')
		rmdirSync(folder)
	}
}
