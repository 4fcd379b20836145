import type { Kind } from '../../changes/kinds/kind.ts'
import { kindOfId } from '../../changes/knobs.ts'
import { isPressed } from '../../investigation/table/fill.ts'
import type { HeldChange } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import type { Changer } from '../../ports/changer.ts'
import type { Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/app/parts.ts'
import { fail } from '../../words/failure.ts'
import { counted } from '../../words/numbers.ts'
import { isQuietHere } from '../changing/netns-choice.ts'
import { levelsOf } from '../commands/levels.ts'
import { tableFillOf, trackingNow } from '../log/table.ts'
import { presentStep } from '../screens/steps/evidence.ts'
import type { Action, ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'
import { createPoll, type Poll } from './poll.ts'
import { toldWhile } from './reading-progress.ts'

export type Observing = {
	start(): void
	/** Some actions make a reading worth while at once. */
	heard(action: Action, before: State, after: State): void
	stop(): void
}

/**
 * One refresh a second: what is read again and again is read so shortly before the tick that one frame shows both, and
 * so long before it that the last lines of the counted packets have come (app/log/path.ts).
 */
const BEFORE_TICK_MS = 600
const LATER_MS = 2_000
/** Of one core. A walk through a large table is dear for the kernel too. */
const SHARE = 0.05
/** The tools print while we read, each on a core of its own, and the rows are made afterwards: it costs more than it takes. */
const RULES_SHARE = 0.035
/** Mostly the start of tools; two readings at least have to come while somebody looks. */
const SURROUNDINGS_SHARE = 0.15
/** While somebody chooses; in the background no child is started, twice a minute. */
const NAMESPACES_SHARE = 0.15

/** All that is looked at again and again, one reading of a kind at a time. */
export function createObserving(
	observer: Observer,
	changer: Changer,
	clock: Clock,
	dispatch: (body: ActionBody) => void,
	state: () => State | undefined,
): Observing {
	let running = false
	let walking = new AbortController()
	/** Somebody did not want to wait for the end of the table; it is read again when they come back. */
	let isStopped = false
	const tell = (body: ActionBody): void => {
		if (running) dispatch(body)
	}
	const onTable = (): boolean => state()?.screen === 'table'

	const counters = createPoll(clock, {
		every: () => 1_000,
		secondsOffset: BEFORE_TICK_MS,
		share: 0.5,
		async read() {
			const result = await observer.counters()
			tell({ type: 'counters', result })
			return { ok: result.ok }
		},
	})
	/** Something was written since the settings were read. */
	let changed = false
	const settings = createPoll(clock, {
		every: () => 2_000,
		secondsOffset: BEFORE_TICK_MS,
		share: 0.5,
		async read() {
			const fresh = changed ? 'fresh' : undefined
			changed = false
			const result = await observer.settings(fresh)
			tell({ type: 'settings', result })
			return { ok: result.ok }
		},
	})
	/** They cost two children, and stand on Table alone. */
	const lists = createPoll(clock, {
		every: () => (onTable() ? 5_000 : 60_000),
		share: 0.1,
		async read() {
			const result = await observer.lists()
			tell({ type: 'lists', result })
			return { ok: result.ok }
		},
	})
	const table = createPoll(clock, {
		// Where nobody looks at it, once a minute is enough.
		every: () => (onTable() && !isStopped ? 5_000 : 60_000),
		share: SHARE,
		async read() {
			isStopped = false
			const result = await toldWhile(clock, 'table', tell, (onReading) =>
				observer.table(walking.signal, onReading),
			)
			// What was stopped is told when it is stopped.
			if (!isStopped) tell({ type: 'table', result })
			return result.ok ? { ok: true, costMs: result.value.costMs } : { ok: false }
		},
	})
	/** Who has the entries is asked where there is no room for more. */
	const holders = createPoll(clock, {
		every: () => (isFull(state()) ? 5_000 : 60_000),
		share: SHARE,
		async read() {
			if (!isFull(state())) return { ok: true }
			const result = await observer.holders()
			tell({ type: 'holders', result })
			return { ok: result.ok }
		},
	})
	const others = createPoll(clock, {
		every: () => 3_000,
		secondsOffset: BEFORE_TICK_MS,
		share: 0.5,
		async read() {
			tell({ type: 'others', leases: await observer.leases(changer.view()?.leaseId) })
			return { ok: true }
		},
	})
	const facts = createPoll(clock, {
		// A tool can be installed while we run.
		every: () => 60_000,
		share: 0.5,
		async read() {
			tell({ type: 'facts', facts: await observer.facts() })
			return { ok: true }
		},
	})
	const onPrintk = (): boolean => state()?.screen === 'printk'
	/** Lines of its call sites come only while one of them prints. */
	const prints = (): boolean => state()?.printk.value?.sites.some(({ flags }) => flags.includes('p')) === true
	const printk = createPoll(clock, {
		every: () => (onPrintk() ? 3_000 : prints() ? 15_000 : 60_000),
		share: SHARE,
		async read() {
			const result = await toldWhile(clock, 'printk', tell, (onReading) => observer.printk(onReading))
			tell({ type: 'printk', result })
			return { ok: result.ok }
		},
	})
	const modules = createPoll(clock, {
		every: () => (state()?.screen === 'switches' ? 5_000 : 60_000),
		share: SHARE,
		async read() {
			const result = await toldWhile(clock, 'modules', tell, () => observer.modules())
			tell({ type: 'modules', result })
			return { ok: result.ok }
		},
	})
	/** On Steps their counters are read twice for "since watching began"; later answers only name them. */
	const onRules = (): boolean => {
		const now = state()
		return now?.screen === 'rules' || (now?.screen === 'steps' && presentStep(now) === 'acting')
	}
	const rules = createPoll(clock, {
		every: () => (onRules() ? 1_000 : 60_000),
		share: RULES_SHARE,
		async read() {
			const result = await observer.rules()
			tell({ type: 'rules', result })
			return result.ok ? { ok: true, costMs: result.value.tookMs } : { ok: false }
		},
	})
	const onSteps = (): boolean => state()?.screen === 'steps'
	/** Some of its counters say something by their moving alone. */
	const surroundings = createPoll(clock, {
		every: () => (onSteps() ? 5_000 : 60_000),
		share: SURROUNDINGS_SHARE,
		async read() {
			if (!onSteps()) return { ok: true }
			const result = await observer.surroundings()
			tell({ type: 'surroundings', result })
			return { ok: result.ok }
		},
	})
	const hasTables = (): boolean => state()?.lease?.changes.some(isTableOn) === true
	const taps = createPoll(clock, {
		every: () => ((onRules() || onSteps()) && hasTables() ? 1_000 : hasTables() ? 5_000 : 60_000),
		secondsOffset: BEFORE_TICK_MS,
		share: SHARE,
		async read() {
			const result = await observer.taps()
			tell({ type: 'taps', result })
			return { ok: result.ok }
		},
	})
	/** Each costs a child: only while somebody chooses, or where it may be another one that the trouble is in. */
	const wantsNamespaces = (): boolean => {
		const now = state()
		return (
			now?.dialog?.dialog.kind === 'namespaces' || (now !== undefined && (isQuietHere(now) || now.allNetns))
		)
	}
	const namespaces = createPoll(clock, {
		every: () => (state()?.dialog?.dialog.kind === 'namespaces' ? 2_000 : 30_000),
		share: NAMESPACES_SHARE,
		async read() {
			if (!wantsNamespaces()) return { ok: true }
			// In the background only the counters, which cost no child.
			const how = state()?.dialog?.dialog.kind === 'namespaces' ? undefined : 'counters'
			const result = await toldWhile(clock, 'namespaces', tell, (onReading) =>
				observer.namespaces(how, onReading),
			)
			tell({ type: 'namespaces', result })
			return { ok: result.ok }
		},
	})
	const ticks = createPoll(clock, {
		every: () => 1_000,
		secondsOffset: 0,
		share: 1,
		async read() {
			tell({ type: 'tick', wall: clock.wall() })
			return { ok: true }
		},
	})
	const polls: readonly Poll[] = [ticks, facts, settings, counters, others, lists, table, holders]
	/** Nobody sees them on the first frame, so they do not delay it. */
	const later: readonly Poll[] = [printk, modules, taps, namespaces, surroundings]
	let cancelLater = (): void => {}

	const startLater = (): void => {
		cancelLater()
		for (const poll of later) poll.start()
	}

	/** Ends a walk that somebody waits for no longer. */
	const stopWalk = ({ screen, reading }: State): void => {
		if (screen !== 'table' || reading.table === undefined) return
		isStopped = true
		walking.abort()
		walking = new AbortController()
		const { done } = reading.table
		const failure = {
			kind: 'unsupported',
			what: english.readingTheTableWhat,
			why: english.youStoppedIt(done === undefined ? '' : counted(done, 'entry', 'entries')),
		} as const
		tell({ type: 'table', result: fail(failure) })
	}

	return {
		start() {
			running = true
			walking = new AbortController()
			for (const poll of polls) poll.start()
			cancelLater = clock.after(LATER_MS, startLater)
		},
		heard(action, before, after) {
			if (action.type === 'lease' || action.type === 'change-failed') {
				changed = true
				settings.hurry()
				if (changesWhatIsLoaded(after)) {
					facts.hurry()
					modules.hurry()
				}
				if (changesWhatPrints(after)) printk.hurry()
				if (hasTable(before) || hasTable(after)) taps.hurry()
			}
			if (action.type === 'back' && levelsOf(before).length === 1) stopWalk(before)
			if (action.type === 'change-failed' || action.type === 'change-done') others.hurry()
			if (before.screen !== after.screen && after.screen === 'table') {
				isStopped = false
				lists.reschedule()
				table.reschedule()
			}
			if ((action.type === 'counters' || action.type === 'settings') && isFull(after) && !isFull(before))
				holders.hurry()
			if (after.screen === 'steps' && before.panes.steps !== after.panes.steps) rules.reschedule()
			if (action.type === 'list-namespaces' || action.type === 'all-namespaces') {
				startLater()
				namespaces.hurry()
			}
			if (running && wantsRules(after)) rules.start()
			if (before.screen !== after.screen && (after.screen === 'rules' || after.screen === 'steps')) {
				startLater()
				rules.reschedule()
				taps.reschedule()
				surroundings.reschedule()
			}
			if (before.screen !== after.screen && (after.screen === 'printk' || after.screen === 'switches')) {
				startLater()
				printk.reschedule()
				modules.reschedule()
			}
		},
		stop() {
			running = false
			cancelLater()
			for (const poll of [...polls, ...later, rules]) poll.stop()
			walking.abort()
		},
	}
}

const isFull = (state: State | undefined): boolean => {
	const fill = state && tableFillOf(state)
	return fill !== undefined && isPressed(fill)
}

/** New modules bring call sites and settings with them. */
const changesWhatIsLoaded = (state: State): boolean => changesWhat(state, 'modules')

/** They cost a child for each backend, so nobody reads them before they are looked at: on Rules, beside a flow, or as evidence. */
const wantsRules = (state: State): boolean => {
	const { screen, panes } = state
	return (
		screen === 'rules' ||
		screen === 'steps' ||
		((screen === 'watch' || screen === 'log') && panes[screen].detail) ||
		isTrackingOpen(state)
	)
}

const SEEN_MS = 10_000

/** Nothing that was seen so far shows conntrack at work: rules may. */
const isTrackingOpen = (state: State): boolean =>
	trackingNow(state)?.answer === 'unknown' &&
	state.now - (state.counters.value?.startedAt ?? state.now) >= SEEN_MS

const isTableOn = ({ knob, state }: HeldChange): boolean =>
	kindOfId(knob)?.shownIn === 'tables' && state === 'in-force'

const hasTable = (state: State): boolean => changesWhat(state, 'tables')

const changesWhatPrints = (state: State): boolean => changesWhatIsLoaded(state) || changesWhat(state, 'sites')

/** A change of ours shows in what is looked at there. */
const changesWhat = ({ lease }: State, shownIn: Kind['shownIn']): boolean =>
	lease?.changes.some(({ knob }) => kindOfId(knob)?.shownIn === shownIn) === true
