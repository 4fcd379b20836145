import { setPriority } from 'node:os'
import { runHand } from './hand.ts'
import { parseProcessStat } from './identity.ts'
import { readText } from './proc-fs.ts'
import { createToolPath } from './tool-path.ts'

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
		await runHand([chrt, '--other', '--pid', '0', `${process.pid}`], tools)
	try {
		setPriority(NICE)
	} catch {}
}
