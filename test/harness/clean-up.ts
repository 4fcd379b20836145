import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { afterAll } from 'vitest'
import { cleanUp } from './folders.ts'
import { IN_VAIN_MS, msUntil } from './until.ts'

// Of each test file. Its worker is ended by a signal, so nothing can wait for the end of the process.
afterAll(async () => {
	cleanUp()
	if ((await msUntil(() => left().length === 0, IN_VAIN_MS)) >= 0) return
	const names = left().map((pid) => `${pid} (${nameOf(pid)})`)
	for (const pid of left()) process.kill(pid, 'SIGKILL')
	throw new Error(`the tests left processes running: ${names.join(', ')}`)
})

/**
 * Processes that still have an output of this worker, but this worker and its esbuild, which ends with it.
 * Vitest waits for the end of the outputs: one process left behind, stopped perhaps, would keep the whole run from ending.
 */
function left(): number[] {
	const ours = [1, 2]
		.map((fd) => read(() => readlinkSync(`/proc/self/fd/${fd}`)))
		.filter((to) => to?.startsWith('socket:'))
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => pid !== process.pid && nameOf(pid) !== 'esbuild')
		.filter((pid) => [1, 2].some((fd) => ours.includes(read(() => readlinkSync(`/proc/${pid}/fd/${fd}`)))))
}

const nameOf = (pid: number) => read(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim())

function read(look: () => string): string | undefined {
	try {
		return look()
	} catch {
		return undefined
	}
}
