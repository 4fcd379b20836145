// What a guest gets when it goes on: the built program, the command, and what is to be in /in.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup.js'
import { createArchive } from './cpio.js'

/** What scripts/ctscope looks at; all of one age, so that it finds nothing stale. */
const PROGRAM = [
	'dist',
	'scripts/ctscope',
	'scripts/build.js',
	'scripts/join-parts.js',
	'package.json',
	'package-lock.json',
	'node_modules/.package-lock.json',
]

/** What differs from run to run, for the root of a guest; a `server` does not get the program. */
export function programArchive({ kernel, command, inDir, outDir, timeoutS, server }) {
	const archive = createArchive()
	const home = 'opt/ctscope'
	if (server === undefined) {
		for (const path of PROGRAM) archive.add(`${home}/${path}`, join(root, path))
		archive.folder(`${home}/src`)
	}
	archive.folder('in')
	if (inDir !== undefined) for (const name of readdirSync(inDir)) archive.add(`in/${name}`, join(inDir, name))
	archive.folder('out')
	archive.file('lab/command', command.map((word) => `${word}\0`).join(''))
	const settings = {
		hostname: `lab-${kernel.replaceAll('.', '-')}`,
		seconds: Math.ceil(timeoutS),
		collect: outDir === undefined ? 0 : 1,
	}
	archive.file(
		'lab/run.conf',
		Object.entries(settings)
			.map(([name, value]) => `${name}=${value}\n`)
			.join(''),
	)
	return archive.bytes()
}
