import { createInterface } from 'node:readline'
import type { ActionBody } from '../app/actions.ts'
import { exitCodeOf } from '../app/changes-in-force.ts'
import { createEffects } from '../app/effects.ts'
import { initialState } from '../app/initial-state.ts'
import { answerText, dialogText, greeting, statusText, stepText } from '../app/plain/text.ts'
import { helpLines, promptWords, understood } from '../app/plain/words.ts'
import { describe as texts } from '../app/selectors/describe.ts'
import { farewell } from '../app/selectors/farewell.ts'
import { plainView } from '../app/selectors/plain-view.ts'
import { DIALOG_GRACE_MS, type State } from '../app/state.ts'
import { stepEvidence } from '../app/step-evidence.ts'
import { presentStep, presentStepOf } from '../app/steps-present.ts'
import { createStore } from '../app/store.ts'
import { createClock } from '../host/clock.ts'
import { visible } from '../kernel/visible.ts'
import { changeWith } from './change-with.ts'
import { lookAt } from './look-at.ts'
import type { TuiOptions } from './options.ts'
import { catchSignals, exitOfSignal } from './signals.ts'
import { VERSION } from './version.ts'

/** A step that never gets its answer is not waited for longer. */
const LONGEST_WAIT_MS = 75_000
const LOOK_MS = 100

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * The investigation as lines of text, for screen readers, serial consoles and pipes: the same store and the same steps
 * as on the screen; nothing is drawn over, nothing moves, and only what was asked for is said.
 */
export async function runPlain(options: TuiOptions): Promise<number> {
	const { readOnly, ttlMs, source, maxRate, practice } = options
	const clock = createClock()
	const changer = changeWith(options)
	const print = (...lines: readonly string[]): void => {
		for (const line of lines) process.stdout.write(`${visible(line)}\n`)
	}
	const effects = createEffects({
		observer: lookAt(options),
		changer,
		clock,
		recorder: (await import('../host/capture-file.ts')).createRecorder(),
		terminal: {
			copy: () => ({ bytes: 0 }),
			suspend: async () => {},
			lofi: async (lines) => print(...lines),
			title: () => {},
		},
		describe: texts,
		version: VERSION,
	})
	const begun = initialState({
		modes: { readOnly, color: false, ascii: true, ttlMs, source, maxRate, practice },
		now: clock.monotonic(),
		wall: clock.wall(),
		columns: 80,
		rows: 24,
	})
	const store = createStore({ ...begun, screen: 'steps' }, effects)
	const signals = catchSignals()
	const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
	const state = (): State => store.getState()

	/** What happens by itself and has to be known: what was written or undone, and questions that open. */
	let notice = state().notice
	const unsubscribe = store.subscribe(() => {
		const now = state().notice
		if (now !== undefined && now !== notice && now.text !== notice?.text) print(now.text)
		notice = now
	})

	const settled = async (): Promise<void> => {
		for (let waited = 0; state().inFlight > 0 && waited < LONGEST_WAIT_MS; waited += LOOK_MS)
			await pause(LOOK_MS)
	}
	const answered = async (): Promise<void> => {
		const step = presentStep(state())
		const is = () => presentStepOf(state()).answer(stepEvidence(state())).state
		for (
			let waited = 0;
			is() === 'reading' && waited < LONGEST_WAIT_MS && presentStep(state()) === step;
			waited += LOOK_MS
		)
			await pause(LOOK_MS)
	}
	const act = async (actions: readonly ActionBody[]): Promise<void> => {
		for (const action of actions) store.dispatch(action)
		await settled()
	}
	const press = async (keys: readonly string[]): Promise<void> => {
		// What was asked has been read, since its answer was typed after it.
		if (state().dialog !== undefined) await pause(DIALOG_GRACE_MS)
		for (const key of keys) store.press(key)
		await settled()
	}

	/** What a typed line leads to; false ends the program. */
	const obey = async (typed: string): Promise<boolean> => {
		const before = { step: presentStep(state()), dialog: state().dialog }
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
			case 'show':
				print(...plainView({ ...state(), screen: asked.screen, dialog: undefined }))
				return true
			case 'step':
				print(...stepText(state()))
				return true
			case 'wait':
				await answered()
				print(...stepText(state()))
				return true
			case 'keys':
				await press(asked.keys)
				break
			case 'actions':
				await act(asked.actions)
		}
		store.dispatch({ type: 'tick', wall: clock.wall() })
		const { dialog, screen } = state()
		if (dialog !== undefined && dialog !== before.dialog) print(...dialogText(state()))
		else if (screen !== 'steps') {
			print(...plainView(state()))
			store.dispatch({ type: 'go', screen: 'steps' })
		} else if (presentStep(state()) !== before.step) print(...stepText(state()))
		else if (dialog === undefined && before.dialog !== undefined) print(answerText(state()))
		return true
	}

	store.start()
	for (
		let waited = 0;
		waited < 3_000 && (state().facts === undefined || state().counters.at === undefined);
		waited += LOOK_MS
	)
		await pause(LOOK_MS)
	print(...greeting(state()), ...stepText(state()))
	let ended: Awaited<typeof signals.first> | undefined
	for (;;) {
		process.stdout.write('> ')
		const next = await Promise.race([lines.next(), signals.first])
		if (typeof next === 'string') {
			ended = next
			break
		}
		// The end of the input is the end of the session, as for a shell.
		if (next.done === true || !(await obey(next.value))) break
		if (state().dialog !== undefined) print(`${promptWords(state())}.`)
	}
	unsubscribe()
	await effects.beforeUndo()
	const view = await changer.close()
	const last = view === undefined ? state() : { ...state(), lease: view }
	await store.stop()
	print('', ...farewell(last))
	return ended === undefined ? exitCodeOf(view, last.history) : exitOfSignal(ended)
}
