import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './proc-fs.ts'

/** True when there is certainly no lease: the usual case, found out without loading what reads leases. */
export function hasNoLeases(stateDir: string): boolean {
	try {
		return readdirSync(join(stateDir, 'leases')).length === 0
	} catch (error) {
		return errorCode(error) === 'ENOENT'
	}
}
