import { closeSync, openSync, writeFileSync } from 'node:fs'
import { fail, ok, type Result } from '../failure.ts'
import { visible } from '../kernel/visible.ts'
import { errorCode } from './proc-fs.ts'

export type ReportFile = { write(text: string): Result<void> }

/** Opens the file at once, so that a wrong path is found before anything is done and not after. */
export function openReport(path: string): Result<ReportFile> {
	const failed = (error: unknown) =>
		fail({
			kind: 'usage',
			message: `${visible(path)} cannot be written (${errorCode(error)})`,
			next: 'give another file with --json',
		})
	let file: number
	try {
		file = openSync(path, 'w', 0o644)
	} catch (error) {
		return failed(error)
	}
	return ok({
		write(text) {
			try {
				writeFileSync(file, text)
				closeSync(file)
				return ok(undefined)
			} catch (error) {
				return failed(error)
			}
		},
	})
}
