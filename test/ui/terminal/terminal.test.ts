import { afterEach, describe, expect, test } from 'vitest'
import { createEffects } from '../../../src/app/effects/effects.ts'
import { describe as texts } from '../../../src/app/frame/describe.ts'
import { DIALOG_GRACE_MS } from '../../../src/app/state/dialog-state.ts'
import { initialState } from '../../../src/app/store/initial-state.ts'
import { createStore, type Store } from '../../../src/app/store/store.ts'
import { createClock } from '../../../src/host/clock.ts'
import { createTerminal } from '../../../src/ui/terminal/terminal.ts'
import { drawInTurn, FakeChanger, FakeObserver, FakeRecorder, MODES } from '../../harness/fake/ports.ts'
import { pause, until } from '../../harness/until.ts'
import { FakeInput, FakeOutput } from '../screen.ts'

type Session = {
	readonly output: FakeOutput
	readonly changer: FakeChanger
	readonly store: Store
	readonly tty: string[]
	readonly exits: number[]
	readonly exit: Promise<number>
	/** Each key as one piece of input, with the time that a hand needs. */
	keys(...pieces: readonly string[]): Promise<void>
	paste(text: string): Promise<void>
	screen(): Promise<string>
	until(what: string): Promise<string>
}

const running: Store[] = []
afterEach(async () => {
	for (const store of running.splice(0)) {
		store.dispatch({ type: 'leave', how: 'undo' })
		await pause(20)
		await store.stop()
	}
})

const loadInk = () => import('../../../src/ui/terminal/drawing.ts')

/** The program with fake ports behind it and a fake terminal before it. */
function open(columns = 80, rows = 24, load = loadInk, mouse = false): Session {
	const clock = createClock()
	const kernel = new Map(
		Object.entries({
			log_invalid: '0',
			'nf_log.2': 'nf_log_ipv4',
			'nf_log.10': 'nf_log_ipv6',
			tcp_be_liberal: '0',
		}),
	)
	const changer = new FakeChanger(clock, kernel)
	const observer = new FakeObserver(clock, kernel)
	const output = new FakeOutput(columns, rows)
	const input = new FakeInput()
	const tty: string[] = []
	const exits: number[] = []
	const terminal = createTerminal({
		stdin: input as unknown as NodeJS.ReadStream,
		stdout: output as unknown as NodeJS.WriteStream,
		tty: { write: (text) => tty.push(text) > 0 },
		env: { TERM: 'xterm-256color' },
		alternateScreen: true,
		load,
		mouse,
		close: () => changer.close(),
		exit: (code) => exits.push(code),
	})
	const effects = createEffects({
		observer,
		changer,
		clock,
		recorder: new FakeRecorder(),
		terminal: terminal.port,
		describe: texts,
		version: '0',
		drawProbes: drawInTurn(),
	})
	const beginning = { now: clock.monotonic(), wall: clock.wall(), ...terminal.size() }
	const store = createStore(initialState({ ...beginning, modes: MODES }), effects)
	running.push(store)
	const exit = terminal.run(store)
	store.start()
	const screen = async () => (await output.lines()).join('\n')
	const isHeard = () => {
		const { dialog } = store.getState()
		return dialog === undefined || clock.monotonic() >= dialog.since + DIALOG_GRACE_MS
	}
	return {
		output,
		changer,
		store,
		tty,
		exits,
		exit,
		async keys(...pieces) {
			for (const piece of pieces) {
				// On a busy machine a dialog may have been opened only just now.
				await until(isHeard, 'a dialog that listens')
				input.type(piece)
				// Longer than a dialog waits before it listens.
				await pause(350)
			}
		},
		async paste(text) {
			input.type(`\x1b[200~${text}\x1b[201~`)
			await pause(100)
		},
		screen,
		async until(what) {
			let shown = ''
			const isShown = async () => {
				shown = await screen()
				return shown.includes(what)
			}
			await until(isShown, () => `${what} on the screen:\n${shown}`)
			return shown
		},
	}
}

