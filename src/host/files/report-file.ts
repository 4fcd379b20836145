import { fail, ok, type Result } from '../../words/failure.ts'
import { errorCode } from '../tools/proc-fs.ts'
import { type MakingFile, makeFile, writeFailure } from './made-file.ts'

export type ReportFile = { write(text: string): Promise<Result<void>> }

/** Opens the file at once, so that a wrong path is found before anything is done and not after. */
export async function openReport(asked: string, making: MakingFile): Promise<Result<ReportFile>> {
	const file = await makeFile(asked, making)
	if (!file.ok) return file
	const { path, handle, remove } = file.value
	return ok({
		async write(text) {
			try {
				await handle.writeFile(text)
				return ok(undefined)
			} catch (error) {
				// Half of a report is not worth its name.
				await remove()
				return fail(writeFailure(path, errorCode(error)))
			} finally {
				await handle.close()
			}
		},
	})
}
