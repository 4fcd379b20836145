import { createEffects } from '../../../src/app/effects/effects.ts'
import type { Modes, State } from '../../../src/app/state/state.ts'
import type { CopyWay, Describe, TerminalPort } from '../../../src/app/state/terminal-port.ts'
import { initialState } from '../../../src/app/store/initial-state.ts'
import { createStore, type Store } from '../../../src/app/store/store.ts'
import type { DrawnProbes } from '../../../src/changes/kinds/probes.ts'
import type { CapturedPacket, Recorder } from '../../../src/ports/recorder.ts'
import { type Failure, fail, ok, type Result } from '../../../src/words/failure.ts'
import { VALUES } from '../samples/samples.ts'
import { FakeChanger } from './changer.ts'
import { FakeClock } from './clock.ts'
import { FakeObserver } from './observer.ts'

export * from '../samples/samples.ts'
export * from './changer.ts'
export * from './clock.ts'
export * from './observer.ts'

export class FakeTerminal implements TerminalPort {
	readonly copied: string[] = []
	readonly suspended: (readonly string[])[] = []
	readonly lofis: (readonly string[])[] = []
	readonly titles: string[] = []
	/** At most this much of a text is sent. */
	limit = 74_994

	/** What is said to stand between us and the terminal. */
	through: CopyWay = 'terminal'

	copy(text: string): { readonly bytes: number; readonly through: CopyWay } {
		this.copied.push(text)
		return { through: this.through, bytes: Math.min(this.limit, new TextEncoder().encode(text).length) }
	}

	async suspend(lines: readonly string[]): Promise<void> {
		this.suspended.push(lines)
	}

	async lofi(lines: readonly string[]): Promise<void> {
		this.lofis.push(lines)
	}

	title(text: string): void {
		this.titles.push(text)
	}
}

/** Remembers the files that were to be written. */
export class FakeRecorder implements Pick<Recorder, 'save' | 'saveText'> {
	readonly texts = new Map<string, string>()
	readonly saved: { readonly path: string; readonly packets: readonly CapturedPacket[] }[] = []
	failing: Failure | undefined

	async save(path: string, packets: readonly CapturedPacket[]): Promise<Result<string>> {
		if (this.failing !== undefined) return fail(this.failing)
		this.saved.push({ path, packets })
		return ok(`/root/${path}`)
	}

	async saveText(path: string, text: string): Promise<Result<string>> {
		if (this.failing !== undefined) return fail(this.failing)
		this.texts.set(path, text)
		return ok(`/root/${path}`)
	}
}

const DESCRIBE: Describe = {
	title: (state: State) => `ctscope ${state.facts?.hostname ?? ''}: ${state.lease?.phase ?? 'nothing'}`,
	lofi: (state: State) => [state.screen],
	copyText: (state: State) => `row of ${state.screen}`,
}

export const MODES: Modes = {
	readOnly: false,
	ascii: false,
	color: true,
	ttlMs: 600_000,
	source: 'auto',
	practice: undefined,
	maxRate: 200,
}

export type Bench = {
	readonly clock: FakeClock
	/** The values of the fake kernel, shared by observer and guard. */
	readonly kernel: Map<string, string>
	readonly observer: FakeObserver
	readonly changer: FakeChanger
	readonly recorder: FakeRecorder
	readonly terminal: FakeTerminal
	readonly store: Store
	/** Waits until an open dialog listens, then presses the keys one after the other. */
	press(...keys: readonly string[]): Promise<void>
}

/** Names of probes that are known beforehand. */
export function drawInTurn(): () => DrawnProbes {
	let drawn = 0
	return () => {
		drawn += 1
		return { token: `0a0b0c${drawn.toString(16).padStart(2, '0')}`, secret: 0x5eed_0000 + drawn }
	}
}

/** A whole program without a screen: store, effects and fake ports, not yet started. */
export function createBench(modes: Partial<Modes> = {}, describe: Describe = DESCRIBE): Bench {
	const clock = new FakeClock()
	const kernel = new Map(Object.entries(VALUES))
	const observer = new FakeObserver(clock, kernel)
	const changer = new FakeChanger(clock, kernel)
	const terminal = new FakeTerminal()
	const recorder = new FakeRecorder()
	const effects = createEffects({
		observer,
		changer,
		clock,
		recorder,
		terminal,
		describe,
		version: '0',
		drawProbes: drawInTurn(),
	})
	const beginning = { now: clock.monotonic(), wall: clock.wall(), columns: 80, rows: 24 }
	const store = createStore(initialState({ ...beginning, modes: { ...MODES, ...modes } }), effects)
	return {
		clock,
		kernel,
		observer,
		changer,
		recorder,
		terminal,
		store,
		async press(...keys) {
			for (const key of keys) {
				if (store.getState().dialog !== undefined) await clock.advance(300)
				store.press(key)
				await clock.advance(0)
			}
		},
	}
}
