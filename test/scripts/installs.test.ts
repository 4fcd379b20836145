import { spawnSync } from 'node:child_process'
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { tempFolder } from '../harness/folders.ts'

const root = join(import.meta.dirname, '../..')
const folder = tempFolder('installs')
const checkout = join(folder, 'checkout')
const mark = join(folder, 'apt-get-ran')
const stateDir = join(folder, 'state')

/** Hides the program conntrack, and puts a trap in the place of apt-get, for one command alone. */
const WITHOUT_CONNTRACK = `
set -eu
cd "$1"
mkdir -p sbin sbin-farm
mount --bind /usr/sbin sbin
for tool in sbin/*; do ln -sf "$1/$tool" sbin-farm/; done
rm -f sbin-farm/conntrack
mount --bind sbin-farm /usr/sbin
mount --bind apt-trap "$(command -v apt-get)"
shift
exec "$@"
`

function without(...command: readonly string[]) {
	rmSync(mark, { force: true })
	const { status, stdout, stderr } = spawnSync(
		'unshare',
		['-m', '-n', 'sh', '-c', WITHOUT_CONNTRACK, 'sh', folder, ...command],
		{ encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TERM: 'dumb' } },
	)
	const asked = existsSync(mark) ? readFileSync(mark, 'utf8').trim().split('\n') : []
	return { status, stdout, stderr, asked }
}

const launched = (...args: readonly string[]) =>
	without('/bin/sh', join(checkout, 'scripts/ctscope'), ...args)

describe.skipIf(process.getuid?.() !== 0)('as root, on a host without conntrack', () => {
	beforeAll(() => {
		// The bundle is built here when it is stale; the copy then finds it fresh.
		spawnSync('/bin/sh', [join(root, 'scripts/ctscope'), '--version'])
		const caches = join(checkout, 'node_modules/.cache/ctscope')
		for (const path of [caches, join(checkout, 'scripts')]) mkdirSync(path, { recursive: true })
		for (const name of ['ctscope', 'setup.js'])
			copyFileSync(join(root, 'scripts', name), join(checkout, 'scripts', name))
		for (const name of [
			'dist',
			'src',
			'package.json',
			'package-lock.json',
			'scripts/build.js',
			'scripts/join-parts.js',
			`node_modules/node-linux-${process.arch}`,
			'node_modules/.package-lock.json',
			'node_modules/.cache/ctscope/lock',
		])
			symlinkSync(join(root, name), join(checkout, name))
		writeFileSync(join(folder, 'apt-trap'), `#!/bin/sh\necho "$@" >> ${mark}\nexit 1\n`, { mode: 0o755 })
	})

	test.each([
		['status'],
		['doctor'],
		['rules'],
		['printk'],
		['namespaces'],
		['watch', '--count', '1', '--interval', '0.1'],
		['flow', 'tcp', '127.0.0.1:1', '127.0.0.1:2'],
		['lists', '--for', '1s'],
		['run', '--state-dir', stateDir, '--', 'true'],
		['trace', '--state-dir', stateDir, '--for', '1s', '--yes'],
		['investigate', '--state-dir', stateDir, '--for', '1s'],
		['revert', '--all', '--dry-run'],
		['explain', '--list'],
		['--version'],
	])('%s installs nothing', (...args) => {
		const { asked, stderr } = launched(...args)
		expect(asked).toEqual([])
		expect(stderr).not.toMatch(/apt-get|npm/i)
	})

	test('flow says how to get it too', () => {
		const { status, stderr } = launched('flow', 'tcp', '127.0.0.1:1', '127.0.0.1:2')
		expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/apt install conntrack/) })
	})

	test('status says that conntrack is missing, and how to get it', () => {
		expect(launched('status').stdout).toMatch(/apt(-get)? install conntrack/)
	})

	test('npm start installs it, and says so', () => {
		const start = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.start as string
		const { stdout, stderr, asked } = without(
			'sh',
			'-c',
			`cd ${checkout} && PATH=${join(root, 'node_modules', `node-linux-${process.arch}`, 'bin')}:$PATH && ${start} --version`,
		)
		expect(stderr).toMatch(/Installing the Debian packages conntrack \(apt-get install\)/)
		expect(asked).toContainEqual(expect.stringContaining('install -y --no-install-recommends conntrack'))
		expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
	})

	test('where packages of the lockfile are missing, it says how to get them', () => {
		rmSync(join(checkout, 'node_modules/.package-lock.json'))
		const { status, stdout, stderr, asked } = launched('status')
		expect({ status, stdout, asked }).toEqual({ status: 1, stdout: '', asked: [] })
		expect(stderr).toMatch(/^ctscope: the packages .* npm start\n$/)
	})
})
