import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inGuest, skipWithoutGuest } from '../harness/guest/guest.ts'
import { until } from '../harness/until.ts'

const KERNEL = '6.1'

/** Processes that were started by `pid`, theirs included. */
function descendants(pid: number): number[] {
	const children = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
		.map(Number)
	return children.flatMap((child) => [child, ...descendants(child)])
}

function parentOf(pid: string): number | undefined {
	try {
		return Number(
			readFileSync(`/proc/${pid}/stat`, 'utf8')
				.replace(/^.*\) /s, '')
				.split(' ')[1],
		)
	} catch {
		return undefined
	}
}

const commandOf = (pid: number) => {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
	} catch {
		return ''
	}
}

const cache = join(import.meta.dirname, '../../node_modules/.cache/ctscope/lab')
const unfinished = (pid: number) =>
	readdirSync(cache).filter((name) => name.startsWith('.new-') && name.endsWith(`-${pid}`))

describe.skipIf(skipWithoutGuest(KERNEL))('a guest', () => {
	test('takes input and files, returns output, files and the exit status', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'ctscope-guest-'))
		try {
			const script = [
				'cat',
				'echo "<4>from the kernel" > /dev/kmsg',
				'echo second >&2',
				'ls /in',
				'mkdir "/out/a folder"',
				'seq 200000 > "/out/a folder/numbers"',
				'hostname',
				'sleep 100 &',
				'exit 42',
			].join('\n')
			for (const name of ['first.sh', 'second file']) writeFileSync(join(folder, name), '')
			const options = ['--in', folder, '--out', join(folder, 'out')]
			const ran = await inGuest(KERNEL, ['bash', '-c', script], { options, input: 'one\ntwo ü\n' })
			expect(ran).toMatchObject({ exitCode: 42, signal: null, stderr: 'second\n' })
			expect(ran.stdout).toBe('one\ntwo ü\nfirst.sh\nsecond file\nlab-6-1\n')
			const numbers = readFileSync(join(folder, 'out/a folder/numbers'), 'utf8')
			expect(numbers.trimEnd().split('\n')).toHaveLength(200_000)
		} finally {
			rmSync(folder, { recursive: true })
		}
	})

	test('is killed when it takes too long', async () => {
		const ran = await inGuest(KERNEL, ['sleep', '100'], { options: ['--timeout', '2'] })
		expect(ran.exitCode).toBe(124)
		expect(ran.stderr).toContain('no end after 2 s')
	})

	test.each<[NodeJS.Signals, number | null]>([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGKILL', null],
	])('is gone, and nothing is left, after %s to scripts/lab', async (signal, exitCode) => {
		let pid = 0
		const ended = inGuest(KERNEL, ['sleep', '100'], {
			started: (started) => {
				pid = started
			},
		})
		const qemus = () => descendants(pid).filter((child) => commandOf(child).startsWith('qemu'))
		await until(() => qemus().length > 0, 'QEMU')
		const [qemu = 0] = qemus()
		process.kill(pid, signal)
		expect((await ended).exitCode).toBe(exitCode)
		await until(() => commandOf(qemu) === '', 'QEMU to end')
		expect(unfinished(pid)).toEqual([])
	})

	test.each([
		[['5.10', '--', 'true'], 125, 'which kernel?'],
		[['6.1'], 125, 'which command?'],
		[['6.1', '--in', '/nowhere', '--', 'true'], 125, 'is not a directory'],
	])('is not started for %j', (args, exitCode, words) => {
		const ran = spawnSync(join(import.meta.dirname, '../../scripts/lab'), args, { encoding: 'utf8' })
		expect(ran.status).toBe(exitCode)
		expect(ran.stderr).toContain(words)
	})
})
