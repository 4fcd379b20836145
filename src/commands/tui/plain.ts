import { exitCodeOf } from '../../app/changing/changes-in-force.ts'
import { createEffects } from '../../app/effects/effects.ts'
import { describe as texts } from '../../app/frame/describe.ts'
import { farewell } from '../../app/frame/farewell.ts'
import { plainView } from '../../app/frame/plain-view.ts'
import { presentStep, presentStepOf, stepEvidence } from '../../app/screens/steps/evidence.ts'
import type { ActionBody } from '../../app/state/actions.ts'
import type { AnswerId, CommandId } from '../../app/state/bindings.ts'
import type { State } from '../../app/state/state.ts'
import { initialState } from '../../app/store/initial-state.ts'
import { createStore } from '../../app/store/store.ts'
import { createClock } from '../../host/clock.ts'
import { drawProbes } from '../../host/trace/tracefs.ts'
import { NOTHING_SAID, type Said, unasked } from '../../plain/speech.ts'
import { answerText, dialogText, greeting, statusText, stepText } from '../../plain/text.ts'
import { helpLines, promptWords, understood } from '../../plain/words.ts'
import { createTypedLines } from '../../ui/keys/typed-lines.ts'
import { visible } from '../../words/visible.ts'
import { changeWith } from '../common/change-with.ts'
import { refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { EXIT, type TuiOptions } from '../common/options.ts'
import { catchSignals, exitOfSignal } from '../common/signals.ts'
import { VERSION } from '../common/version.ts'
import { lazyRecorder, recordingFor } from '../common/view.ts'

/** A step that never gets its answer is not waited for longer. */
const LONGEST_WAIT_MS = 75_000
const LONGEST_START_MS = 5_000
const LOOK_MS = 100

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Until it is so, or for as long as that. */
async function until(isSo: () => boolean, ms: number): Promise<void> {
	for (let waited = 0; !isSo() && waited < ms; waited += LOOK_MS) await pause(LOOK_MS)
}

/** Lines on the standard output, with a prompt that is asked again below what is said by itself. */
function createSpeech() {
	let isAsking = false
	return {
		print(...lines: readonly string[]): void {
			if (lines.length === 0) return
			const above = isAsking ? '\n' : ''
			const below = isAsking ? '> ' : ''
			process.stdout.write(`${above}${lines.map((line) => `${visible(line)}\n`).join('')}${below}`)
		},
		ask(): void {
			isAsking = true
			process.stdout.write('> ')
		},
		answered(): void {
			isAsking = false
		},
	}
}

/**
 * The investigation as lines of text, for screen readers, serial consoles and pipes: the same store and the same steps
 * as on the screen; nothing is drawn over, nothing moves, and unasked only what has to be known is said.
 */
export async function runPlain(options: TuiOptions): Promise<number> {
	const { readOnly, ttlMs, source, maxRate, practice } = options
	const recording = await recordingFor(options)
	if (recording?.ok === false) return refused(recording.failure)
	const clock = createClock()
	const changer = changeWith(options)
	const { print, ask, answered } = createSpeech()
	const effects = createEffects({
		...(recording === undefined ? {} : { record: recording.value.take }),
		observer: lookAt(options),
		changer,
		clock,
		recorder: lazyRecorder,
		terminal: {
			copy: () => ({ bytes: 0, through: 'none' }),
			suspend: async () => {},
			lofi: async (lines) => print(...lines),
			title: () => {},
		},
		describe: texts,
		drawProbes,
		version: VERSION,
	})
	const begun: State = {
		...initialState({
			modes: { readOnly, color: false, ascii: true, ttlMs, source, maxRate, practice },
			now: clock.monotonic(),
			wall: clock.wall(),
			columns: 80,
			rows: 24,
		}),
		screen: 'steps',
	}
	recording?.value.begin(begun)
	const store = createStore(begun, effects)
	const signals = catchSignals()
	const lines = createTypedLines(process.stdin)
	const state = (): State => store.getState()

	// The story of a practice was told when it was set up.
	let said: Said = { ...NOTHING_SAID, notice: begun.notice?.text }
	let isBusy = true
	const speak = (): void => {
		const next = unasked(state(), said, isBusy)
		said = next.said
		print(...next.lines)
	}

	/** Also read again, so that what is said next is said of what is there now. */
	const isSettled = (): boolean => {
		const { inFlight, settings, leaseAt, dialog, namespaces } = state()
		if (inFlight > 0) return false
		if (dialog?.dialog.kind === 'namespaces' && namespaces.at === undefined) return false
		return settings.at === undefined || settings.failure !== undefined || settings.at >= leaseAt
	}
	const isAnswered = () => presentStepOf(state()).answer(stepEvidence(state())).state !== 'reading'
	const settled = async (): Promise<void> => {
		await until(isSettled, LONGEST_WAIT_MS)
		// A reader of ours that is being started.
		await until(() => state().nflog.status !== 'starting', LONGEST_START_MS)
	}
	const act = async (actions: readonly ActionBody[]): Promise<void> => {
		for (const action of actions) store.dispatch(action)
		await settled()
	}
	const run = async (id: CommandId | AnswerId): Promise<void> => {
		store.run(id)
		await settled()
	}

	/** What a typed line leads to; false ends the program. */
	const obey = async (typed: string): Promise<boolean> => {
		const step = presentStep(state())
		const { dialog } = state()
		const asked = understood(state(), typed)
		switch (asked.kind) {
			case 'quit':
				return false
			case 'wrong':
				print(asked.says)
				return true
			case 'help':
				print(...helpLines())
				return true
			case 'status':
				print(...statusText(state()))
				return true
			case 'details':
				print(...dialogText(state(), true))
				return true
			case 'show':
				print(...plainView({ ...state(), screen: asked.screen, dialog: undefined }))
				return true
			case 'step':
				print(...stepText(state()))
				return true
			case 'wait':
				await until(
					() => isAnswered() || presentStep(state()) !== step || state().dialog !== undefined,
					LONGEST_WAIT_MS,
				)
				print(...stepText(state()))
				return true
			case 'run':
				await run(asked.id)
				break
			case 'actions':
				await act(asked.actions)
		}
		store.dispatch({ type: 'tick', wall: clock.wall() })
		// The question that opened says what happened, and is said with its answers.
		if (state().dialog !== undefined) return true
		if (state().screen !== 'steps') {
			print(...plainView(state()))
			store.dispatch({ type: 'go', screen: 'steps' })
		} else if (presentStep(state()) !== step) print(...stepText(state()))
		else if (dialog !== undefined) print(answerText(state()))
		return true
	}

	const unsubscribe = store.subscribe(speak)
	store.start()
	await until(() => state().facts !== undefined && state().counters.at !== undefined, 3_000)
	print(...greeting(state()), ...stepText(state()))
	let ended: Awaited<typeof signals.first> | undefined
	while (state().into === undefined) {
		isBusy = false
		const before = said.dialog
		speak()
		// A question that was left open is not said again, but its answers are.
		if (state().dialog !== undefined && state().dialog === before) print(`${promptWords(state())}.`)
		ask()
		const next = await Promise.race([
			lines.next().then((line) => ({ line })),
			signals.first.then((signal) => ({ signal })),
		])
		answered()
		isBusy = true
		if ('signal' in next) {
			ended = next.signal
			break
		}
		// The end of the input is the end of the session, as for a shell.
		if (next.line === undefined || !(await obey(next.line))) break
	}
	lines.stop()
	unsubscribe()
	const { into } = state()
	await effects.beforeUndo()
	const view = await changer.close()
	const last = view === undefined ? state() : { ...state(), lease: view }
	await store.stop()
	await recording?.value.end()
	print('', ...farewell(last))
	if (ended !== undefined) return exitOfSignal(ended)
	const exitCode = exitCodeOf(view, last.history)
	if (into !== undefined && exitCode === EXIT.ok) (await import('./tui.ts')).enterAnother(into)
	return exitCode
}
