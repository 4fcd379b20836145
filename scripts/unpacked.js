// Tools of Debian packages that are taken out of them and not installed: their packages would start a service.
import { chmodSync, copyFileSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { hashOf, made, newestMade } from './guest/cache.js'
import { answerOf, tried } from './guest/command.js'

/** The folder with this file of a package; undefined, with a line that says why, where it cannot be had. */
export async function unpacked(debian, file) {
	const name = basename(file)
	try {
		return await made(name, hashOf(debian, file), (folder) => fetch(debian, file, folder))
	} catch (error) {
		console.log(`No ${name} of the package ${debian}: ${error.message}`)
		return newestMade(name)
	}
}

function fetch(debian, file, folder) {
	console.log(`Taking ${basename(file)} out of the package ${debian}, which is not installed ...`)
	const download = ['-qq', 'download', debian]
	if (tried('apt-get', download, { cwd: folder, timeout: 300_000 }).status !== 0) {
		answerOf('apt-get', ['-qq', 'update'], { timeout: 300_000 })
		answerOf('apt-get', download, { cwd: folder, timeout: 300_000 })
	}
	const packages = readdirSync(folder)
	const tree = join(folder, 'tree')
	for (const deb of packages) answerOf('dpkg', ['-x', join(folder, deb), tree])
	const tool = join(folder, basename(file))
	copyFileSync(join(tree, file), tool)
	chmodSync(tool, 0o755)
	for (const scrap of ['tree', ...packages]) rmSync(join(folder, scrap), { recursive: true })
}
