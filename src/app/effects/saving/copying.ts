import type { Recorder } from '../../../ports/recorder.ts'
import * as english from '../../../words/english/app/effects.ts'
import { describe as describeFailure } from '../../../words/failure.ts'
import { counted, grouped } from '../../../words/numbers.ts'
import { captureName } from '../../commands/capture.ts'
import { openPane } from '../../screens/screens.ts'
import type { ActionBody } from '../../state/actions.ts'
import { keyOf } from '../../state/bindings.ts'
import type { Notice, State } from '../../state/state.ts'
import type { Describe, TerminalPort } from '../../state/terminal-port.ts'

type Said = Omit<Notice, 'at'>

const nothing = (state: State): Said => ({
	text: `${english.thereIsNothingToCopy}${ofMarks(state).tail}`,
	tone: 'attention',
})

/** `2 marked rows: `, and how many of them are not there to be copied; empty for the selected row. */
function ofMarks(state: State): { readonly head: string; readonly tail: string } {
	const { marks } = state.panes[state.screen]
	if (marks.length === 0 || state.dialog !== undefined) return { head: '', tail: '' }
	const there = new Set(openPane(state).rows.map(({ key }) => key))
	const shown = marks.filter((key) => there.has(key)).length
	const away = marks.length - shown
	return {
		head: shown === 0 ? '' : english.markedRows(counted(shown, english.markedRow)),
		tail: away === 0 ? '' : english.marksAreAway(counted(away, english.markedRow)),
	}
}

/** Sends what is to be copied to the clipboard of the terminal, and says what came of it and what may be in the way. */
export function copyToTerminal(
	terminal: Pick<TerminalPort, 'copy'>,
	describe: Pick<Describe, 'copyText'>,
	state: State,
): Said {
	const text = describe.copyText(state)
	if (text === undefined || text === '') return nothing(state)
	const { bytes, through } = terminal.copy(text)
	const file = keyOf('copy-to-file')
	const { head, tail } = ofMarks(state)
	if (through === 'none') return { text: english.noClipboardHere(file), tone: 'attention' }
	const all = Buffer.byteLength(text)
	const way = english.COPIED_THROUGH[through](file)
	return bytes < all
		? {
				text: `${head}${english.sentOnly(grouped(bytes), counted(all, 'byte'), file)}${tail}`,
				tone: 'attention',
			}
		: { text: `${head}${english.sentBytes(counted(bytes, 'byte'))}${way}${tail}`, tone: 'info' }
}

/** Writes what is to be copied into a file that only its owner may read, in the working directory, and says where. */
export async function copyToFile(
	recorder: Pick<Recorder, 'saveText'>,
	describe: Pick<Describe, 'copyText'>,
	state: State,
	dispatch: (body: ActionBody) => void,
): Promise<void> {
	const say = (notice: Said): void => dispatch({ type: 'say', notice })
	const text = describe.copyText(state)
	if (text === undefined || text === '') return say(nothing(state))
	const name = captureName(state).replace(/^ctscope-(.*)\.pcapng$/, 'ctscope-copy-$1.txt')
	const saved = await recorder.saveText(name, `${text}\n`)
	if (saved.ok) {
		const { head, tail } = ofMarks(state)
		const bytes = counted(Buffer.byteLength(text) + 1, 'byte')
		return say({ text: `${head}${english.writtenTo(bytes, saved.value)}${tail}`, tone: 'good' })
	}
	const { title, detail } = describeFailure(saved.failure)
	say({ text: `${title}: ${detail}`, tone: 'bad' })
}
