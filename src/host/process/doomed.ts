import type { ProcessName } from '../../changes/lease.ts'
import type { Clock } from '../../model/clock.ts'
import { readText } from '../tools/proc-fs.ts'
import { isAlive, processStart } from './identity.ts'

const SIGKILL = 9
const LOOK_MS = 250

/**
 * That very process has been killed. The kernel closes its sockets only when each of its threads has had a turn on a processor,
 * and on a crowded machine, in a cgroup that has used up its time, or in a system call that hangs, that comes late or never
 * (kernel/signal.c, complete_signal).
 */
export function isDoomed({ pid, pidStart }: ProcessName): boolean {
	if (processStart(pid) !== pidStart) return false
	if (!isAlive(pid, pidStart)) return true
	const status = readText(`/proc/${pid}/status`)
	if (!status.ok) return false
	return [...status.value.matchAll(/^(?:Sig|Shd)Pnd:\s*([0-9a-f]{1,16})$/gm)].some(
		([, mask]) => ((BigInt(`0x${mask}`) >> BigInt(SIGKILL - 1)) & 1n) === 1n,
	)
}

/** Tells once when that process is doomed; the answer ends the watch. One that has ended otherwise is not told of. */
export function watchForDoom(clock: Pick<Clock, 'after'>, name: ProcessName, tell: () => void): () => void {
	let cancel = clock.after(LOOK_MS, look)
	function look(): void {
		if (isDoomed(name)) tell()
		else cancel = clock.after(LOOK_MS, look)
	}
	return () => cancel()
}
