import { existsSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../until.ts'

/** Of version 1: whoever is frozen in it does not even die (kernel/cgroup/legacy_freezer.c). */
const V1 = '/sys/fs/cgroup/freezer'

/** True when there is none to be had; prints why. */
export function skipWithoutFreezer(): boolean {
	if (existsSync(join(V1, 'cgroup.procs'))) return false
	console.warn('skipped: no freezer of control groups version 1 is here')
	return true
}

/** Freezes a process with what it starts from then on; the answer lets them go on, or end. */
export async function freeze(pid: number): Promise<() => Promise<void>> {
	const folder = mkdtempSync(join(V1, 'cts-freezer-'))
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
