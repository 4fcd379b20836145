// Things that take long to make are made once: node_modules/.cache/ctscope/lab/NAME-KEY.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup.js'

export const cacheDir = join(root, 'node_modules/.cache/ctscope/lab')

const OLD_MS = 24 * 3_600_000

export const hashOf = (...parts) => {
	const hash = createHash('sha256')
	for (const part of parts) hash.update(part).update('\0')
	return hash.digest('hex').slice(0, 16)
}

/**
 * The folder of `name` with this key; `make` fills it when it is not there, and may take its time. Two that make the same thing at the same
 * time both do, and the first one's is kept. What other keys left is removed after a day, half-made things too.
 */
export async function made(name, key, make) {
	const folder = join(cacheDir, `${name}-${key}`)
	if (existsSync(folder)) {
		const now = new Date()
		utimesSync(folder, now, now)
		return folder
	}
	mkdirSync(cacheDir, { recursive: true })
	const fresh = join(cacheDir, `.new-${name}-${process.pid}`)
	rmSync(fresh, { recursive: true, force: true })
	mkdirSync(fresh)
	try {
		await make(fresh)
		if (!existsSync(folder)) renameSync(fresh, folder)
	} catch (error) {
		if (!existsSync(folder)) throw error
	} finally {
		rmSync(fresh, { recursive: true, force: true })
	}
	removeOld()
	return folder
}

/** Also what a killed run left half-made: its process is gone. */
function removeOld() {
	for (const entry of readdirSync(cacheDir)) {
		const path = join(cacheDir, entry)
		const maker = /^\.new-.*-(\d+)$/.exec(entry)?.[1]
		const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() }
		const isOld = maker === undefined ? Date.now() - mtimeMs > OLD_MS : !existsSync(`/proc/${maker}`)
		if (isOld) rmSync(path, { recursive: true, force: true })
	}
}

/** The newest folder of `name`, whatever its key: what is left to use without network. */
export function newestMade(name) {
	if (!existsSync(cacheDir)) return undefined
	return readdirSync(cacheDir)
		.filter((entry) => entry.startsWith(`${name}-`))
		.map((entry) => join(cacheDir, entry))
		.toSorted((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
		.at(-1)
}
