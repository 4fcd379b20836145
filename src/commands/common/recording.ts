import type { Action } from '../../app/state/actions.ts'
import type { State } from '../../app/state/state.ts'
import { createRecordingFile } from '../../host/files/recording-file.ts'
import { createEncoder, encodeHeader } from '../../recording/codec.ts'
import { ok, type Result } from '../../words/failure.ts'
import { VERSION } from './version.ts'

export type Recording = {
	/** The state before anything was read. */
	begin(state: State): void
	/** Why nothing more is kept; empty while it is. */
	take(action: Action): string
	end(): Promise<void>
}

/** Keeps every action of a session in a file, so that the same screens can be shown of it again. */
export async function startRecording(path: string, force: boolean): Promise<Result<Recording>> {
	const file = await createRecordingFile(path, force)
	if (!file.ok) return file
	const encode = createEncoder()
	return ok({
		begin({ now, wall, modes, screen }) {
			file.value.write(
				encodeHeader({ ctscope: 'recording', v: 2, version: VERSION, now, wall, modes, screen }),
			)
		},
		take(action) {
			const line = encode(action)
			if (line !== undefined) file.value.write(line)
			return file.value.trouble()
		},
		end: () => file.value.close(),
	})
}
