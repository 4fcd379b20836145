import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import type { Plan } from '../../../src/model/change.ts'
import { rawGuard } from '../../harness/guard/raw-guard.ts'
import {
	createScene,
	isRunning,
	LOG_INVALID,
	netnsOf,
	type Scene,
	skipWithoutKernel,
} from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { until } from '../../harness/until.ts'

const LOGGER = '/proc/sys/net/netfilter/nf_log/2'

/** A logger, a table and a sysctl: every kind of thing whose undo looks for processes of ours. */
const plan: Plan = {
	purpose: 'everything that needs a process',
	changes: [
		{ knob: 'nf_log.2', from: 'nf_log_ipv4', to: 'nfnetlink_log' },
		{
			knob: 'table:ctscope',
			from: 'absent',
			to: tapText(tapOf({ kind: 'tap', hooks: ['input'], states: ['invalid'] })),
		},
		{ knob: 'log_invalid', from: '0', to: '6' },
	],
}

/**
 * What proc(5) gives only after a lock that the process itself decides about (its memory, its exec), and what leads to files
 * of its choice. Lists of descriptors are none of these: nft looks for the owner of a table in them.
 */
const HELD_BY_OTHERS =
	/"\/proc\/\d+(?:\/task\/\d+)?\/(?:(?:cmdline|environ|maps|smaps\w*|mem|numa_maps|pagemap|auxv|syscall|stack|io|map_files|attr)\b|(?:fd|cwd|root)\/[^"])/

/** A process in the namespace with such words as its command line, which only waits. */
function imitate(scene: Scene, [argv0 = '', ...args]: readonly string[]): number {
	const program = [process.execPath, '-e', 'setInterval(() => {}, 1e6)', '--', ...args]
	const child = spawn(
		'nsenter',
		[`--net=${scene.path}`, '--', 'bash', '-c', 'exec -a "$0" "$@"', argv0, ...program],
		{ stdio: 'ignore' },
	)
	if (child.pid === undefined) throw new Error('no process')
	scene.adopt(child.pid)
	return child.pid
}

describe.skipIf(skipWithoutKernel())('an undo reads nothing that strangers control', () => {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-strangers-'))
	afterAll(() => rmSync(folder, { recursive: true }))
	const strace = (name: string) => ['strace', '-f', '-qq', '-o', join(folder, name), '-e', 'trace=%file']

	/** Paths that were looked at, of processes other than the one that looks. */
	function looks(name: string): readonly string[] {
		const calls = readFileSync(join(folder, name), 'utf8').split('\n')
		expect(calls.filter((call) => /"\/proc\//.test(call)).length).toBeGreaterThan(5)
		return calls.filter((call) => HELD_BY_OTHERS.test(call) && !/ readlink/.test(call))
	}

	test.concurrent('P4 the guard, and P10 revert in its place, open no process memory', async () => {
		const scene = await createScene('strangers')
		const first = await rawGuard(scene, { before: strace('guard') })
		expect(await first.channel.ask({ op: 'apply', plan })).toMatchObject({ ok: true })
		first.channel.end()
		undone(await until(() => scene.read(LOGGER) === 'nf_log_ipv4', 'the undo'))
		await first.ended
		expect(looks('guard')).toEqual([])

		const second = await rawGuard(scene)
		expect(await second.channel.ask({ op: 'apply', plan })).toMatchObject({ ok: true })
		process.kill(scene.guardPid(), 'SIGKILL')
		await second.ended
		const { code } = await scene.program(['revert', '--all', '--state-dir', scene.stateDir], strace('revert'))
		expect(code).toBe(0)
		expect(looks('revert')).toEqual([])
		expect([scene.read(LOGGER), scene.read(LOG_INVALID)]).toEqual(['nf_log_ipv4', '0'])
		await scene.end()
	})

	test.concurrent('P10 processes that look like ours, even as root, are neither waited for nor killed', async () => {
		const scene = await createScene('imitated')
		const { inode } = netnsOf(scene)
		const marker = `/run/ctscope/tables/ctscope@${inode}`
		const waiting = [
			['nft', '-I', marker, ''],
			['su', 'root', '--', '-I', marker, ''],
			'tcpdump -n -Z root -B 32768 --immediate-mode -U -i nflog:0 -w -'.split(' '),
		].map((argv) => imitate(scene, argv))
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan })).toMatchObject({ ok: true })
		client.signal('SIGKILL')
		undone(await until(() => scene.claims().length === 0, 'the undo'))
		expect([scene.read(LOGGER), scene.read(LOG_INVALID)]).toEqual(['nf_log_ipv4', '0'])
		expect(waiting.map(isRunning)).toEqual([true, true, true])
		for (const pid of waiting) process.kill(pid, 'SIGKILL')
		await scene.end()
	})
})
