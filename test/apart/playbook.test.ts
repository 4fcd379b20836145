import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tempFolder } from '../harness/folders.ts'
import { CTSCOPE } from '../harness/program/terminal.ts'
import { until } from '../harness/until.ts'

const run = promisify(execFile)

const PLAYBOOK = join(import.meta.dirname, '../../examples/ansible/investigate.yml')
const canPlay = process.getuid?.() === 0 && existsSync('/usr/bin/ansible-playbook')
if (!canPlay)
	console.warn('skipped: the playbook needs root and ansible-playbook (Debian package ansible-core)')

/** A process in a network namespace of its own stands for a host. */
async function host(): Promise<ChildProcess> {
	const child = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' })
	const own = readlinkSync('/proc/self/ns/net')
	await until(
		() => child.pid !== undefined && readlinkSync(`/proc/${child.pid}/ns/net`) !== own,
		'the namespace of a host',
	)
	return child
}

describe.skipIf(!canPlay)('the playbook of the examples', () => {
	const hosts: ChildProcess[] = []
	let said = ''
	const folder = tempFolder('playbook')
	beforeAll(async () => {
		hosts.push(await host(), await host())
		const [one, other] = hosts.map(({ pid }) => pid)
		writeFileSync(
			join(folder, 'hosts'),
			['all:', '  vars: { ansible_connection: local, ansible_become: false }', '  hosts:']
				.concat(
					Object.entries({ one, other, gone: 'no-such-namespace' }).map(
						([name, netns]) => `    ${name}: { ctscope_netns: "${netns}" }`,
					),
				)
				.join('\n'),
		)
		copyFileSync(PLAYBOOK, join(folder, 'investigate.yml'))
		const env = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8', ANSIBLE_NOCOLOR: '1' }
		const args = ['-i', join(folder, 'hosts'), join(folder, 'investigate.yml'), '-e', 'look_for=2s']
		// It ends with 2, since one host is gone.
		const failed = await run('ansible-playbook', [...args, '-e', `ctscope=${CTSCOPE}`], { env }).catch(
			(error: { readonly code?: number; readonly stdout?: string }) => error,
		)
		expect(failed).toMatchObject({ code: 2 })
		said = failed.stdout ?? ''
	})
	afterAll(() => {
		for (const child of hosts) child.kill()
	})

	test('fetches a report of each host that has one, as it was printed', () => {
		expect(readdirSync(join(folder, 'reports')).toSorted()).toEqual(['one.json', 'other.json'])
		const report: unknown = JSON.parse(readFileSync(join(folder, 'reports/one.json'), 'utf8'))
		expect(report).toMatchObject({ v: 1, causes: [], unknown: null, netns: { initial: false } })
	})

	test('reads them together, says which host has none, and fails for that one alone', () => {
		expect(said).toContain('2 reports of ctscope investigate: 0 causes, in 0; nothing wrong in 2')
		expect(said).toContain('no report of gone')
		expect(said).toMatch(/^one +: ok=\d+ .*failed=0/m)
		expect(said).toMatch(/^gone +: ok=\d+ .*failed=1/m)
		expect(said).toContain('there is no network namespace no-such-namespace')
	})
})
