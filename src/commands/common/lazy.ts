import type { Recorder } from '../../host/ports.ts'
import type { TuiOptions } from './options.ts'

/** Few sessions are recorded, and compression takes its time to load. */
export async function recordingFor({ record, force }: TuiOptions) {
	return record === undefined ? undefined : (await import('./recording.ts')).startRecording(record, force)
}

/** Few sessions write a file. */
export const lazyRecorder: Pick<Recorder, 'save' | 'saveText'> = {
	save: async (path, packets) =>
		(await import('../../host/files/capture-file.ts')).createRecorder().save(path, packets),
	saveText: async (path, text) =>
		(await import('../../host/files/capture-file.ts')).createRecorder().saveText(path, text),
}
