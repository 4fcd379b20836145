import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { leaseDirs, type StateDir } from './state-dir.ts'

/** How long ago the directory of a lease was last written into, ms. */
export function idleMs(path: string): number {
	try {
		return Date.now() - statSync(path).mtimeMs
	} catch {
		return 0
	}
}

/** Names of claims whose lease is there, being closed perhaps. */
export function standingClaims(state: StateDir): readonly string[] {
	const known = new Set(leaseDirs(state).map(({ id }) => id))
	return readdirSync(state.knobs).filter((name) => {
		try {
			return known.has(readFileSync(join(state.knobs, name), 'utf8').trim())
		} catch {
			// Given back a moment ago.
			return false
		}
	})
}

/**
 * Removes claims of leases that have no directory: somebody has deleted it by hand. A claim is moved away first and
 * looked at then, so that one that was just taken anew is put back.
 */
export function removeStaleClaims(state: StateDir): void {
	const known = new Set(leaseDirs(state).map(({ id }) => id))
	for (const name of readdirSync(state.knobs)) {
		const path = join(state.knobs, name)
		const aside = join(state.leases, `stale-${process.pid}-${name}`)
		try {
			const holder = readFileSync(path, 'utf8').trim()
			if (known.has(holder)) continue
			renameSync(path, aside)
			if (readFileSync(aside, 'utf8').trim() !== holder) linkSync(aside, path)
			rmSync(aside, { force: true })
		} catch {
			// Somebody else was faster.
		}
	}
}
