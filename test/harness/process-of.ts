import { readFileSync } from 'node:fs'

/** A file of a process below /proc; '' where the process, or the thread, is gone meanwhile. */
export function readOf(pid: number | string, file: string): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, 'utf8')
	} catch {
		return ''
	}
}

/** A pid to be signalled. Throws where there is none: 0 stands for every process of our own group. */
export function processOf(pid: number | undefined, what: string): number {
	if (pid === undefined || pid <= 0) throw new Error(`there is no ${what}`)
	return pid
}
