import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { script } from '../../../scripts/package/template.ts'
import { tempFolder } from '../../harness/folders.ts'

// The scripts of the package, in a system of their own below DPKG_ROOT, as dpkg calls them.

let system = ''
const lib = (...path: readonly string[]) => join(system, 'usr/lib/ctscope', ...path)
beforeEach(() => {
	system = tempFolder('upgrade')
	mkdirSync(join(system, 'usr/bin'), { recursive: true })
})

function run(name: string, id: string, ...args: readonly string[]) {
	const path = join(system, name)
	writeFileSync(path, script(name, { ID: id }), { mode: 0o755 })
	const env = { PATH: process.env.PATH, DPKG_ROOT: system }
	return spawnSync('/bin/sh', [path, ...args], { env, encoding: 'utf8' })
}

/** What dpkg unpacks: a program that can run for a while stands for Node. */
function unpack(id: string): void {
	mkdirSync(lib(id, 'bin'), { recursive: true })
	copyFileSync('/bin/sleep', lib(id, 'bin/node'))
	writeFileSync(lib(id, 'part.js'), id)
}

function install(id: string): void {
	unpack(id)
	expect(run('postinst.sh', id, 'configure')).toMatchObject({ status: 0, stderr: '' })
}

/** dpkg removes the files of the old package before it configures the new one. */
function upgrade(from: string, to: string): void {
	expect(run('prerm.sh', from, 'upgrade', to)).toMatchObject({ status: 0, stdout: '', stderr: '' })
	unpack(to)
	expect(run('postrm.sh', from, 'upgrade', to)).toMatchObject({ status: 0, stderr: '' })
	rmSync(lib(from), { recursive: true })
	expect(run('postinst.sh', to, 'configure', from)).toMatchObject({ status: 0, stderr: '' })
}

async function ended(child: ChildProcess): Promise<void> {
	const exit = once(child, 'exit')
	child.kill()
	await exit
}

test('the second names take no room', () => {
	install('1')
	expect(statSync(lib('run/1/bin/node')).ino).toBe(statSync(lib('1/bin/node')).ino)
})

test('an upgrade leaves the files of a running session where they are, and the next one takes them away', async () => {
	install('1')
	const session = spawn(lib('run/1/bin/node'), ['60'])
	await once(session, 'spawn')
	upgrade('1', '2')
	expect(readdirSync(lib('run')).toSorted()).toEqual(['1', '2'])
	// It still starts its guard and loads its parts by their names.
	expect(readFileSync(lib('run/1/part.js'), 'utf8')).toBe('1')
	expect(spawnSync(lib('run/1/bin/node'), ['0']).status).toBe(0)
	expect(session.exitCode).toBe(null)
	await ended(session)
	upgrade('2', '3')
	expect(readdirSync(lib('run'))).toEqual(['3'])
})

test('as long as changes are on record, a timer may start what it names', () => {
	install('1')
	mkdirSync(join(system, 'run/ctscope/leases/ABCDE'), { recursive: true })
	upgrade('1', '2')
	expect(existsSync(lib('run/1/bin/node'))).toBe(true)
	rmSync(join(system, 'run/ctscope/leases/ABCDE'), { recursive: true })
	upgrade('2', '3')
	expect(readdirSync(lib('run'))).toEqual(['3'])
})

test('configured twice, nothing changes', () => {
	install('1')
	const before = statSync(lib('run/1')).ino
	expect(run('postinst.sh', '1', 'configure', '1').status).toBe(0)
	expect(statSync(lib('run/1')).ino).toBe(before)
})

test.each([
	['everything was put back', 0, 0],
	['a setting of someone else was left alone', 3, 0],
	['nothing may be looked at here', 2, 0],
	['an undo failed: the program that tries again stays', 4, 1],
])('before a removal everything is put back: %s', (_name, reverted, status) => {
	writeFileSync(join(system, 'usr/bin/ctscope'), `#!/bin/sh\necho "$@"\nexit ${reverted}\n`, { mode: 0o755 })
	install('1')
	expect(run('prerm.sh', '1', 'remove')).toMatchObject({ status, stdout: 'revert --all --yes\n' })
	expect(existsSync(lib('run/1/bin/node'))).toBe(status === 1)
	expect(existsSync(lib('1/bin/node'))).toBe(true)
})

test('after a removal nothing is left', () => {
	install('1')
	mkdirSync(lib('1/dist/cache'), { recursive: true })
	expect(run('postrm.sh', '1', 'remove').status).toBe(0)
	expect(existsSync(lib())).toBe(false)
})
