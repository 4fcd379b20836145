import { Duplex, Writable } from 'node:stream'
import { initialState } from '../../app/store/initial-state.ts'
import { createStore } from '../../app/store/store.ts'
import { createClock } from '../../host/clock.ts'
import { createTerminal } from '../../ui/terminal/terminal.ts'
import { EXIT } from '../common/options.ts'
import { theTerminal } from '../common/view.ts'

/**
 * Draws the first frame for nobody, first without Ink and then with it, so that all code that it takes is compiled. Asked
 * for by the build, which keeps compiled code.
 */
export async function warmUp(): Promise<number> {
	const { load } = theTerminal()
	const clock = createClock()
	const { promise: isDrawn, resolve: drawn } = Promise.withResolvers<void>()
	const terminal = createTerminal({
		stdin: Object.assign(new Duplex({ read() {} }), {
			isTTY: true,
			setRawMode() {},
			ref() {},
			unref() {},
		}) as unknown as NodeJS.ReadStream,
		stdout: Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), {
			isTTY: true,
			columns: 80,
			rows: 24,
		}) as unknown as NodeJS.WriteStream,
		tty: { write: () => true },
		env: {},
		alternateScreen: true,
		close: async () => undefined,
		async load() {
			const view = await load()
			setImmediate(drawn)
			return view
		},
	})
	const modes = { readOnly: true, color: true, ascii: false, ttlMs: 600_000 }
	const begun = initialState({ modes, now: clock.monotonic(), wall: clock.wall(), ...terminal.size() })
	const effects = {
		now: () => clock.monotonic(),
		start() {},
		perform() {},
		async beforeUndo() {},
		async stop() {},
	}
	void terminal.run(createStore(begun, effects))
	await isDrawn
	return EXIT.ok
}
