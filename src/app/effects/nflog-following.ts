import { isLoggerKnob } from '../../changes/kinds/logger.ts'
import { boundLogger, foreignListener, NFLOG_LOGGER } from '../../changes/log-source.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import { ourTaps } from '../changing/our-taps.ts'
import { isAsked } from '../log/path.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'
import type { PacketRing } from './saving/capturing.ts'

const isToNflog = ({ tap: { kind, to } }: ReturnType<typeof ourTaps>[number]): boolean =>
	(kind === 'tap' || kind === 'preview') && to.kind === 'nflog' && to.group === 0

/** Something is to come by netlink group 0, as the settings were read. */
function isOpen(state: State): boolean {
	const settings = state.settings.value
	return (
		settings !== undefined &&
		boundLogger(settings, 2) === NFLOG_LOGGER &&
		(isAsked(settings) || ourTaps(state).some(isToNflog))
	)
}

/** A change of ours has opened it. */
const isOpenedByUs = (state: State): boolean =>
	ourTaps(state).some(isToNflog) ||
	(state.lease?.changes ?? []).some(
		({ knob, endedAt }) => endedAt === null && (isLoggerKnob(knob) || knob === 'log_invalid'),
	)

/**
 * Whether netlink group 0 is to be read now. The reader binds nf_log/2 itself when it starts, so it may start only where
 * that setting says nfnetlink_log already, from a reading that is not older than the last word of the guard, and never
 * while something is being undone. One that runs goes on until the setting is another one.
 */
function nflogWanted(state: State, running: boolean): boolean {
	const { modes, lease, leaving, busy } = state
	const settings = state.settings.value
	if (settings === undefined || leaving !== undefined || modes.readOnly || modes.source === 'kmsg')
		return false
	if (busy === 'leaving' || lease?.phase === 'undoing' || lease?.phase === 'lost') return false
	if (!isOpen(state)) return false
	if (running) return true
	return (
		busy === undefined &&
		settings.at >= state.leaseAt &&
		settings.listeners !== null &&
		foreignListener(settings.listeners, {}) === undefined
	)
}

/** Who opens it meanwhile does so for a reader of its own, of which there can be one: it comes first, also on a busy host. */
const LEFT_TO_OTHERS_MS = 10_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 10_000
/** Reading that lasted this long was no failure from the start. */
const LASTED_MS = 10_000
/** Longest that an undo waits for a reader that is just being started. */
const STARTING_MS = 1_500

export type NflogFollowing = {
	/** Called after each action: starts and ends the reader as the state asks for it. */
	heard(state: State): void
	/**
	 * What an undo has to wait for: a reader that is just being started binds the logger, so nothing may be put back
	 * meanwhile. Undefined except within a moment of a start.
	 */
	beingStarted(): Promise<void> | undefined
	stop(): Promise<void>
}

/** Reads NFLOG while the settings say so, hands on each batch of it, and begins anew when the reader ends. */
export function createNflogFollowing(
	observer: Pick<Observer, 'followNflog'>,
	clock: Clock,
	ring: PacketRing,
	dispatch: (body: ActionBody) => void,
): NflogFollowing {
	let phase: 'off' | 'starting' | 'following' | 'ending' | 'resting' = 'off'
	/** Of the reader that counts; an older one that still speaks is on its way out. */
	let generation = 0
	let follower: LogFollower | undefined
	let starting: Promise<void> | undefined
	let cancelRest = (): void => {}
	let retryMs = FIRST_RETRY_MS
	let startedAt = 0
	let last: State | undefined
	let stopped = false
	/** Since when it is open, by somebody else; undefined where it was so from the beginning, or is shut. */
	let openSince: number | undefined
	let wasShut = false

	/** What a reader hands over while it is being ended was sent before: it counts. Its end does not. */
	const take = (events: readonly LogEvent[], mine: number): void => {
		for (const event of events) if (event.kind === 'nflog') ring.put(event.message)
		const read = events.filter(({ kind }) => kind !== 'ended')
		if (read.length > 0) dispatch({ type: 'log', events: read })
		const ended = events.find((event) => event.kind === 'ended')
		if (ended === undefined || mine !== generation) return
		if (clock.monotonic() - startedAt >= LASTED_MS) retryMs = FIRST_RETRY_MS
		rest()
		dispatch({ type: 'nflog-failed', failure: ended.failure })
	}

	/** It failed: the next try comes later, if it is wanted then. */
	const rest = (): void => {
		generation++
		void follower?.stop()
		follower = undefined
		phase = 'resting'
		cancelRest = clock.after(retryMs, again)
		retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
	}

	const again = (): void => {
		phase = 'off'
		if (last !== undefined) heard(last)
	}

	const begin = async (): Promise<void> => {
		const mine = ++generation
		startedAt = clock.monotonic()
		/** Messages can come before the answer does: the start is told first. */
		let answered = false
		const early: LogEvent[] = []
		const result = await observer.followNflog((events) => {
			if (answered) take(events, mine)
			else for (const event of events) early.push(event)
		})
		answered = true
		starting = undefined
		if (mine !== generation) {
			take(early, mine)
			if (result.ok) await result.value.stop()
		} else if (result.ok) {
			follower = result.value
			phase = 'following'
			dispatch({ type: 'nflog-started' })
			take(early, mine)
		} else {
			rest()
			dispatch({ type: 'nflog-failed', failure: result.failure })
		}
	}

	const end = async (): Promise<void> => {
		cancelRest()
		const [begun, old] = [starting, follower]
		follower = undefined
		generation++
		phase = 'ending'
		await begun
		await old?.stop()
	}

	const isLeftToOthers = (state: State): boolean => {
		if (state.settings.value === undefined) return false
		if (!isOpen(state) || isOpenedByUs(state)) {
			wasShut ||= !isOpen(state)
			openSince = undefined
			return false
		}
		if (!wasShut) return false
		openSince ??= clock.monotonic()
		return clock.monotonic() - openSince < LEFT_TO_OTHERS_MS
	}

	const heard = (state: State): void => {
		last = state
		if (stopped) return
		const running = phase === 'starting' || phase === 'following'
		const isLeft = isLeftToOthers(state)
		const wanted = nflogWanted(state, running) && (running || !isLeft)
		if (wanted && phase === 'off') {
			phase = 'starting'
			dispatch({ type: 'nflog-starting' })
			starting = begin()
		} else if (!wanted && (running || phase === 'resting')) {
			// A change of the settings ends it, so the next start has nothing to do with earlier failures.
			retryMs = FIRST_RETRY_MS
			void end().then(again)
			dispatch({ type: 'nflog-stopped' })
		}
	}

	return {
		heard,
		beingStarted() {
			if (starting === undefined) return undefined
			const longest = new Promise<void>((resolve) => clock.after(STARTING_MS, resolve))
			return Promise.race([starting, longest])
		},
		async stop() {
			stopped = true
			await end()
		},
	}
}
