import type { Action } from '../app/actions.ts'
import { reportToFile } from '../app/effects/reporting.ts'
import { initialState } from '../app/initial-state.ts'
import { createDecoder, decodeHeader, type RecordingHeader } from '../app/recording/codec.ts'
import { createReplayEffects, LEAVES, replayStore } from '../app/recording/replay.ts'
import { reducer } from '../app/reducer.ts'
import { describe } from '../app/selectors/describe.ts'
import { plainView } from '../app/selectors/plain-view.ts'
import type { ScreenId, State } from '../app/state.ts'
import { SCREENS } from '../app/state.ts'
import { createStore } from '../app/store.ts'
import { type Failure, fail, ok, type Result } from '../failure.ts'
import { createClock } from '../host/clock.ts'
import { readRecording } from '../host/recording-file.ts'
import { visible } from '../kernel/visible.ts'
import { exitOf, failureLine } from './failure-exit.ts'
import { lazyRecorder } from './lazy.ts'
import { EXIT } from './options.ts'
import { VERSION } from './version.ts'
import { terminalFor } from './view.ts'

export type ReplayOptions = {
	readonly file: string
	/** All of it at once. */
	readonly end: boolean
	readonly speed: number
	readonly ascii: boolean
	readonly color: boolean
	readonly alternateScreen: boolean
	/** Without one the last view is printed as lines. */
	readonly hasTerminal: boolean
	readonly print: (text: string) => void
}

type Loaded = {
	readonly header: RecordingHeader
	readonly actions: readonly Action[]
	readonly damaged: number
}

/** Shows a recording on the same screens. Needs no root and no Linux, looks at nothing and changes nothing. */
export async function runReplay(options: ReplayOptions): Promise<number> {
	try {
		return await shown(options)
	} catch (error) {
		if (!(error instanceof TypeError || error instanceof RangeError)) throw error
		// A file from elsewhere may hold anything; the fields of its readings are believed until they make no sense.
		const failure = senseless(options.file)
		process.stderr.write(`${failureLine(failure)}\n`)
		return exitOf(failure)
	}
}

async function shown(options: ReplayOptions): Promise<number> {
	const loaded = await load(options.file)
	if (!loaded.ok) {
		process.stderr.write(`${failureLine(loaded.failure)}\n`)
		return exitOf(loaded.failure)
	}
	const { header, actions, damaged } = loaded.value
	if (damaged > 0)
		process.stderr.write(`ctscope: ${damaged} lines of the recording are damaged and were left out\n`)
	const { ascii, color } = options
	const begun = (size: { readonly columns: number; readonly rows: number }): State => ({
		...initialState({
			modes: { ...header.modes, ascii: ascii || header.modes.ascii, color },
			now: header.now,
			wall: header.wall,
			...size,
		}),
		screen: screenOf(header.screen),
		replay: { speed: options.speed, paused: false, played: 0, total: actions.length },
	})
	if (!options.hasTerminal) {
		options.print(
			plainView(lastOf(begun({ columns: 80, rows: 24 }), actions))
				.map(visible)
				.join('\n'),
		)
		return EXIT.ok
	}
	return onTerminal(options, actions, begun)
}

async function onTerminal(
	options: ReplayOptions,
	actions: readonly Action[],
	begun: (size: State['size']) => State,
): Promise<number> {
	const clock = createClock()
	const terminal = await terminalFor({
		alternateScreen: options.alternateScreen,
		close: async () => undefined,
		failed: failureLine(senseless(options.file)),
	})
	const effects = createReplayEffects({
		actions,
		clock,
		terminal: terminal.port,
		describe,
		toTheEnd: options.end,
		perform(action, state, dispatch) {
			if (action.type === 'report')
				void reportToFile(lazyRecorder, state, action.anonymous, VERSION, dispatch)
		},
	})
	const store = createStore(begun(terminal.size()), effects)
	const ended = terminal.run(replayStore(store, effects))
	setImmediate(() => store.start())
	const exitCode = await ended
	await store.stop()
	return exitCode
}

const screenOf = (name: string): ScreenId => SCREENS.find(({ id }) => id === name)?.id ?? 'watch'

/** The state after everything but the end of the session. */
function lastOf(begun: State, actions: readonly Action[]): State {
	let state = begun
	for (const action of actions) if (!LEAVES.has(action.type)) state = reducedOr(state, action)
	return state
}

/** What makes no sense is left out, as a damaged line is. */
function reducedOr(state: State, action: Action): State {
	try {
		return reducer(state, action)
	} catch {
		return state
	}
}

async function load(path: string): Promise<Result<Loaded>> {
	const decode = createDecoder()
	const actions: Action[] = []
	let header: RecordingHeader | undefined
	let damaged = 0
	for await (const line of readRecording(path)) {
		if (!line.ok) return line
		if (header === undefined) {
			const first = decodeHeader(line.value)
			if (typeof first === 'string') return fail(noRecording(path, first))
			header = first
			continue
		}
		const action = decode(line.value)
		if (action === undefined) damaged++
		else actions.push(action)
	}
	if (header === undefined) return fail(noRecording(path, 'it is empty'))
	return ok({ header, actions, damaged })
}

const senseless = (path: string): Failure =>
	noRecording(path, 'what it holds is not what ctscope has recorded')

const noRecording = (path: string, why: string): Failure => ({
	kind: 'usage',
	message: `${visible(path)} cannot be played: ${why}`,
	next: 'give a file that ctscope --record has made',
})
