import { copyToFile } from '../../app/effects/saving/copying.ts'
import { reportToFile } from '../../app/effects/saving/reporting.ts'
import { describe } from '../../app/frame/describe.ts'
import { plainView } from '../../app/frame/plain-view.ts'
import { SCREENS } from '../../app/screens/screens.ts'
import type { Action } from '../../app/state/actions.ts'
import type { ScreenId } from '../../app/state/bindings.ts'
import type { State } from '../../app/state/state.ts'
import { initialState } from '../../app/store/initial-state.ts'
import { reducer } from '../../app/store/reducer.ts'
import { createStore } from '../../app/store/store.ts'
import { createClock } from '../../host/clock.ts'
import { readRecording } from '../../host/files/recording-file.ts'
import { createDecoder, decodeHeader, type Known, type RecordingHeader } from '../../recording/codec.ts'
import { createReplayEffects, LEAVES, replayStore, type Tape } from '../../recording/replay.ts'
import { leftOut } from '../../recording/thinning.ts'
import { createTerminal } from '../../ui/terminal/terminal.ts'
import * as english from '../../words/english/commands/screens.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { grouped } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import { failureLine, refused } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'
import { sayBeside } from '../common/output.ts'
import { VERSION } from '../common/version.ts'
import { lazyRecorder, theTerminal } from '../common/view.ts'
import { createTape } from './replay-tape.ts'

export type ReplayOptions = {
	readonly file: string
	/** All of it at once. */
	readonly end: boolean
	readonly speed: number
	readonly ascii: boolean
	readonly color: boolean
	readonly alternateScreen: boolean
	readonly mouse: boolean
	/** Without one the last view is printed as lines. */
	readonly hasTerminal: boolean
	readonly print: (text: string) => void
}

type Loaded = {
	readonly header: RecordingHeader
	readonly tape: Tape
	/** After all of it; undefined when it is to be played. */
	readonly end: State | undefined
	readonly damaged: number
	/** Lines of floods that were counted only. */
	readonly without: number
}

/** Shows a recording on the same screens. Needs no root and no Linux, looks at nothing and changes nothing. */
export async function runReplay(options: ReplayOptions): Promise<number> {
	try {
		return await shown(options)
	} catch (error) {
		if (!(error instanceof TypeError || error instanceof RangeError)) throw error
		// A file from elsewhere may hold anything; the fields of its readings are believed until they make no sense.
		const failure = senseless(options.file)
		return refused(failure)
	}
}

async function shown(options: ReplayOptions): Promise<number> {
	const loaded = await load(options)
	if (!loaded.ok) return refused(loaded.failure)
	const { header, tape, end, damaged, without } = loaded.value
	if (damaged > 0) sayBeside(english.linesOfTheRecordingAre(damaged))
	if (without > 0) sayBeside(english.ofFloodsEachTextWas(grouped(without)))
	if (!options.hasTerminal && end !== undefined) {
		options.print(plainView(end).map(visible).join('\n'))
		return EXIT.ok
	}
	return onTerminal(options, tape, (size) =>
		end === undefined ? begun(options, header, size, tape.length) : { ...end, size },
	)
}

function begun(
	{ ascii, color, speed }: ReplayOptions,
	header: RecordingHeader,
	size: State['size'],
	total: number,
): State {
	return {
		...initialState({
			modes: { ...header.modes, ascii: ascii || header.modes.ascii, color },
			now: header.now,
			wall: header.wall,
			...size,
		}),
		screen: screenOf(header.screen),
		replay: { speed, paused: false, played: 0, total },
	}
}

async function onTerminal(
	options: ReplayOptions,
	tape: Tape,
	beginning: (size: State['size']) => State,
): Promise<number> {
	const clock = createClock()
	const terminal = createTerminal({
		...theTerminal(),
		alternateScreen: options.alternateScreen,
		mouse: options.mouse,
		close: async () => undefined,
		failed: failureLine(senseless(options.file)),
	})
	const effects = createReplayEffects({
		tape,
		clock,
		terminal: terminal.port,
		describe,
		atTheEnd: options.end,
		perform(action, state, dispatch) {
			if (action.type === 'report')
				void reportToFile(lazyRecorder, state, action.anonymous, VERSION, dispatch)
			if (action.type === 'copy-to-file') void copyToFile(lazyRecorder, describe, state, dispatch)
		},
	})
	const store = createStore(beginning(terminal.size()), effects)
	const ended = terminal.run(replayStore(store, effects))
	setImmediate(() => store.start())
	const exitCode = await ended
	await store.stop()
	return exitCode
}

const screenOf = (name: string): ScreenId => SCREENS.find(({ id }) => id === name)?.id ?? 'watch'

/** What makes no sense is left out, as a damaged line is. */
function reducedOr(state: State, action: Action): State {
	try {
		return reducer(state, action)
	} catch {
		return state
	}
}

/** Reads all of it once: into the last state where only that is asked for, else into a tape. */
async function load(options: ReplayOptions): Promise<Result<Loaded>> {
	const path = options.file
	const known: Known = new Map()
	const decode = createDecoder(known)
	const tape = createTape(known)
	const onlyEnd = options.end || !options.hasTerminal
	let header: RecordingHeader | undefined
	let state: State | undefined
	let damaged = 0
	let without = 0
	for await (const line of readRecording(path)) {
		if (!line.ok) return line
		if (header === undefined) {
			const first = decodeHeader(line.value)
			if (typeof first === 'string') return fail(noRecording(path, first))
			header = first
			if (onlyEnd) state = begun(options, header, { columns: 80, rows: 24 }, 0)
			continue
		}
		if (!onlyEnd) tape.before()
		const action = decode(line.value)
		if (action === undefined) damaged++
		else if (LEAVES.has(action.type)) continue
		else {
			without += leftOut(line.value)
			tape.add(action.at, onlyEnd ? undefined : line.value)
			if (state !== undefined) state = reducedOr(state, action)
		}
	}
	if (header === undefined) return fail(noRecording(path, english.itIsEmpty))
	const total = tape.length
	const end = state && { ...state, replay: { speed: options.speed, paused: false, played: total, total } }
	return ok({ header, tape, end, damaged, without })
}

const senseless = (path: string): Failure => noRecording(path, english.whatItHoldsIsNot)

const noRecording = (path: string, why: string): Failure => ({
	kind: 'usage',
	message: english.cannotBePlayed(visible(path), why),
	next: english.giveAFileThatCtscope,
})
