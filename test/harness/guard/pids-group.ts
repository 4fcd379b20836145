import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../until.ts'

/** A control group that counts processes and lets no more than some be there. */
export type PidsGroup = {
	/** Moves a process in; what it starts from then on is in there too. */
	enter(pid: number): void
	/** How many there are. */
	count(): number
	/** No process more than there are. */
	close(): void
	open(): void
	/** Ends what is left in there and removes it. */
	remove(): Promise<void>
}

const V1 = '/sys/fs/cgroup/pids'
const V2 = '/sys/fs/cgroup'

const PREFIX = 'cts-'

/** Where groups with this controller can be made: version 1, or version 2 where it is given to children; else undefined. */
function parent(): string | undefined {
	if (existsSync(join(V1, 'cgroup.procs'))) return V1
	const shared = join(V2, 'cgroup.subtree_control')
	return existsSync(shared) && /\bpids\b/.test(readFileSync(shared, 'utf8')) ? V2 : undefined
}

/** True when there is none to be had; prints why. */
export function skipWithoutPids(): boolean {
	if (parent() !== undefined) return false
	console.warn('skipped: no group that counts processes can be made here')
	return true
}

/** Takes away what tests left that were ended before they could: groups without a process. */
export function removeEmptyGroups(): void {
	const folder = parent()
	if (folder === undefined) return
	for (const name of readdirSync(folder).filter((one) => one.startsWith(PREFIX)))
		try {
			rmdirSync(join(folder, name))
		} catch {
			// Someone is in there: a test that runs.
		}
}

export function createPidsGroup(label: string): PidsGroup {
	// Not by our number: another namespace of processes has the same.
	const folder = mkdtempSync(join(parent() ?? '', `${PREFIX}${label}-`))
	const write = (name: string, value: string) => writeFileSync(join(folder, name), value)
	const inside = () => readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
	return {
		enter: (pid) => write('cgroup.procs', `${pid}`),
		count: () => Number(readFileSync(join(folder, 'pids.current'), 'utf8')),
		// Below what there is already: every fork fails with EAGAIN.
		close: () => write('pids.max', '1'),
		open: () => write('pids.max', 'max'),
		async remove() {
			write('pids.max', 'max')
			const isEmpty = () => {
				for (const pid of inside())
					try {
						process.kill(Number(pid), 'SIGKILL')
					} catch {}
				return inside().length === 0
			}
			await until(isEmpty, 'the group to be empty')
			rmdirSync(folder)
		},
	}
}
