import type { ChildProcess } from 'node:child_process'
import { errorCode } from '../tools/proc-fs.ts'

/**
 * spawn() of Node throws where the kernel has no memory for a process, and returns one without streams where there are no
 * descriptors left: here both are errno names, and an `error` event ends nobody. Without a file, or at pids.max, the
 * process has no `pid`.
 */
export function startChild<T extends ChildProcess>(start: () => T): T | string {
	try {
		const child = start()
		child.on('error', () => {})
		return child.stdio === undefined ? 'EMFILE' : child
	} catch (error) {
		return errorCode(error)
	}
}
