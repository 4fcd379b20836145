import { knobById } from '../../changes/knobs.ts'
import { describe as describeFailure } from '../../words/failure.ts'
import { safe } from '../../words/text.ts'
import { visible } from '../../words/visible.ts'
import { shellLineHere } from '../changing/by-hand.ts'
import { openPane, openScreen } from '../screens/screens.ts'
import type { Dialog, State } from '../state/state.ts'
import type { Describe } from '../state/terminal-port.ts'
import { changeSummary } from './change-bar.ts'
import { plainView } from './plain-view.ts'

/** `ctscope web-07: 2 changes, undo 09:41`: the title of the terminal window, so that another window shows it. */
function title(state: State): string {
	const host = state.facts === undefined ? '' : ` ${safe(state.facts.hostname)}`
	const changes = changeSummary(state)
	return `ctscope${host}${changes === '' ? '' : `: ${changes}`}`
}

/** What `c` copies: in a dialog the commands that do the same, else the marked rows, else the selected one. Nothing in it can be obeyed by a terminal. */
function copyText(state: State): string | undefined {
	const dialog = state.dialog?.dialog
	const text = dialog === undefined ? rowsText(state) : dialogText(dialog, state)
	if (text === undefined || text === '') return undefined
	return text.split('\n').map(visible).join('\n')
}

/** Those that are marked and in view, as they stand in the table. Asked one by one, as if each were selected. */
function rowsText(state: State): string | undefined {
	const { copyText: textOf } = openScreen(state)
	const pane = state.panes[state.screen]
	if (pane.marks.length === 0) return textOf(state)
	const marks = new Set(pane.marks)
	const texts = openPane(state).rows.flatMap(({ key }) => {
		if (!marks.has(key)) return []
		const panes = { ...state.panes, [state.screen]: { ...pane, selectedKey: key } }
		return textOf({ ...state, panes }) ?? []
	})
	// One of several lines would run into the next one.
	return texts.join(texts.some((text) => text.includes('\n')) ? '\n\n' : '\n')
}

function dialogText(dialog: Dialog, state: State): string | undefined {
	if (dialog.kind === 'confirm-change') {
		const lines = dialog.plan.changes.flatMap(({ knob: id, to }) => {
			const knob = knobById(id)
			return knob === undefined ? [] : [shellLineHere(knob, to, state)]
		})
		return lines.join('\n')
	}
	if (dialog.kind === 'leftover') return dialog.lease.changes.map(({ byHand }) => byHand).join('\n')
	if (dialog.kind !== 'failure') return undefined
	const { title, detail, next } = describeFailure(dialog.failure)
	return [title, detail, next].filter((part) => part !== '').join('\n')
}

/** The texts that the effects hand to the terminal. */
export const describe: Describe = { title, lofi: plainView, copyText }
