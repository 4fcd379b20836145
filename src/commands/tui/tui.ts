import { setFlagsFromString } from 'node:v8'
import { createEffects } from '../../app/effects/effects.ts'
import { describe } from '../../app/frame/describe.ts'
import { initialState } from '../../app/store/initial-state.ts'
import { createStore } from '../../app/store/store.ts'
import { createClock } from '../../host/clock.ts'
import { enterNetns, entranceTo } from '../../host/netns/netns-enter.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import { drawProbes } from '../../host/trace/tracefs.ts'
import { createTerminal } from '../../ui/terminal/terminal.ts'
import { changeWith } from '../common/change-with.ts'
import { failureLine, refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { EXIT, type TuiOptions } from '../common/options.ts'
import { say } from '../common/output.ts'
import { VERSION } from '../common/version.ts'
import { lazyRecorder, recordingFor, theTerminal } from '../common/view.ts'

/** The full-screen program. Resolves with the exit status when the terminal is the shell's again. */
export async function runTui(options: TuiOptions): Promise<number> {
	const clock = createClock()
	const changer = changeWith(options)
	const screen = theTerminal()
	const terminal = createTerminal({
		...screen,
		async load() {
			const view = await screen.load()
			// Lines come and go by the thousand: left to itself the heap grows to several times of what is kept before it is
			// cleaned (190 MB resident instead of 130). Set after loading, since compiled code is taken only with equal flags.
			setFlagsFromString('--memory-saver-mode')
			return view
		},
		alternateScreen: options.alternateScreen,
		mouse: options.mouse,
		async close() {
			await effects.beforeUndo()
			return changer.close()
		},
	})
	const recording = await recordingFor(options)
	if (recording?.ok === false) return refused(recording.failure)
	const effects = createEffects({
		...(recording === undefined ? {} : { record: recording.value.take }),
		observer: lookAt(options),
		changer,
		clock,
		recorder: lazyRecorder,
		terminal: terminal.port,
		describe,
		drawProbes,
		version: VERSION,
	})
	const { readOnly, color, ttlMs, source, maxRate, practice } = options
	const begun = initialState({
		// The Linux console has few characters beyond ASCII.
		modes: {
			readOnly,
			color,
			ttlMs,
			source,
			maxRate,
			practice,
			ascii: options.ascii || process.env.TERM === 'linux',
		},
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
	if (into !== undefined && exitCode === EXIT.ok) enterAnother(into)
	return exitCode
}

/** Becomes the same program with the same options in another network namespace. Returns only when that is refused. */
export function enterAnother(path: string): void {
	const entrance = entranceTo(path, createToolPath())
	if (!entrance.ok) {
		say(failureLine(entrance.failure))
		return
	}
	if (entrance.value.inside) return
	enterNetns(entrance.value, path, withoutNetns(process.argv.slice(2)))
}

/** The options without the namespace that was asked for before. A recording is of one namespace, so it ends with it. */
export function withoutNetns(args: readonly string[]): readonly string[] {
	const kept: string[] = []
	for (let at = 0; at < args.length; at++) {
		const arg = args[at] ?? ''
		if (arg === '--netns' || arg === '--record') at++
		else if (!/^--(?:netns|record)=/.test(arg)) kept.push(arg)
	}
	return kept
}
