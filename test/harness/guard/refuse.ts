import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readOf } from '../process-of.ts'
import { until } from '../until.ts'
import type { Scene } from './scene.ts'

const tasks = (pid: number): readonly string[] =>
	readdirSync(`/proc/${pid}/task`).map((task) => readOf(pid, `task/${task}/status`))

/** From here on the kernel answers the process with errors, as a filter of system calls does: words of strace(1). */
export async function refuse(scene: Scene, pid: number, words: readonly string[]): Promise<void> {
	const strace = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...words, '-p', String(pid)], {
		stdio: 'ignore',
	})
	scene.adopt(strace.pid ?? 0)
	await until(() => tasks(pid).every((status) => !/^TracerPid:\s0$/m.test(status)), 'strace')
}

export const inject = (what: string) => ['-e', `inject=${what}`]
