import { extended, FAR_ENOUGH, isTooSoon } from '../../changes/lease.ts'
import type { Plan } from '../../model/change.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import * as english from '../../words/english/app/commands.ts'
import { changesInForce, NOTHING_ON } from '../changing/changes-in-force.ts'
import { whyNotWrite } from '../changing/may-write.ts'
import { selectedNetns, whyNotEnter } from '../changing/netns-choice.ts'
import type { Action } from '../state/actions.ts'
import type { Busy, State } from '../state/state.ts'
import { confirmTarget, undoTarget } from './undo-target.ts'

/** What the record says of changes that the program takes back by itself: nobody has asked for that. */
const WHY_OVER = {
	'trace-over': english.theTraceIsOver,
	'lives-over': english.theListsAreRead,
	'ends-too-many': english.tooManyEntriesEnd,
} as const

/** What is asked of the guard. */
export type Request =
	| { readonly ask: 'apply'; readonly plan: Plan }
	/** Several: one after the other, in this order. `why`: the program asks for it by itself, and this is its reason. */
	| { readonly ask: 'undo'; readonly which: number | 'all' | readonly number[]; readonly why?: string }
	| { readonly ask: 'extend' }
	| { readonly ask: 'confirm'; readonly seq: number }
	| { readonly ask: 'revert-found'; readonly leaseId: string }
	| { readonly ask: 'leave'; readonly how: 'undo' | 'persist'; readonly keepScreen: boolean }

/**
 * The request that an action makes in a state, undefined when it makes none. Asked once an action, by the
 * reducer, which counts it as under way and hands it to the effects: neither can do it without the other.
 */
export function requestOf(state: State, action: Action): Request | undefined {
	const request = wanted(state, action)
	if (request === undefined || !givesTime(request)) return request
	return isAskedTooSoon(state, action.at) ? undefined : request
}

/** Changes stay longer than they would: whatever asks for that, a key or a word, is held to the same pace. */
export const givesTime = ({ ask }: Request): boolean => GIVES_TIME[ask]

const GIVES_TIME: Readonly<Record<Request['ask'], boolean>> = {
	apply: false,
	undo: false,
	extend: true,
	confirm: true,
	'revert-found': false,
	leave: false,
}

/** More time was asked for within the last second: by a key held down, or by no human. */
export const isAskedTooSoon = ({ timeAskedAt }: State, at: MonotonicMs): boolean => isTooSoon(timeAskedAt, at)

function wanted(state: State, action: Action): Request | undefined {
	if (state.leaving !== undefined || state.busy === 'leaving') return undefined
	const on = changesInForce(state.lease)
	switch (action.type) {
		case 'accept': {
			const dialog = state.dialog?.dialog
			if (dialog?.kind === 'leftover') {
				if (whyNotWrite(state) !== undefined) return undefined
				return { ask: 'revert-found', leaseId: dialog.lease.leaseId }
			}
			if (dialog?.kind === 'namespaces')
				return selectedNetns(state) === undefined || whyNotEnter(state) !== undefined
					? undefined
					: { ask: 'leave', how: 'undo', keepScreen: false }
			if (dialog?.kind !== 'confirm-change' || whyNotApply(state) !== undefined) return undefined
			if (asksAgain(state)) return undefined
			return { ask: 'apply', plan: dialog.plan }
		}
		case 'trace-over':
		case 'lives-over':
		case 'ends-too-many':
			return on.some(({ seq }) => seq === action.seq)
				? { ask: 'undo', which: action.seq, why: WHY_OVER[action.type] }
				: undefined
		case 'trial-over': {
			const seq = state.steps.trial?.seq
			return seq !== undefined && on.some((change) => change.seq === seq)
				? { ask: 'undo', which: seq, why: english.theTrialIsOver }
				: undefined
		}
		case 'undo-all':
			return on.length > 0 ? { ask: 'undo', which: 'all' } : undefined
		case 'undo-selected': {
			const target = undoTarget(state)
			if (target.kind === 'several')
				return { ask: 'undo', which: target.changes.map(({ seq }) => seq).toReversed() }
			return target.kind === 'own' ? { ask: 'undo', which: target.change.seq } : undefined
		}
		case 'extend':
			return whyNotExtend(state) === undefined ? { ask: 'extend' } : undefined
		case 'keep': {
			const target = confirmTarget(state)
			return target === undefined ? undefined : { ask: 'confirm', seq: target.seq }
		}
		case 'quit':
			if (asksBeforeQuit(state)) return undefined
			return { ask: 'leave', how: 'undo', keepScreen: action.keepScreen }
		case 'leave': {
			const dialog = state.dialog?.dialog
			const keepScreen = action.keepScreen ?? (dialog?.kind === 'quit' && dialog.keepScreen)
			return { ask: 'leave', how: action.how, keepScreen }
		}
		default:
			return undefined
	}
}

/** Leaving ends what is in force, unless it was said before that it stays; so it is asked first. */
export function asksBeforeQuit({ lease, busy }: State): boolean {
	if (busy === 'applying') return true
	return changesInForce(lease).length > 0 && lease?.persisted !== true
}

/** A yes to the open dialog leads to a second question first. */
export function asksAgain(state: State): boolean {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'confirm-change' || whyNotApply(state) !== undefined) return false
	return dialog.again !== undefined && dialog.asked !== true
}

/** Why `y` must not write the plan of the open dialog; undefined when it may. */
export function whyNotApply(state: State): string | undefined {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'confirm-change') return english.nothingIsProposed
	if (dialog.blockers.length > 0) return english.itCannotWorkAsThings
	return whyNotWrite(state)
}

/** Why there is no more time now. The guard gives it only to what logs more. */
export function whyNotExtend({ lease, now }: State): string | undefined {
	const on = changesInForce(lease)
	if (lease === undefined || on.length === 0) return NOTHING_ON
	if (!on.some((change) => change.class === 'logs-more')) return english.whatTreatsPacketsDifferentlyGets
	return extended(lease.deadline, now) === undefined ? FAR_ENOUGH : undefined
}

export function busyOf(request: Request): Busy | undefined {
	switch (request.ask) {
		case 'apply':
			return 'applying'
		case 'undo':
		case 'revert-found':
			return 'undoing'
		case 'leave':
			return 'leaving'
		default:
			return undefined
	}
}
