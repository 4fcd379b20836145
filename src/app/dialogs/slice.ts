import type { MonotonicMs } from '../../model/clock.ts'
import * as english from '../../words/english/app/dialogs.ts'
import { consoleOffer, quieted, whyNotQuiet } from '../changing/console-quiet.ts'
import { selectedNetns, whyNotEnter } from '../changing/netns-choice.ts'
import { firstStep, logStep, logWhyStep, nextStep, numberProblem, type Step } from '../changing/switching.ts'
import { whyNotTap } from '../changing/tapping.ts'
import { matchingCommands } from '../commands/commands.ts'
import { asksAgain, asksBeforeQuit, whyNotApply } from '../commands/requests.ts'
import { takesMarks, undoTarget } from '../commands/undo-target.ts'
import { decorationWords } from '../screens/printk/decorations.ts'
import { printStep } from '../screens/printk/switching.ts'
import { cycled, fieldsOf, type TapForm, tapForm } from '../screens/rules/tap-form.ts'
import { formStep, previewForm } from '../screens/rules/tap-steps.ts'
import type { Dialog, State } from '../state/state.ts'
import { floodToAsk, oneProtocol, throughNflog } from './flood-choice.ts'

export function opened(state: State, dialog: Dialog, at: MonotonicMs): State {
	return { ...state, dialog: { dialog, since: at }, filtering: false }
}

export function dismissed(state: State): State {
	return state.dialog === undefined ? state : { ...state, dialog: undefined }
}

/** The same dialog with something moved or typed in it: the grace period does not begin again. */
function changed(state: State, dialog: Dialog): State {
	return state.dialog === undefined ? state : { ...state, dialog: { ...state.dialog, dialog } }
}

/** The next question, or why there is none. */
export function taken(state: State, step: Step, at: MonotonicMs): State {
	if ('dialog' in step) return opened(state, step.dialog, at)
	return { ...dismissed(state), notice: { text: step.reason, tone: 'attention', at } }
}

/** Space on a setting. */
export function switchAsked(state: State, id: string | undefined, at: MonotonicMs): State {
	return taken(state, firstStep(state, id), at)
}

/** Enter where the kernel does not tell. */
export function logAsked(state: State, at: MonotonicMs): State {
	return taken(state, logWhyStep(state), at)
}

/** The same plan with the other source; it is a new question, so keys that come at once do not count. */
export function otherSourceAsked(state: State, at: MonotonicMs): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'confirm-change' || dialog.source?.other === undefined) return state
	return taken(state, logStep(state, String(dialog.source.protocol), dialog.source.other), at)
}

/** The answer that goes on: to the next question, or to the guard (see requests.ts), which closes the dialog. */
export function accepted(state: State, at: MonotonicMs): State {
	const dialog = state.dialog?.dialog
	switch (dialog?.kind) {
		case 'choose': {
			const choice = dialog.choices[dialog.selected]
			return choice === undefined
				? dismissed(state)
				: taken(state, nextStep(state, dialog.knob, choice.value), at)
		}
		case 'number': {
			const error = numberProblem(state, dialog.knob, dialog.text)
			if (error !== '') return changed(state, { ...dialog, error })
			return taken(state, nextStep(state, dialog.knob, dialog.text), at)
		}
		case 'tap': {
			const step = formStep(state, dialog)
			return 'error' in step ? changed(state, { ...dialog, error: step.error }) : taken(state, step, at)
		}
		case 'namespaces': {
			const row = selectedNetns(state)
			if (row === undefined) return dismissed(state)
			const why = whyNotEnter(state)
			if (why !== undefined) return { ...state, notice: { text: why, tone: 'attention', at } }
			return { ...dismissed(state), into: row.path }
		}
		case 'decorate':
			return decorated(state, dialog.chosen.join(''), at)
		case 'confirm-change': {
			// Another question, so that keys that were typed too early do not answer it.
			if (asksAgain(state)) return opened(state, { ...dialog, asked: true, top: 0 }, at)
			const reason = whyNotApply(state)
			if (reason === undefined) return dismissed(state)
			return { ...state, notice: { text: reason, tone: 'attention', at } }
		}
		case undefined:
			return state
		default:
			return dismissed(state)
	}
}

/** From now on; and what is selected gets them at once, as far as there is something to change. */
function decorated(state: State, decorations: string, at: MonotonicMs): State {
	const next = dismissed({ ...state, decorations })
	const step = printStep(next, 'selected')
	if ('dialog' in step) return opened(next, step.dialog, at)
	const words = decorationWords(decorations)
	const text = words === '' ? english.linesComeAsTheyAre : english.linesGetInFrontFrom(words)
	return { ...next, notice: { text, tone: 'info', at } }
}

export function decorationToggled(state: State): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'decorate') return state
	const flag = dialog.offered[dialog.selected]?.value
	if (flag === undefined) return state
	const chosen = dialog.offered.flatMap(({ value }) =>
		dialog.chosen.includes(value) === (value === flag) ? [] : [value],
	)
	return changed(state, { ...dialog, chosen })
}

export function formOpened(state: State, tap: TapForm['tap'], at: MonotonicMs): State {
	const reason = whyNotTap(state)
	if (reason !== undefined) return { ...state, notice: { text: reason, tone: 'attention', at } }
	return opened(state, tap === 'tap' ? tapForm('tap') : previewForm(state), at)
}

export function formMoved(state: State, by: number): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'tap') return state
	const last = fieldsOf(dialog).length - 1
	return changed(state, { ...dialog, selected: Math.max(0, Math.min(dialog.selected + by, last)) })
}

