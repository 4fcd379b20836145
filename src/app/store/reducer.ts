import { TOO_SOON } from '../../changes/lease.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { LongReading } from '../../model/reading-progress.ts'
import { traitsOfRelease } from '../../reasons/traits.ts'
import * as english from '../../words/english/app/store.ts'
import { namespacesMoved, namespacesRead } from '../changing/netns-slice.ts'
import { tapStep } from '../changing/tapping.ts'
import { isAskedTooSoon, type Request, requestOf } from '../commands/requests.ts'
import * as dialogs from '../dialogs/slice.ts'
import { balanceBegun, wayLookedAt } from '../log/path.ts'
import { probesBecame } from '../log/probed.ts'
import { logFailed, logRead, logStarted, nflogBecame } from '../log/slice.ts'
import { copiesFollowed, copiesOver, unlinedRead } from '../log/unlined.ts'
import { decorateStep } from '../screens/printk/decorations.ts'
import { modulesRead, printkRead } from '../screens/printk/slice.ts'
import { mountStep, printStep } from '../screens/printk/switching.ts'
import { packetsTraced, rulesRead, tapsRead } from '../screens/rules/slice.ts'
import { byState, eachState } from '../screens/rules/tap-steps.ts'
import { traceStep } from '../screens/rules/trace-pick.ts'
import { traceEnded } from '../screens/rules/way-rows.ts'
import { waysCounted, waysStep } from '../screens/steps/both-directions.ts'
import * as steps from '../screens/steps/slice.ts'
import * as trials from '../screens/steps/trial.ts'
import { trialDropped, trialStep } from '../screens/steps/trial.ts'
import { selectedKnob } from '../screens/switches/rows.ts'
import { countersRead } from '../screens/watch/counters-slice.ts'
import { grouped, nameAnswered, nameAsked } from '../screens/watch/grouping.ts'
import { watchedReason } from '../screens/watch/rows.ts'

import type { Action, Asked } from '../state/actions.ts'
import { readingOf } from '../state/readings.ts'
import type { State } from '../state/state.ts'
import { replayPaused, replaySpeed, replayTold, ticked } from './clock-slice.ts'
import { answered, asked, leaseSeen, left, othersSeen, refused } from './lease-slice.ts'
import * as navigation from './navigation-slice.ts'
import * as tables from './table-slice.ts'

/** The state after an action, and what the action asks of the guard: that counts as under way, and the effects send it. */
type Reduced = { readonly state: State; readonly request: Request | undefined }

export const reducer = (state: State, action: Action): State => reducedWithRequest(state, action).state

/** Pure and total: every action in every state gives a state, and time comes only from the action. */
export function reducedWithRequest(state: State, action: Action): Reduced {
	const now = Math.max(state.now, action.at)
	// The wall clock goes on with the other one between two ticks, so that times that are shown do not jump.
	const timely = now === state.now ? state : { ...state, now, wall: state.wall + now - state.now }
	const request = requestOf(timely, action)
	const next = reduced(timely, action)
	const counted = request === undefined ? next : asked(next, request, action.at)
	const questioned = dialogs.leftoverAsked(dialogs.floodAsked(counted, action.at), action.at)
	return { state: steps.stepBegun(questioned, action.at), request }
}

