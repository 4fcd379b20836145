import { namespacesRead } from '../changing/netns-slice.ts'
import { requestOf } from '../commands/requests.ts'
import * as dialogs from '../dialogs/slice.ts'
import { nflogBecame } from '../log/nflog-slice.ts'
import { logFailed, logRead, logStarted } from '../log/slice.ts'
import { balanceBegun, wayLookedAt } from '../log/way-slice.ts'
import { modulesRead, printkRead } from '../screens/printk/slice.ts'
import { waysCounted } from '../screens/rules/both-directions.ts'
import { packetsTraced, rulesRead, tapsRead } from '../screens/rules/slice.ts'
import * as steps from '../screens/steps/slice.ts'
import * as trials from '../screens/steps/trial.ts'
import { countersRead } from '../screens/watch/counters-slice.ts'
import type { Action } from '../state/actions.ts'
import { readingOf } from '../state/readings.ts'
import type { State } from '../state/state.ts'
import { askedFor } from './asked-reducer.ts'
import { ticked } from './clock-slice.ts'
import { answered, asked, leaseSeen, left, othersSeen, refused } from './lease-slice.ts'
import * as navigation from './navigation-slice.ts'
import { replayTold } from './replay-slice.ts'

/** Pure and total: every action in every state gives a state, and time comes only from the action. */
export function reducer(state: State, action: Action): State {
	const now = Math.max(state.now, action.at)
	// The wall clock goes on with the other one between two ticks, so that times that are shown do not jump.
	const timely = now === state.now ? state : { ...state, now, wall: state.wall + now - state.now }
	const request = requestOf(timely, action)
	const next = reduced(timely, action)
	const counted = request === undefined ? next : asked(next, request, action.at)
	const questioned = dialogs.leftoverAsked(dialogs.floodAsked(counted, action.at), action.at)
	return steps.stepBegun(questioned, action.at)
}

function reduced(state: State, action: Action): State {
	const { at } = action
	switch (action.type) {
		case 'tick':
			return trials.trialMeasured(steps.secondKept(ticked(state, action.wall, at), at), at)
		case 'resized':
			return navigation.resized(state, action.columns, action.rows)
		case 'page':
			return state.pageRows === action.rows ? state : { ...state, pageRows: Math.max(1, action.rows) }
		case 'facts':
			return wayLookedAt({ ...state, facts: action.facts }, at)
		case 'counters':
			return action.result.ok
				? balanceBegun(countersRead(state, action.result))
				: countersRead(state, action.result)
		case 'table':
			return { ...state, table: readingOf(state.table, action.result) }
		case 'lists':
			return { ...state, lists: readingOf(state.lists, action.result) }
		case 'settings':
			return wayLookedAt(steps.settingsRead(state, action.result), at)
		case 'printk':
			return printkRead(state, action.result)
		case 'modules':
			return modulesRead(state, action.result, at)
		case 'namespaces':
			return namespacesRead(state, action.result)
		case 'rules':
			return rulesRead(state, action.result)
		case 'taps':
			return waysCounted(tapsRead(state, action.result))
		case 'joined':
			return { ...state, joined: { key: action.key, facts: action.facts } }
		case 'sampled':
			return steps.flowSampled(state, action.sample)
		case 'traced':
			return packetsTraced(state, action.packets)
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
		case 'log':
			return logRead(state, action.events, at)
		case 'lease':
			return trials.trialSeen(leaseSeen(state, action.view, at), action.view, at)
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
