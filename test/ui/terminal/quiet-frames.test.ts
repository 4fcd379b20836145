import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { State } from '../../../src/app/state/state.ts'
import { type Drawing, draw } from '../../../src/ui/terminal/drawing.ts'
import { createQuietFrames, type QuietFrames } from '../../../src/ui/terminal/quiet-frames.ts'
import { until } from '../../harness/until.ts'
import { CASES } from '../cases.ts'
import { cellsOf, drawWithColors, paintedOn } from '../cells.ts'
import { FakeInput, FakeOutput } from '../screen.ts'
import * as s from '../situations.ts'

drawWithColors()

type Screen = {
	readonly output: FakeOutput
	readonly quiet: QuietFrames
	/** Answers how many frames Ink has drawn. */
	inks(): number
	/** A frame, quiet or not. */
	show(state: State, isQuiet: boolean): void
	end(): void
}

const ends: (() => void)[] = []
afterEach(() => {
	for (const end of ends.splice(0)) end()
})

/** Ink, and quiet frames over it. */
function open(begun: State): Screen {
	const output = new FakeOutput(begun.size.columns, begun.size.rows)
	const stdout = output as unknown as NodeJS.WriteStream
	const listeners = new Set<(isQuiet: boolean) => void>()
	let state = begun
	let asked = 0
	let drawing: Drawing | undefined
	const quiet = createQuietFrames(
		stdout,
		{
			getState: () => state,
			subscribe(listener) {
				listeners.add(listener)
				return () => listeners.delete(listener)
			},
		},
		() => drawing !== undefined,
	)
	const { subscribe, getState } = quiet.forInk
	const heard = subscribe(() => {
		asked += 1
	})
	drawing = draw({
		frames: { subscribe, getState },
		stdin: new FakeInput() as unknown as NodeJS.ReadStream,
		stdout,
		alternateScreen: true,
		onReady() {},
		onFailed(error) {
			throw error
		},
	})
	const screen: Screen = {
		output,
		quiet,
		inks: () => asked,
		show(next, isQuiet) {
			state = next
			for (const listener of [...listeners]) listener(isQuiet)
		},
		end() {
			heard()
			quiet.stop()
			drawing?.end()
		},
	}
	ends.push(screen.end)
	return screen
}

async function shows({ output }: Screen, state: State): Promise<void> {
	const wanted = await cellsOf(paintedOn(state))
	let cells: readonly string[] = []
	const isSo = async () => {
		cells = await cellsOf(output)
		return cells.join('\n') === wanted.join('\n')
	}
	await until(isSo, () => cells.join('\n'))
}

const at = (seconds: number): State => s.later(s.reasons(), { type: 'tick', wall: s.WALL + seconds * 1000 })

test('a frame in which only time goes on is no work of Ink, and shows the same', async () => {
	const screen = open(at(0))
	await shows(screen, at(0))
	for (const second of [1, 2, 3]) {
		screen.show(at(second), true)
		await shows(screen, at(second))
	}
	expect(screen.inks()).toBe(0)
})

test('what went back meanwhile to what Ink had drawn is shown', async () => {
	const screen = open(at(0))
	screen.show(at(5), true)
	screen.show(at(0), false)
	await shows(screen, at(0))
	expect(screen.inks()).toBe(1)
	screen.show(at(6), true)
	await shows(screen, at(6))
})

test("after the screen was somebody else's, Ink draws what is so now", async () => {
	const screen = open(at(0))
	screen.show(at(5), true)
	screen.quiet.forget()
	await shows(screen, at(5))
	expect(screen.inks()).toBe(1)
})

test('any frames in any order show what each of them is', async () => {
	const states = Object.values(CASES)
		.map((make) => make())
		.filter(({ size }) => size.columns === 80 && size.rows === 24)
	const frames = fc.array(fc.tuple(fc.constantFrom(...states), fc.boolean()), { minLength: 2, maxLength: 8 })
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...states), frames, async (begun, shown) => {
			const screen = open(begun)
			for (const [state, isQuiet] of shown) {
				screen.show(state, isQuiet)
				await shows(screen, state)
			}
			for (const end of ends.splice(0)) end()
		}),
		{ numRuns: Number(process.env.CTSCOPE_RUNS ?? 30) },
	)
})
