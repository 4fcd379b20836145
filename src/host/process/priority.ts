import { readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { readText } from '../tools/proc-fs.ts'
import { createToolPath } from '../tools/tool-path.ts'
import { runHand } from './hand.ts'
import { parseProcessStat } from './identity.ts'

/** An undo is little work, and it must not wait behind what a busy host does: as renice -n -10. */
const NICE = -10
const SCHED_OTHER = 0

/**
 * Takes back what this process has inherited of nice -n 19 and chrt --idle: whoever starts an investigation gently does
 * not want a slow undo. Without the right to, nothing happens.
 */
export async function comeFirst(): Promise<void> {
	const stat = readText('/proc/self/stat')
	const policy = stat.ok ? parseProcessStat(stat.value)?.policy : undefined
	const tools = createToolPath()
	const chrt = tools.find('chrt')
	if (policy !== undefined && policy !== SCHED_OTHER && chrt !== undefined)
		await runHand([chrt, '--other', '--all-tasks', '--pid', '0', `${process.pid}`], tools)
	nice(NICE)
}

/**
 * While changes are in force, a program under nice -n 19 is like any other: when it is killed, each of its threads has to get
 * its turn before the kernel closes its socket, and then the undo begins. Answers how to go back to what it was.
 */
export function endFast(): () => void {
	const before = getPriority()
	if (before <= 0) return () => {}
	nice(0)
	return () => nice(before)
}

/** Each thread has a nice value of its own (setpriority(2), "C library/kernel differences"). */
function nice(value: number): void {
	for (const thread of readdirSync('/proc/self/task'))
		try {
			setPriority(Number(thread), value)
		} catch {}
}