const LONGEST_TYPED = 300

export function formTyped(state: State, text: string): State {
	const dialog = state.dialog?.dialog
	const id = dialog?.kind === 'tap' ? fieldsOf(dialog)[dialog.selected]?.id : undefined
	if (dialog?.kind !== 'tap' || id === undefined) return state
	return changed(state, {
		...dialog,
		values: { ...dialog.values, [id]: text.slice(0, LONGEST_TYPED) },
		error: '',
	})
}

export function formCycled(state: State, by: 1 | -1): State {
	const dialog = state.dialog?.dialog
	return dialog?.kind === 'tap' ? changed(state, cycled(dialog, by)) : state
}

export function choiceMoved(state: State, by: number): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'choose' && dialog?.kind !== 'decorate') return state
	const last = (dialog.kind === 'choose' ? dialog.choices : dialog.offered).length - 1
	return changed(state, { ...dialog, selected: Math.max(0, Math.min(dialog.selected + by, last)) })
}

/** The largest value of any knob has ten digits. */
const LONGEST_NUMBER = 10

export function numberTyped(state: State, text: string): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'number') return state
	return changed(state, { ...dialog, text: text.replace(/\D/g, '').slice(0, LONGEST_NUMBER), error: '' })
}

export function helpScrolled(state: State, by: number): State {
	const dialog = state.dialog?.dialog
	switch (dialog?.kind) {
		case 'help':
		case 'confirm-change':
		case 'flood':
		case 'quit':
		case 'leftover':
		case 'failure': {
			const { shown, all } = state.reach.dialog
			const top = Math.min(dialog.top ?? 0, Math.max(0, all - shown)) + by
			return changed(state, { ...dialog, top: Math.max(0, Math.min(top, all - shown)) })
		}
		default:
			return state
	}
}

const LONGEST_QUERY = 100

export function queryTyped(state: State, text: string): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'commands') return state
	return changed(state, { ...dialog, query: text.slice(0, LONGEST_QUERY), selected: 0 })
}

export function commandMoved(state: State, by: number): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'commands') return state
	const last = matchingCommands(state, dialog.query).length - 1
	return changed(state, { ...dialog, selected: Math.max(0, Math.min(dialog.selected + by, last)) })
}

/** `u` on what a dead session left asks first: it is not ours. On anything else of ours the guard is asked. */
export function undoSelectedAsked(state: State, at: MonotonicMs): State {
	const target = undoTarget(state)
	if (target.kind === 'leftover') return opened(state, { kind: 'leftover', lease: target.lease }, at)
	if (target.kind === 'none') return { ...state, notice: { text: target.reason, tone: 'attention', at } }
	const { screen, panes } = state
	if (!takesMarks(screen)) return state
	// What they were set for is done.
	return { ...state, panes: { ...panes, [screen]: { ...panes[screen], marks: [] } } }
}

export function quitAsked(state: State, keepScreen: boolean, at: MonotonicMs): State {
	if (state.busy === 'leaving') {
		const text = english.stillUndoingTheProgramEnds
		return { ...state, notice: { text, tone: 'attention', at } }
	}
	return asksBeforeQuit(state) ? opened(state, { kind: 'quit', keepScreen }, at) : dismissed(state)
}

/** Asks about the next lease that a dead session left, once nothing else is on the screen. */
export function leftoverAsked(state: State, at: MonotonicMs): State {
	const [next, ...rest] = state.leftovers ?? []
	if (next === undefined || state.dialog !== undefined || state.busy !== undefined) return state
	if (state.leaving !== undefined) return state
	return opened({ ...state, leftovers: rest }, { kind: 'leftover', lease: next }, at)
}

/** The same plan with its lines kept off the console, or not: the dialog goes on. */
export function consoleQuietAsked(state: State, at: MonotonicMs): State {
	const dialog = state.dialog?.dialog
	const offer = consoleOffer(state)
	const reason = whyNotQuiet(state)
	if (dialog?.kind !== 'confirm-change' || offer === undefined) return state
	if (reason !== undefined) return { ...state, notice: { text: reason, tone: 'attention', at } }
	return changed(state, { ...dialog, plan: quieted(dialog.plan, offer) })
}

/** Questions that were about what a flood has changed since; what is typed in other dialogs goes on. */
const STALE: ReadonlySet<Dialog['kind']> = new Set(['confirm-change', 'choose', 'number', 'decorate', 'tap'])

/** Tells of a flood once the guard has put everything back, and offers what can be done instead. */
export function floodAsked(state: State, at: MonotonicMs): State {
	const kind = state.dialog?.dialog.kind
	if (state.leaving !== undefined || (kind !== undefined && !STALE.has(kind))) return state
	const dialog = floodToAsk(state)
	return dialog === undefined ? state : opened({ ...state, flood: undefined }, dialog, at)
}

/** The exact writes of the answer, as for any other plan. */
export function floodAnswered(state: State, how: 'nflog' | 'one-protocol', at: MonotonicMs): State {
	const answer = how === 'nflog' ? throughNflog(state) : oneProtocol(state)
	if ('reason' in answer) return { ...state, notice: { text: answer.reason, tone: 'attention', at } }
	const wish = how === 'nflog' ? 'nflog' : undefined
	return taken(state, logStep(state, String(answer.protocol), wish), at)
}

/** To look first, at the row of that lease. */
export function leftoverLookedAt(state: State): State {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'leftover') return state
	const pane = { ...state.panes.changes, selectedKey: english.found(dialog.lease.leaseId), detail: true }
	return { ...state, screen: 'changes', panes: { ...state.panes, changes: pane } }
}