describe('a session', () => {
	test('looks, changes after y, undoes on leaving, and says what it did on the normal screen', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		expect(session.output.emulator.buffer.active.type).toBe('alternate')
		await session.keys('\r')
		await session.until('every protocol that can log')
		await session.keys('\r')
		await session.until('[y] yes, do it')
		await session.keys('y')
		await session.until('undo in 09:5')
		expect(session.changer.asked).toEqual(['apply log_invalid=255'])
		await session.keys('q')
		await session.until('Leave?')
		await session.keys('\r')
		expect(await session.exit).toBe(0)
		expect(session.changer.kernel.get('log_invalid')).toBe('0')
		expect(await session.screen()).toContain('undone      net.netfilter.nf_conntrack_log_invalid  255 -> 0')
		expect(session.output.emulator.buffer.active.type).toBe('normal')
		expect(session.output.raw).toContain('\x1b[22;0t')
		expect(session.output.raw).toContain('\x1b]2;ctscope web-07: 1 change, undo 0')
		expect(session.output.raw.lastIndexOf('\x1b[23;0t')).toBeGreaterThan(
			session.output.raw.lastIndexOf('\x1b]2;'),
		)
	})

	test('Q leaves the last screen as text', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		await session.keys('Q')
		expect(await session.exit).toBe(0)
		expect(await session.screen()).toContain('log_invalid OFF')
		expect(session.output.emulator.buffer.active.type).toBe('normal')
	})

	test('a resize draws all of it anew', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		for (const [columns, rows] of [
			[40, 10],
			[120, 40],
			[60, 20],
			[20, 5],
			[80, 24],
		] as const) {
			session.output.columns = columns
			session.output.rows = rows
			session.output.emulator.resize(columns, rows)
			session.output.emit('resize')
			await pause(150)
			const lines = await session.output.lines()
			expect(lines[0]).toContain('ctscope')
			expect(lines.at(-1)).toMatch(/quit|q/)
			expect(lines.filter((line) => line.includes('ctscope'))).toHaveLength(1)
			expect(session.store.getState().size).toEqual({ columns, rows })
		}
	})
})

describe('keys that were not meant', () => {
	test('pasted text runs nothing and answers nothing', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		await session.paste('qyQU\r')
		expect(session.store.getState()).toMatchObject({ dialog: undefined, leaving: undefined })
		await session.keys('\r', '\r')
		await session.until('[y] yes, do it')
		await session.paste('y')
		await session.paste('yyyy\r')
		await session.keys('yy', 'xy')
		expect(session.changer.asked).toEqual([])
		expect(await session.screen()).toContain('[y] yes, do it')
	})

	test('pasted text is typed where there is a line for it', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		await session.keys('/')
		await session.paste('kernel not\nq')
		expect(session.store.getState().panes.watch.filter).toBe('kernel not')
	})
})

describe('the other ways out', () => {
	test('a terminal that is gone ends the program, and everything is undone', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		session.store.dispatch({
			type: 'propose',
			plan: { purpose: 'log', changes: [{ knob: 'log_invalid', from: '0', to: '6' }] },
			blockers: [],
			notes: [],
		})
		session.store.dispatch({ type: 'accept' })
		await session.until('1 CHANGE')
		session.output.emit('error', Object.assign(new Error('EIO'), { code: 'EIO' }))
		expect(await session.exit).toBe(129)
		expect(session.changer.kernel.get('log_invalid')).toBe('0')
	})

	test('SIGTERM undoes, then tells', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		process.emit('SIGTERM', 'SIGTERM')
		expect(await session.exit).toBe(143)
		expect(session.changer.asked).toEqual(['close'])
	})

	test('an error of the program gives the terminal back and is told', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		process.emit('uncaughtException', new Error('broken \x1b[31m inside'))
		expect(await session.exit).toBe(1)
		expect(session.exits).toEqual([1])
		expect(await session.screen()).toContain('broken \\x1b[31m inside')
		expect(session.output.emulator.buffer.active.type).toBe('normal')
	})
})

