import { siteOfKnob } from '../../changes/kinds/call-site.ts'
import { kindOf } from '../../changes/kinds/kinds.ts'
import { knobById } from '../../changes/knobs.ts'
import { tapName } from '../../changes/tap/tap-words.ts'
import type { FoundLease, HeldChange, LeaseView } from '../../model/change.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import * as english from '../../words/english/app/store.ts'
import type { Failure } from '../../words/failure.ts'
import { exitCodeOf, isLeftover, isOver } from '../changing/changes-in-force.ts'
import { ourTaps } from '../changing/our-taps.ts'
import { busyOf, givesTime, type Request } from '../commands/requests.ts'
import { opened } from '../dialogs/slice.ts'
import { unlinedLookedAt } from '../log/unlined.ts'
import { flagsToldBy } from '../screens/printk/slice.ts'
import { type Notice, PAST_LIMIT, type PastChange, type State } from '../state/state.ts'

/** A new view of our own lease replaces the last one; what is over goes to the history. */
export function leaseSeen(state: State, view: LeaseView, at: MonotonicMs): State {
	const before = state.lease?.leaseId === view.leaseId ? state.lease : undefined
	const said = leaseNews(before, view)
	const seen: State = {
		...state,
		lease: view,
		leaseAt: at,
		printk: flagsToldBy(state.printk, before, view),
		history: historyWith(state.history, view),
		flood: floodSeen(state, before, view),
		notice: said === undefined ? state.notice : { ...said, at },
	}
	const taps = ourTaps(seen).map(({ tap }) => tap)
	return unlinedLookedAt(seen, taps, at)
}

/** A flood that this view is the first to tell of. */
function floodSeen(state: State, before: LeaseView | undefined, view: LeaseView): State['flood'] {
	if (view.flood === null || (before !== undefined && before.flood !== null)) return state.flood
	const over = (before?.changes ?? []).filter((change) => before !== undefined && isOver(change, before))
	return { leaseId: view.leaseId, rate: view.flood.rate, before: over.map(({ seq }) => seq) }
}

/** Newest first; a change that is there already is brought up to date. */
function historyWith(history: readonly PastChange[], view: LeaseView): readonly PastChange[] {
	let next = history
	for (const change of view.changes) {
		const past = { ...change, leaseId: view.leaseId }
		const at = next.findIndex((one) => one.leaseId === view.leaseId && one.seq === change.seq)
		if (at >= 0) next = isOver(change, view) ? next.with(at, past) : next.toSpliced(at, 1)
		else if (isOver(change, view)) next = [past, ...next].slice(0, PAST_LIMIT)
	}
	return next
}

/**
 * Leases of others. What dead sessions left is asked about once, after the first look; what is gone meanwhile was
 * undone by its timer or by another session and is not asked about any more.
 */
export function othersSeen(state: State, leases: readonly FoundLease[], at: MonotonicMs): State {
	const left = leases.filter(isLeftover)
	const isLeft = (one: FoundLease): boolean => left.some((lease) => lease.leaseId === one.leaseId)
	const next = { ...state, others: leases, leftovers: state.leftovers?.filter(isLeft) ?? left }
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'leftover' || isLeft(dialog.lease)) return next
	const text = english.whatLeftWasUndoneMeanwhile(dialog.lease.leaseId)
	return { ...next, dialog: undefined, notice: { text, tone: 'info', at } }
}

/** A request went out. */
export function asked(state: State, request: Request, at: MonotonicMs): State {
	const timeAskedAt = givesTime(request) ? at : state.timeAskedAt
	return { ...state, timeAskedAt, busy: busyOf(request) ?? state.busy, inFlight: state.inFlight + 1 }
}

/** A request was answered; the last answer ends what keeps the program busy. */
export function answered(state: State, notice: Said | undefined, at: MonotonicMs): State {
	const inFlight = Math.max(0, state.inFlight - 1)
	return {
		...state,
		inFlight,
		busy: inFlight === 0 ? undefined : state.busy,
		notice: notice === undefined ? state.notice : { ...notice, at },
	}
}

export function refused(state: State, failure: Failure, at: MonotonicMs): State {
	return opened(answered(state, undefined, at), { kind: 'failure', failure }, at)
}

export function left(state: State, view: LeaseView | undefined, keepScreen: boolean, at: MonotonicMs): State {
	const last = view ?? state.lease
	const next = last === undefined ? state : leaseSeen(state, last, at)
	return {
		...next,
		dialog: undefined,
		inFlight: 0,
		leaving: { exitCode: exitCodeOf(last, next.history), keepScreen },
	}
}

type Said = Omit<Notice, 'at'>

/** What the difference of two views of our lease means to the admin, the worst news first. */
function leaseNews(before: LeaseView | undefined, view: LeaseView): Said | undefined {
	const was = (change: HeldChange) => before?.changes.find((one) => one.seq === change.seq)?.state
	const fresh = (state: HeldChange['state']): readonly HeldChange[] =>
		view.changes.filter((change) => change.state === state && was(change) !== state)
	const [failed] = fresh('failed')
	if (failed !== undefined) {
		return {
			tone: 'bad',
			text: english.couldNotBePutBack(failed.sysctl, failed.note, failed.byHand),
		}
	}
	if (view.phase === 'lost' && before?.phase !== 'lost')
		return { tone: 'bad', text: english.guardLostUndoingNow }
	const [conflict] = fresh('conflict')
	if (conflict !== undefined) {
		return {
			tone: 'attention',
			text: english.readsSetBySomeoneElse(conflict.sysctl, conflict.now ?? 'nothing', conflict.byHand),
		}
	}
	// A change that was kept with K is not new: the answer to K says it. One that replaces another ends that one.
	const on = [...fresh('confirm'), ...fresh('in-force').filter((change) => was(change) !== 'confirm')]
	if (on.length > 0) {
		const sites = on.filter(({ knob }) => siteOfKnob(knob) !== undefined)
		const rest = on.filter((one) => !sites.includes(one))
		const names = [
			...sitesWords(sites),
			...rest.map(
				({ knob, was: from, set }) => tapName(set) ?? ownName(knob, set) ?? `${knob} ${from} to ${set}`,
			),
		].join(', ')
		const keep = on.some((one) => one.state === 'confirm') ? english.pressKToKeepIt : ''
		return { tone: 'good', text: english.inForce(names, keep) }
	}
	if (fresh('undone').length > 0) {
		const undone = view.changes.filter((change) => change.state === 'undone').length
		const why = view.why === '' ? '' : `: ${view.why}`
		return { tone: 'good', text: english.undoneOf(undone, view.changes.length, why) }
	}
	const [vanished] = fresh('vanished')
	return vanished && { tone: 'attention', text: `${vanished.sysctl}: ${vanished.note}` }
}

/** What people call it, where its value is a word of the program. */
function ownName(id: string, value: string): string | undefined {
	const knob = knobById(id)
	return knob?.kind.type === 'probes' ? kindOf(knob).name?.(knob, value) : undefined
}

/** A call site by its function; its text is on the screen that switched it. */
function sitesWords(changes: readonly HeldChange[]): readonly string[] {
	if (changes.length > 2) return [english.callSitesPrint(changes.length)]
	return changes.map(
		({ sysctl, was, set }) => `${sysctl.slice(sysctl.lastIndexOf(':') + 1)} =${was} to =${set}`,
	)
}
