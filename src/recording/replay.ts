import { requestOf } from '../app/commands/requests.ts'
import { copyToTerminal } from '../app/effects/saving/copying.ts'
import type { Action, ActionBody } from '../app/state/actions.ts'
import type { State } from '../app/state/state.ts'
import type { Describe, TerminalPort } from '../app/state/terminal-port.ts'
import { pressed } from '../app/store/keys.ts'
import type { Effects, Store } from '../app/store/store.ts'
import type { Clock } from '../model/clock.ts'
import * as english from '../words/english/recording/recording.ts'

/** Readings come all the time; what is left are lines, changes and what the admin did. */
const READINGS: ReadonlySet<string> = new Set([
	'tick',
	'facts',
	'counters',
	'table',
	'holders',
	'lists',
	'lives',
	'settings',
	'printk',
	'modules',
	'surroundings',
	'rules',
	'taps',
	'others',
	'log',
	'sampled',
])

/** Moves of the view: whoever looks at a recording goes where he wants, once he has begun to. */
const MOVES: ReadonlySet<string> = new Set([
	'go',
	'go-next',
	'move',
	'page-move',
	'move-to',
	'enter',
	'back',
	'focus',
	'scroll',
	'select',
	'sort',
	'sort-reverse',
	'mark',
	'match',
	'filter-value',
	'filter-open',
	'filter-text',
	'filter-close',
	'checks',
	'pause',
	'help',
	'help-scroll',
	'commands',
	'commands-query',
	'commands-move',
])

/** The end of the session that was recorded is not the end of this one. */
export const LEAVES: ReadonlySet<string> = new Set(['quit', 'leave', 'left'])

/** The actions of a recording in their order, without those that end the session. */
export type Tape = {
	readonly length: number
	/** Recorded times. */
	readonly beginAt: number
	readonly endAt: number
	/** Undefined behind the end. */
	get(index: number): Action | undefined
}

export function tapeOf(given: readonly Action[]): Tape {
	const actions = given.filter(({ type }) => !LEAVES.has(type))
	return {
		length: actions.length,
		beginAt: actions[0]?.at ?? 0,
		endAt: actions.at(-1)?.at ?? 0,
		get: (index) => actions[index],
	}
}

export type ReplayOutside = {
	readonly tape: Tape
	readonly clock: Clock
	readonly terminal: TerminalPort
	readonly describe: Describe
	/** All of it was played already: stand still at its end. */
	readonly atTheEnd: boolean
	/** What else can be done with what is shown, such as writing the report. */
	readonly perform: (action: Action, state: State, dispatch: (body: ActionBody) => void) => void
}

/** Plays what was recorded into the store: the same actions at their times, faster or slower. Nothing is looked at or changed. */
export type ReplayEffects = Effects & {
	/** Called before the speed or the pause changes, so that what has passed is counted as it passed. */
	settle(): void
}

export function createReplayEffects({
	tape,
	clock,
	terminal,
	describe,
	perform,
	atTheEnd,
}: ReplayOutside): ReplayEffects {
	let store: Store | undefined
	let next = atTheEnd ? tape.length : 0
	/** Recorded time of the moment `since` of our own clock. */
	let position = atTheEnd ? tape.endAt : tape.beginAt
	let since = clock.monotonic()
	let cancel = (): void => {}
	/** Stamps what is being played. */
	let stamp: number | undefined
	let playing = false
	let moved = false

	const replay = () => store?.getState().replay
	const speed = (): number => replay()?.speed ?? 1
	const isPaused = (): boolean => replay()?.paused === true || next >= tape.length

	const now = (): number => {
		if (stamp !== undefined) return stamp
		return isPaused() ? position : Math.min(tape.endAt, position + (clock.monotonic() - since) * speed())
	}

	const settle = (): void => {
		position = now()
		since = clock.monotonic()
	}

	const play = (action: Action): void => {
		const { at, ...body } = action
		next++
		if (moved && MOVES.has(action.type)) return
		stamp = at
		playing = true
		try {
			store?.dispatch(body as ActionBody)
		} catch {
			// A file from elsewhere: what makes no sense is left out, as a damaged line is.
		} finally {
			playing = false
			stamp = undefined
		}
	}

	const tell = (): void => {
		store?.dispatch({ type: 'replay', played: next, total: tape.length })
	}

	const schedule = (): void => {
		cancel()
		const upcoming = tape.get(next)
		if (upcoming === undefined || isPaused()) return
		cancel = clock.after(Math.max(0, (upcoming.at - now()) / speed()), () => {
			settle()
			const until = position
			// Many may be due at once when it is played fast.
			for (let action = tape.get(next); action !== undefined && action.at <= until; action = tape.get(next))
				play(action)
			tell()
			schedule()
		})
	}

	/** To the next thing that is no reading, at once. */
	const jump = (): void => {
		cancel()
		let isThere = false
		for (let action = tape.get(next); action !== undefined && !isThere; action = tape.get(next)) {
			isThere = !READINGS.has(action.type)
			position = action.at
			since = clock.monotonic()
			play(action)
		}
		tell()
		schedule()
	}

	return {
		now,
		start(started) {
			store = started
			since = clock.monotonic()
			tell()
			schedule()
		},
		perform(action, _before, after) {
			if (playing) return
			switch (action.type) {
				case 'replay-next':
					// Not inside the action that asks for it: what is played is stamped with its own time.
					clock.after(0, jump)
					return
				case 'replay-speed':
				case 'replay-pause':
					clock.after(0, schedule)
					return
				case 'copy':
					store?.dispatch({ type: 'say', notice: copyToTerminal(terminal, describe, after) })
					return
				case 'suspend':
					void terminal.suspend([])
					return
				case 'lo-fi':
					void terminal.lofi(describe.lofi(after))
					return
				default:
					if (MOVES.has(action.type)) moved = true
					perform(action, after, (body) => store?.dispatch(body))
			}
		},
		beforeUndo: async () => {},
		async stop() {
			cancel()
		},
		settle,
	}
}

/** Keys of who looks at a recording: all that looks works, and nothing is asked of a guard. */
export function replayStore(store: Store, effects: Pick<ReplayEffects, 'now' | 'settle'>): Store {
	return {
		...store,
		press(key) {
			for (const body of pressed(store.getState(), key, effects.now())) {
				const action: Action = { ...body, at: effects.now() }
				if (body.type === 'replay-speed' || body.type === 'replay-pause') effects.settle()
				if (body.type === 'quit')
					store.dispatch({ type: 'left', view: undefined, keepScreen: body.keepScreen })
				else if (requestOf(store.getState(), action) === undefined && body.type !== 'propose')
					store.dispatch(body)
				else
					store.dispatch({
						type: 'say',
						notice: { text: english.thisIsARecordingNothing, tone: 'attention' },
					})
			}
		},
	}
}