function reduced(state: State, action: Action): State {
	const { at } = action
	switch (action.type) {
		case 'tick':
			return trials.trialMeasured(
				steps.secondKept(unlinedRead(ticked(state, action.wall, at), [], at), at),
				at,
			)
		case 'resized':
			return navigation.resized(state, action.columns, action.rows)
		case 'page':
			return navigation.paged(state, action.rows, action.reach)
		case 'facts':
			return wayLookedAt(
				{ ...state, facts: action.facts, traits: traitsOfRelease(state.traits, action.facts.kernel) },
				at,
			)
		case 'counters':
			return action.result.ok
				? balanceBegun(countersRead(state, action.result))
				: countersRead(state, action.result)
		case 'reading':
			return { ...state, reading: { ...state.reading, [action.of]: action.progress } }
		case 'table':
			return { ...read(state, 'table'), table: readingOf(state.table, action.result) }
		case 'holders':
			return { ...state, holders: readingOf(state.holders, action.result) }
		case 'lists':
			return { ...state, lists: readingOf(state.lists, action.result) }
		case 'lives':
			return { ...state, lives: { ...state.lives, value: action.lives, at: action.lives.at } }
		case 'lives-failed':
			return { ...state, lives: { ...state.lives, failure: action.failure } }
		case 'settings':
			return wayLookedAt(steps.settingsRead(state, action.result), at)
		case 'printk':
			return printkRead(read(state, 'printk'), action.result)
		case 'modules':
			return modulesRead(read(state, 'modules'), action.result, at)
		case 'surroundings':
			return steps.surroundingsRead(state, action.result)
		case 'namespaces':
			return namespacesRead(read(state, 'namespaces'), action.result)
		case 'rules':
			return rulesRead(state, action.result)
		case 'taps':
			return waysCounted(tapsRead(state, action.result))
		case 'joined':
			return { ...state, joined: { key: action.key, facts: action.facts } }
		case 'named':
			return nameAnswered(state, action.address, action.answer)
		case 'sampled':
			return steps.flowSampled(state, action.sample)
		case 'ended':
			return steps.entriesEnded(state, action.entries, action.missed === true || action.olderUntold === true)
		case 'traced':
			return packetsTraced(state, action.packets, action.lost)
		case 'trace-ended':
			return traceEnded(state, at)
		case 'log-started':
			return wayLookedAt(logStarted(state), at)
		case 'log-failed':
			return wayLookedAt(logFailed(state, action.failure), at)
		case 'nflog-starting':
			return wayLookedAt(nflogBecame(state, 'starting'), at)
		case 'nflog-started':
			return wayLookedAt(nflogBecame(state, 'following'), at)
		case 'nflog-failed':
			return wayLookedAt(nflogBecame(state, 'failed', action.failure), at)
		case 'nflog-stopped':
			return wayLookedAt(nflogBecame(state, 'off'), at)
		case 'probes-started':
			return wayLookedAt(probesBecame(state, 'following'), at)
		case 'probes-failed':
			return wayLookedAt(probesBecame(state, 'failed', action.failure), at)
		case 'probes-stopped':
			return wayLookedAt(probesBecame(state, 'off'), at)
		case 'probes-drawn':
			return { ...state, probes: { ...state.probes, drawn: action.drawn } }
		case 'ends-too-many':
			return { ...state, notice: { text: english.tooManyEntriesEnd, tone: 'attention', at } }
		case 'log':
			return logRead(state, action.events, at)
		case 'lease':
			return trials.trialSeen(leaseSeen(state, action.view, at), action.view, at)
		case 'copies':
			return action.are === 'followed' ? copiesFollowed(state, at) : copiesOver(state)
		case 'others':
			return othersSeen(state, action.leases, at)
		case 'replay':
			return replayTold(state, action.played, action.total)
		case 'change-failed':
			return state.leaving === undefined ? refused(state, action.failure, at) : state
		case 'change-done':
			return answered(state, action.notice, at)
		case 'left':
			return left(state, action.view, action.keepScreen, at)
		default:
			return state.leaving === undefined ? askedFor(state, action) : state
	}
}

/** A reading is over. */
function read(state: State, of: LongReading): State {
	if (state.reading[of] === undefined) return state
	const { [of]: _over, ...reading } = state.reading
	return { ...state, reading }
}

