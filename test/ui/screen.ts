import { EventEmitter } from 'node:events'
import headless from '@xterm/headless'
import { render, renderToString } from 'ink'
import { createElement } from 'react'
import type { State } from '../../src/app/state/state.ts'
import { App, Screen } from '../../src/ui/app.tsx'
import { FramesContext } from '../../src/ui/components/frames.ts'
import { createFrames } from '../../src/ui/components/pace.ts'

/** A terminal for Ink: what it writes goes into an emulator, whose screen can be read. */
export class FakeOutput extends EventEmitter {
	readonly isTTY = true
	readonly writable = true
	readonly destroyed = false
	columns: number
	rows: number
	readonly emulator: InstanceType<typeof headless.Terminal>
	raw = ''

	constructor(columns: number, rows: number) {
		super()
		this.columns = columns
		this.rows = rows
		// Without this, tests of hostile texts would hang on what the emulator answers.
		this.emulator = new headless.Terminal({
			cols: columns,
			rows,
			allowProposedApi: true,
			scrollback: 50,
			convertEol: true,
		})
	}

	write(text: string, done?: (() => void) | string, after?: () => void): boolean {
		this.raw += text
		const called = typeof done === 'function' ? done : after
		this.emulator.write(text, called)
		return true
	}

	/** The screen without trailing blanks. */
	async lines(): Promise<string[]> {
		await new Promise<void>((resolve) => this.emulator.write('', resolve))
		const { active } = this.emulator.buffer
		return Array.from({ length: this.rows }, (_, row) =>
			(active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
		)
	}
}

/** Keys for Ink. */
export class FakeInput extends EventEmitter {
	readonly isTTY = true
	#pending: string[] = []
	raw = false
	setEncoding(): void {}
	setRawMode(mode: boolean): void {
		this.raw = mode
	}
	resume(): void {}
	pause(): void {}
	ref(): void {}
	unref(): void {}
	read(): string | null {
		return this.#pending.shift() ?? null
	}
	type(text: string): void {
		this.#pending.push(text)
		this.emit('readable')
	}
}

/** A store that never changes. */
const still = (state: State) => ({ getState: () => state, subscribe: () => () => {} })

/** A state at its size, drawn by Ink itself. */
export function inkOn(state: State): { readonly output: FakeOutput; end(): void } {
	const { columns, rows } = state.size
	const output = new FakeOutput(columns, rows)
	const frames = createFrames(still(state), { gatherMs: 0, routineMs: 0, intervalMs: 0, keyMs: 0 })
	const ignore = () => {}
	const instance = render(createElement(App, { frames, onReady: ignore }), {
		stdout: output as unknown as NodeJS.WriteStream,
		stdin: new FakeInput() as unknown as NodeJS.ReadStream,
		interactive: true,
		alternateScreen: true,
		patchConsole: false,
		exitOnCtrlC: false,
	})
	return {
		output,
		end() {
			instance.unmount()
			instance.cleanup()
			frames.stop()
		},
	}
}

/** What the screen shows of it. */
export async function drawn(state: State): Promise<string[]> {
	const { output, end } = inkOn(state)
	const lines = await output.lines()
	end()
	return lines
}

/** The same as lines, without a terminal: faster, and with the colours in it. */
export function frame(state: State): readonly string[] {
	const frames = createFrames(still(state), { gatherMs: 0, routineMs: 0, intervalMs: 0, keyMs: 0 })
	const { columns } = state.size
	const text = renderToString(createElement(FramesContext, { value: frames }, createElement(Screen)), {
		columns,
	})
	frames.stop()
	return text.split('\n')
}
