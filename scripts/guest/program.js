// What differs from run to run: the built program, the command, and what is to be in /in.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup.js'
import { createArchive } from './cpio.js'

/** What scripts/ctscope looks at; all of one age, so that it finds nothing stale. */
const PROGRAM = [
	'dist',
	'scripts/ctscope',
	'scripts/setup.js',
	'scripts/build.js',
	'package.json',
	'package-lock.json',
	'node_modules/.package-lock.json',
]

/** What udev would make in /dev. */
const DEV = { fd: '/proc/self/fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2' }

export function programArchive({ kernel, command, inDir, outDir, timeoutS }) {
	const archive = createArchive()
	const home = 'guest/opt/ctscope'
	for (const path of PROGRAM) archive.add(`${home}/${path}`, join(root, path))
	archive.folder(`${home}/src`)
	archive.folder('guest/in')
	archive.folder('guest/lab/dev/pts')
	archive.folder('guest/lab/dev/shm', 0o1777)
	if (inDir !== undefined)
		for (const name of readdirSync(inDir)) archive.add(`guest/in/${name}`, join(inDir, name))
	for (const name of ['start.sh', 'fstab']) archive.add(`guest/lab/${name}`, join(import.meta.dirname, name))
	for (const [name, target] of Object.entries(DEV)) archive.link(`guest/lab/dev/${name}`, target)
	archive.folder('guest/out')
	archive.file('guest/lab/command', command.map((word) => `${word}\0`).join(''))
	const settings = {
		hostname: `lab-${kernel.replaceAll('.', '-')}`,
		seconds: Math.ceil(timeoutS),
		collect: outDir === undefined ? 0 : 1,
	}
	archive.file(
		'guest/lab/run.conf',
		Object.entries(settings)
			.map(([name, value]) => `${name}=${value}\n`)
			.join(''),
	)
	return archive.bytes()
}
