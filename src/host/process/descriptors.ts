import { closeSync, openSync } from 'node:fs'
import { errorCode } from '../tools/proc-fs.ts'

/** One more file could be opened now: neither this process nor the host is at its limit. */
export function hasDescriptor(): boolean {
	try {
		closeSync(openSync('/dev/null', 'r'))
		return true
	} catch (error) {
		return errorCode(error) !== 'EMFILE' && errorCode(error) !== 'ENFILE'
	}
}
