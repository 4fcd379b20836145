import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipWithoutLab } from '../../harness/kernel/lab.ts'
import { ctscope } from '../../harness/program/program.ts'
import { createRunScene, type RunScene } from '../../harness/program/run-scene.ts'

/** Kinds of file systems that a machine has forgotten when it starts again. */
const FORGOTTEN = /^(?:tmpfs|ramfs|proc|sysfs|devpts|devtmpfs|debugfs|tracefs|nsfs|pipefs|sockfs)$/
const OPENED =
	/(?:openat|open|creat)\((?:AT_FDCWD, )?"([^"]+)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)[^)]*\) = \d/
const MADE = /(?:mkdir|mknod|rename|link|symlink)(?:at)?\((?:.*, )?"([^"]+)"(?:, 0\d+)?\) = 0/

const kindOf = (path: string): string => {
	let place = path
	while (!existsSync(place)) place = dirname(place)
	return execFileSync('stat', ['-f', '-c', '%T', place], { encoding: 'utf8' }).trim()
}

describe.skipIf(skipWithoutLab())('P11 power loss', () => {
	let scene: RunScene
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-power-'))
	const stateDir = join(folder, 'run')
	beforeAll(async () => {
		// As /run is on most systems; not in every container.
		mkdirSync(stateDir)
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=700', 'tmpfs', stateDir])
		scene = await createRunScene('power')
	})
	afterAll(async () => {
		execFileSync('umount', [stateDir])
		rmSync(folder, { recursive: true, force: true })
		await scene?.dispose()
	})

	test.each(['kmsg', 'nflog'])(
		'P11 program and guard write only to memory with %s: a reboot forgets all',
		async (source) => {
			const trace = join(folder, source)
			const strace = ['strace', '-f', '-qq', '-e', 'trace=%file', '-o', trace]
			const where = ['--netns', scene.lab.netns, '--state-dir', stateDir]
			const ran = await ctscope(['run', ...where, '--source', source, '--protocol', 'tcp', '--', 'true'], {
				under: strace,
			})
			expect(ran.exitCode, ran.stderr).toBe(0)
			const lines = readFileSync(trace, 'utf8').split('\n')
			const written = lines.flatMap((line) => OPENED.exec(line)?.[1] ?? MADE.exec(line)?.[1] ?? [])
			// The record, and the setting itself, or this would prove nothing.
			expect(written.some((path) => path.endsWith('/journal.jsonl'))).toBe(true)
			expect(written.some((path) => path.endsWith('/nf_conntrack_log_invalid'))).toBe(true)
			// Compiled code says nothing of settings.
			const paths = [...new Set(written)].filter(
				(path) => path.startsWith('/') && !path.includes('/dist/cache'),
			)
			expect(paths.filter((path) => !FORGOTTEN.test(kindOf(path)))).toEqual([])
		},
	)
})
