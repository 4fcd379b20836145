import type { Recorder } from '../../../ports/recorder.ts'
import * as english from '../../../words/english/app/effects.ts'
import { describe } from '../../../words/failure.ts'
import type { ActionBody } from '../../state/actions.ts'
import type { State } from '../../state/state.ts'
import { reportFiles } from '../../store/report.ts'

/** Writes the report into the working directory, Markdown and JSON, and says where. */
export async function reportToFile(
	recorder: Pick<Recorder, 'saveText'>,
	state: State,
	anonymous: boolean,
	version: string,
	dispatch: (body: ActionBody) => void,
): Promise<void> {
	let first: string | undefined
	for (const { name, text } of reportFiles(state, anonymous, version)) {
		const saved = await recorder.saveText(name, text)
		if (!saved.ok) {
			const { title, detail } = describe(saved.failure)
			dispatch({ type: 'say', notice: { text: `${title}: ${detail}`, tone: 'bad' } })
			return
		}
		first ??= saved.value
	}
	if (first === undefined) return
	dispatch({ type: 'reported', path: first })
	dispatch({
		type: 'say',
		notice: { text: english.theReportIsInAnd(first), tone: 'good' },
	})
}