test('copies over the terminal, with the number of bytes', async () => {
	const session = open()
	await session.until('log_invalid OFF')
	await session.keys('c')
	await session.until('sent to the clipboard of your terminal')
	const sent = session.tty.join('')
	expect(sent.startsWith('\x1b]52;c;')).toBe(true)
	expect(sent.endsWith('\x07')).toBe(true)
})

test('lo-fi prints plain lines, and any key comes back', async () => {
	const session = open()
	await session.until('log_invalid OFF')
	await session.keys('\x0c')
	expect(session.output.emulator.buffer.active.type).toBe('normal')
	expect(await session.until('(any key goes back)')).toContain('log_invalid OFF')
	// A terminal's answer is no key.
	await session.keys('\x1b]11;rgb:ee', 'ee/eeee/eeee\x1b\\')
	expect(session.output.emulator.buffer.active.type).toBe('normal')
	await session.keys('q')
	expect(session.output.emulator.buffer.active.type).toBe('alternate')
	expect(await session.screen()).toContain('1 Watch')
	expect(session.store.getState().leaving).toBeUndefined()
})

describe('before Ink is loaded', () => {
	/** Ink comes when it is let. */
	function openWithoutInk() {
		const { promise, resolve: letInk } = Promise.withResolvers<void>()
		const session = open(80, 24, async () => {
			await promise
			const { draw } = await loadInk()
			return {
				draw(options: Parameters<typeof draw>[0]) {
					isDrawn = true
					return draw(options)
				},
			}
		})
		let isDrawn = false
		return { session, letInk, inkIsThere: () => until(() => isDrawn, 'a frame of Ink') }
	}

	test('the screen is there, is kept up to date, and Ink draws over the same cells', async () => {
		const { session, letInk, inkIsThere } = openWithoutInk()
		const before = await session.until('log_invalid OFF')
		expect(session.output.emulator.buffer.active.type).toBe('alternate')
		letInk()
		await inkIsThere()
		expect(await session.screen()).toBe(before)
		expect(session.output.raw.split('\x1b[?1049h')).toHaveLength(2)
		// Nothing has ever been blank: no screen was erased, and no line before it was written.
		// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals obey
		expect(session.output.raw).not.toMatch(/\x1b\[[0-3]?J|\x1b\[K[^\x1b]/)
	})

	test('a key acts at once, and once', async () => {
		const { session, letInk, inkIsThere } = openWithoutInk()
		await session.until('log_invalid OFF')
		await session.keys('7')
		expect(session.store.getState().screen).toBe('log')
		await session.until('▸7')
		await session.keys('p')
		letInk()
		await inkIsThere()
		expect(session.store.getState().screen).toBe('log')
		expect(session.store.getState().paused).toBeDefined()
	})

	test('what leaves the screen for a while waits for Ink', async () => {
		const { session, letInk } = openWithoutInk()
		await session.until('log_invalid OFF')
		await session.keys('\x0c')
		expect(session.output.emulator.buffer.active.type).toBe('alternate')
		letInk()
		await session.until('(any key goes back)')
	})

	test('a resize is drawn', async () => {
		const { session } = openWithoutInk()
		await session.until('log_invalid OFF')
		session.output.columns = 100
		session.output.emulator.resize(100, 24)
		session.output.emit('resize')
		await until(async () => (await session.output.lines())[2] === '─'.repeat(100), 'a rule of the new width')
	})

	test.each([
		['SIGTERM', () => process.emit('SIGTERM', 'SIGTERM'), 143],
		['an exception', () => process.emit('uncaughtException', new Error('broken')), 1],
	])('%s gives the terminal back', async (_, strike, exit) => {
		const { session } = openWithoutInk()
		await session.until('log_invalid OFF')
		strike()
		expect(await session.exit).toBe(exit)
		await session.screen()
		expect(session.output.emulator.buffer.active.type).toBe('normal')
		expect(session.output.raw.split('\x1b[?1049l')).toHaveLength(2)
		expect(session.output.raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(
			session.output.raw.lastIndexOf('\x1b[?25l'),
		)
	})

	test('Ink that cannot be loaded ends the program, which says so on the normal screen', async () => {
		const session = open(80, 24, async () => {
			throw new Error('no such file')
		})
		expect(await session.exit).toBe(1)
		expect(await session.screen()).toContain('no such file')
		expect(session.output.emulator.buffer.active.type).toBe('normal')
	})

	test.each(['exit', 'SIGQUIT'] as const)('%s is heard until Ink hears it', async (name) => {
		const others = new Set(process.listeners(name as 'exit'))
		const ours = () => process.listeners(name as 'exit').filter((listener) => !others.has(listener))
		const { session, letInk, inkIsThere } = openWithoutInk()
		await session.until('log_invalid OFF')
		const [first] = ours()
		expect(ours()).toEqual([first])
		letInk()
		await inkIsThere()
		expect(ours()).not.toContain(first)
	})
})

describe('--mouse', () => {
	const ON = '\x1b[?1000h\x1b[?1006h'
	const OFF = '\x1b[?1006l\x1b[?1000l'
	const count = (raw: string, text: string): number => raw.split(text).length - 1
	/** On last of all, or off. */
	const isOn = ({ output: { raw } }: Session): boolean => raw.lastIndexOf(ON) > raw.lastIndexOf(OFF)

	test('is off unless it was asked for', async () => {
		const session = open()
		await session.until('log_invalid OFF')
		await session.keys('q')
		await session.exit
		expect(session.output.raw).not.toMatch(/\?100[0-6]/)
	})

	test('is on while the screen is ours, and off at its end', async () => {
		const session = open(80, 24, loadInk, true)
		await session.until('log_invalid OFF')
		expect(isOn(session)).toBe(true)
		await session.keys('q')
		await session.exit
		expect(isOn(session)).toBe(false)
	})

	test('is off while the view stands there as text, and on again', async () => {
		const session = open(80, 24, loadInk, true)
		await session.until('log_invalid OFF')
		await session.keys('\x0c')
		await session.until('(any key goes back)')
		expect(isOn(session)).toBe(false)
		// A click is no key.
		await session.keys('\x1b[<0;3;3M')
		expect(session.output.emulator.buffer.active.type).toBe('normal')
		await session.keys(' ')
		expect(isOn(session)).toBe(true)
	})

	test.each<[string, () => void]>([
		['an error of the program', () => process.emit('uncaughtException', new Error('broken'))],
		['a signal', () => process.emit('SIGTERM')],
		['a continuation after a stop from outside, and an end', () => process.emit('SIGCONT')],
	])('is off after %s', async (name, end) => {
		const session = open(80, 24, loadInk, true)
		await session.until('log_invalid OFF')
		end()
		if (name.includes('continuation')) {
			await until(() => count(session.output.raw, ON) === 2, 'the mouse being taken again')
			await session.keys('q')
		}
		await session.exit
		expect(isOn(session)).toBe(false)
		expect(count(session.output.raw, OFF)).toBe(count(session.output.raw, ON))
	})

	test('a click selects the row under it, the wheel scrolls, and nothing is answered', async () => {
		const session = open(80, 24, loadInk, true)
		await session.until('log_invalid OFF')
		await session.keys('3')
		await session.until('▸logging   log_invalid')
		const line = (await session.output.lines()).findIndex((one) => one.includes('nf_log.10'))
		await session.keys(`\x1b[<0;10;${line + 1}M\x1b[<0;10;${line + 1}m`)
		await session.until('▸logging   nf_log.10')
		await session.keys(`\x1b[<64;10;${line + 1}M`)
		await session.until('▸logging   log_invalid')
		await session.keys('q')
		expect(await session.exit).toBe(0)
	})
})
