import { setFlagsFromString } from 'node:v8'
import { createEffects } from '../app/effects.ts'
import { initialState } from '../app/initial-state.ts'
import { describe } from '../app/selectors/describe.ts'
import { createStore } from '../app/store.ts'
import { createClock } from '../host/clock.ts'
import { createTty } from '../host/tty.ts'
import { changeWith } from './change-with.ts'
import { exitOf, failureLine } from './failure-exit.ts'
import { lookAt } from './look-at.ts'
import { EXIT, type TuiOptions } from './options.ts'
import { VERSION } from './version.ts'

/** The full-screen program. Resolves with the exit status when the terminal is the shell's again. */
export async function runTui(options: TuiOptions): Promise<number> {
	const { createTerminal } = await loadView()
	// Lines come and go by the thousand: left to itself the heap grows to several times of what is kept before it is
	// cleaned (190 MB resident instead of 130). Set after loading, since compiled code is taken only with equal flags.
	setFlagsFromString('--memory-saver-mode')
	const { TERM, TMUX } = process.env
	const clock = createClock()
	const changer = changeWith(options)
	const terminal = createTerminal({
		stdin: process.stdin,
		stdout: process.stdout,
		tty: createTty(),
		env: { ...(TERM === undefined ? {} : { TERM }), ...(TMUX === undefined ? {} : { TMUX }) },
		alternateScreen: options.alternateScreen,
		async close() {
			await effects.beforeUndo()
			return changer.close()
		},
	})
	const recording = await recordingFor(options)
	if (recording?.ok === false) {
		process.stderr.write(`${failureLine(recording.failure)}
`)
		return exitOf(recording.failure)
	}
	const effects = createEffects({
		...(recording === undefined ? {} : { record: recording.value.take }),
		observer: lookAt(options),
		changer,
		clock,
		// Few sessions write a file.
		recorder: {
			save: async (path, packets) =>
				(await import('../host/capture-file.ts')).createRecorder().save(path, packets),
			saveText: async (path, text) =>
				(await import('../host/capture-file.ts')).createRecorder().saveText(path, text),
		},
		terminal: terminal.port,
		describe,
		version: VERSION,
	})
	const { readOnly, color, ttlMs, source, maxRate, practice } = options
	const begun = initialState({
		// The Linux console has few characters beyond ASCII.
		modes: { readOnly, color, ttlMs, source, maxRate, practice, ascii: options.ascii || TERM === 'linux' },
		now: clock.monotonic(),
		wall: clock.wall(),
		...terminal.size(),
	})
	recording?.value.begin(begun)
	const store = createStore(begun, effects)
	const ended = terminal.run(store)
	// The first frame goes out before the first reading begins: tools that are asked for their version cost more.
	setImmediate(() => store.start())
	const exitCode = await ended
	const { into } = store.getState()
	await store.stop()
	await recording?.value.end()
	if (into !== undefined && exitCode === EXIT.ok) (await import('./enter-another.ts')).enterAnother(into)
	return exitCode
}

/** Few sessions are recorded, and compression takes its time to load. */
async function recordingFor({ record }: TuiOptions) {
	return record === undefined ? undefined : (await import('./recording.ts')).startRecording(record)
}

/**
 * What Ink, React and chalk are to be is decided by the environment at the moment they are loaded: React's development
 * build draws at a third of the speed, and chalk without colour also takes away bold and reverse, which are all that
 * the screen without colours has. The environment of our children stays as it was.
 */
export async function loadView() {
	const { env } = process
	const { NODE_ENV, FORCE_COLOR } = env
	env.NODE_ENV = 'production'
	env.FORCE_COLOR = '1'
	try {
		return await import('../ui/terminal.ts')
	} finally {
		putBack('NODE_ENV', NODE_ENV)
		putBack('FORCE_COLOR', FORCE_COLOR)
	}
}

function putBack(name: string, value: string | undefined): void {
	if (value === undefined) delete process.env[name]
	else process.env[name] = value
}