/** What the admin asked for, as far as it is a matter of the state; requests to the guard are counted by the reducer. */
function askedFor(state: State, action: Asked & { readonly at: MonotonicMs }): State {
	const { at } = action
	switch (action.type) {
		case 'go':
			return navigation.gone(state, action.screen)
		case 'go-next':
			return navigation.goneBy(state, action.by)
		case 'move':
			return navigation.movedBy(state, action.by)
		case 'page-move':
			return navigation.pagedBy(state, action.by)
		case 'move-to':
			return navigation.movedTo(state, action.where)
		case 'scroll':
			return navigation.scrolledBy(state, action.pane, action.by)
		case 'select':
			return navigation.rowChosen(state, action.key)
		case 'match':
			return navigation.matched(state, action.by)
		case 'enter':
			return navigation.detailToggled(state)
		case 'focus':
			return navigation.focusMoved(state)
		case 'checks':
			return navigation.checksToggled(state)
		case 'group-by':
			return grouped(state)
		case 'reverse-name':
			return nameAsked(state)
		case 'back':
			return navigation.back(state)
		case 'filter-open':
			return navigation.filterOpened(state)
		case 'filter-text':
			return navigation.filterTyped(state, action.text)
		case 'filter-close':
			return navigation.filterClosed(state, action.keep)
		case 'filter-value':
			return tables.valueFiltered(state)
		case 'sort':
			return tables.sortMoved(state, action.by)
		case 'sort-reverse':
			return tables.sortReversed(state)
		case 'mark':
			return tables.markToggled(state)
		case 'pause':
			return navigation.pauseToggled(state)
		case 'switch':
			return dialogs.switchAsked(state, selectedKnob(state), at)
		case 'log-why':
			return dialogs.logAsked(state, at)
		case 'other-source':
			return dialogs.otherSourceAsked(state, at)
		case 'console-quiet':
			return dialogs.consoleQuietAsked(state, at)
		case 'flood-answer':
			return dialogs.floodAnswered(state, action.how, at)
		case 'print':
			return dialogs.taken(state, printStep(state, action.which), at)
		case 'decorate':
			return dialogs.taken(state, decorateStep(state), at)
		case 'decoration-toggle':
			return dialogs.decorationToggled(state)
		case 'mount':
			return dialogs.taken(state, mountStep(state), at)
		case 'tap-form':
			return dialogs.formOpened(state, action.tap, at)
		case 'tap-move':
			return dialogs.formMoved(state, action.by)
		case 'tap-text':
			return dialogs.formTyped(state, action.text)
		case 'tap-cycle':
			return dialogs.formCycled(state, action.by)
		case 'each-state':
			return dialogs.taken(state, tapStep(state, eachState()), at)
		case 'count-states':
			return dialogs.taken(state, tapStep(state, byState()), at)
		case 'trace':
			return dialogs.taken(state, traceStep(state, watchedReason(state)), at)
		case 'step-next':
			return steps.stepNext(state)
		case 'step-skip':
			return steps.stepSkipped(state)
		case 'step-back':
			return steps.stepBack(state)
		case 'step-repeat':
			return steps.stepRepeated(state, at)
		case 'count-ways':
			return dialogs.taken(state, waysStep(state), at)
		case 'try': {
			const { state: trying, step } = trialStep(state)
			return dialogs.taken(trying, step, at)
		}
		case 'list-namespaces':
			return dialogs.opened(state, { kind: 'namespaces', selected: 0 }, at)
		case 'all-namespaces':
			return { ...state, allNetns: !state.allNetns }
		case 'namespaces-move':
			return namespacesMoved(state, action.by)
		case 'replay-speed':
			return replaySpeed(state, action.by)
		case 'replay-pause':
			return replayPaused(state)
		case 'reported':
			return { ...state, steps: { ...state.steps, report: action.path } }
		case 'follow-lists':
			return { ...state, lives: { ...state.lives, failure: undefined } }
		case 'choose-move':
			return dialogs.choiceMoved(state, action.by)
		case 'number-text':
			return dialogs.numberTyped(state, action.text)
		case 'propose': {
			const { plan, blockers, notes } = action
			return dialogs.opened(state, { kind: 'confirm-change', plan, blockers, notes }, at)
		}
		case 'accept':
			return dialogs.accepted(state, at)
		case 'dismiss':
			return trialDropped(dialogs.dismissed(dialogs.leftoverLookedAt(state)))
		case 'undo-selected':
			return dialogs.undoSelectedAsked(state, at)
		case 'undo-all':
			// The proposal in the dialog was made of values that the undo changes.
			return state.dialog?.dialog.kind === 'confirm-change' ? dialogs.dismissed(state) : state
		case 'help':
			return dialogs.opened(state, { kind: 'help', top: 0 }, at)
		case 'help-scroll':
			return dialogs.helpScrolled(state, action.by)
		case 'commands':
			return dialogs.opened(state, { kind: 'commands', query: '', selected: 0 }, at)
		case 'commands-query':
			return dialogs.queryTyped(state, action.text)
		case 'commands-move':
			return dialogs.commandMoved(state, action.by)
		case 'read-write':
			return {
				...state,
				modes: { ...state.modes, readOnly: false },
				notice: { text: english.changesAreAllowedNow, tone: 'attention', at },
			}
		case 'quit':
			return dialogs.quitAsked(state, action.keepScreen, at)
		case 'leave':
			return dialogs.dismissed(state)
		case 'heard':
			return { ...state, notice: undefined }
		case 'say':
			return { ...state, notice: { ...action.notice, at } }
		case 'extend':
		case 'keep':
			if (!isAskedTooSoon(state, at)) return state
			return { ...state, notice: { text: TOO_SOON, tone: 'attention', at } }
		case 'copy':
		case 'copy-to-file':
		case 'capture':
		case 'report':
		case 'trial-over':
		case 'replay-next':
		case 'suspend':
		case 'lo-fi':
			return state
		default:
			return state
	}
}
