import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeBundle } from '../../scripts/package/bundle.ts'
import { ARCHES } from '../../scripts/package/inputs.ts'
import { nodeBinary } from '../../scripts/package/node-binary.ts'
import { hasRpmbuild, rpm } from '../../scripts/package/rpm.ts'
import { systemFiles } from '../../scripts/package/system-files.ts'
import { makeTree } from '../../scripts/package/tree.ts'
import { VERSION } from '../../src/commands/common/version.ts'
import { tempFolder } from '../harness/folders.ts'

const ARCH = process.arch === 'arm64' ? 'arm64' : 'amd64'
const BUILD_MS = 300_000

const run = (command: string, ...args: readonly string[]) =>
	spawnSync(command, args, {
		encoding: 'utf8',
		env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: 'C' },
	})

const tools = ['rpm', 'rpm2cpio', 'cpio', 'busybox']
const canInstall =
	hasRpmbuild() &&
	process.getuid?.() === 0 &&
	tools.every((tool) => ['/usr/bin', '/bin'].some((folder) => existsSync(join(folder, tool)))) &&
	spawnSync('unshare', ['--mount', 'true']).status === 0
if (!canInstall) console.warn(`skipped: the .rpm needs root, unshare, rpmbuild and ${tools.join(', ')}`)

describe.skipIf(!canInstall)('the .rpm', () => {
	let file = ''
	let id = ''
	beforeAll(async () => {
		const node = nodeBinary(ARCH)
		const tree = makeTree(await makeBundle(), node, VERSION)
		id = tree.id
		const made = { version: VERSION, arch: ARCH, id, epoch: 1_764_374_400 } as const
		file = join(tempFolder('rpm'), 'ctscope.rpm')
		writeFileSync(file, rpm(made, await systemFiles(tree, 'licences', 'rpm'), 'fast'))
	}, BUILD_MS)

	test('says what it is and what it needs', () => {
		const { stdout } = run(
			'rpm',
			'-qp',
			'--qf',
			'%{NAME} %{VERSION} %{ARCH} %{LICENSE}\n',
			'--requires',
			file,
		)
		const [first, ...needs] = stdout.trim().split('\n')
		expect(first).toBe(`ctscope ${VERSION} ${ARCHES[ARCH].machine} MIT`)
		expect(needs).toEqual(expect.arrayContaining(['conntrack-tools', 'glibc >= 2.28', 'libgcc', 'libstdc++']))
		// Whatever rpm itself asks for; nothing was guessed from what is inside.
		expect(needs.filter((need) => /\.so/.test(need))).toEqual([])
		expect(run('rpm', '-qp', '--recommends', file).stdout.trim().split('\n').toSorted()).toEqual([
			...['iproute', 'nftables', 'tcpdump', 'util-linux'],
		])
	})

	test('has the files of the program, and those of the system where rpm has them', () => {
		const folder = tempFolder('rpm2cpio')
		const { status } = run('sh', '-ec', `cd "$1"; rpm2cpio "$0" | cpio -id --quiet`, file, folder)
		expect(status).toBe(0)
		const files = readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
		expect(files.toSorted()).toEqual(
			run('rpm', '-qpl', file)
				.stdout.match(/(?<=^\/).*/gm)
				?.filter((path) => files.includes(path))
				.toSorted(),
		)
		for (const path of [
			'usr/bin/ctscope',
			'usr/share/zsh/site-functions/_ctscope',
			'usr/share/man/man8/ctscope.8.gz',
		])
			expect(files).toContain(path)
		const { stdout } = run(join(folder, 'usr/bin/ctscope'), '--version')
		expect(stdout).toBe(`${VERSION}\n`)
	})

	test('installed, updated and removed in a root of its own, its scripts do what those of the .deb do', {
		timeout: BUILD_MS,
	}, () => {
		const root = smallRoot()
		// In a mount namespace of its own: /proc of that root goes with it.
		const rpmIn = (...args: readonly string[]) =>
			run(
				'unshare',
				'--mount',
				'sh',
				'-ec',
				'mount -t proc proc "$0/proc"; exec rpm --root "$0" --nodeps "$@"',
				root,
				...args,
			)
		const lib = join(root, 'usr/lib/ctscope')
		expect(rpmIn('-i', file).status).toBe(0)
		expect(readdirSync(lib).toSorted()).toEqual([id, 'run'].toSorted())
		expect(readdirSync(join(lib, 'run'))).toEqual([id])
		expect(run('chroot', root, '/usr/bin/ctscope', '--version').stdout).toBe(`${VERSION}\n`)

		// rpm calls the scripts of both packages; those of the old one must leave everything as it is.
		expect(rpmIn('-U', '--force', file).status).toBe(0)
		expect(readdirSync(join(lib, 'run'))).toEqual([id])

		// What ctscope is asked to do before its files go.
		writeFileSync(
			join(root, 'usr/bin/ctscope'),
			'#!/bin/sh\necho "$@" >>/told\n[ -x /usr/lib/ctscope/run/*/bin/node ] && echo files >>/told\n',
		)
		const removed = rpmIn('-e', 'ctscope')
		expect(removed.status).toBe(0)
		expect(readFileSync(join(root, 'told'), 'utf8')).toBe('revert --all --yes\nfiles\n')
		expect(existsSync(lib)).toBe(false)
		expect(existsSync(join(root, 'usr/bin/ctscope'))).toBe(false)
	})
})

/** A root with a shell, its tools, and the libraries of Node. */
function smallRoot(): string {
	const root = tempFolder('rpm-root')
	for (const folder of ['bin', 'proc', 'usr/bin', 'run', 'tmp', 'dev'])
		mkdirSync(join(root, folder), { recursive: true })
	writeFileSync(join(root, 'dev/null'), '')
	const busybox = ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path)) ?? ''
	copyFileSync(busybox, join(root, 'bin/busybox'))
	run('chroot', root, '/bin/busybox', '--install', '-s', '/bin')
	for (const [, path = ''] of run('ldd', process.execPath).stdout.matchAll(/(\/\S+) \(0x/g)) {
		mkdirSync(dirname(join(root, path)), { recursive: true })
		copyFileSync(path, join(root, path))
	}
	expect(run('rpm', '--root', root, '--initdb').status).toBe(0)
	return root
}
