import { readdirSync } from 'node:fs'
import { findStateDir } from './state-dir.ts'

/**
 * True when there is certainly no lease: the usual case, found out without loading what reads leases. A directory that
 * is not ours alone says nothing, though it be empty: somebody may have put it in the place of the real one.
 */
export function hasNoLeases(stateDir: string): boolean {
	const found = findStateDir(stateDir)
	if (!found.ok) return false
	try {
		return found.value === undefined || readdirSync(found.value.leases).length === 0
	} catch {
		return false
	}
}
