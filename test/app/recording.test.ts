import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Action } from '../../src/app/actions.ts'
import { createDecoder, createEncoder, decodeHeader, encodeHeader } from '../../src/app/recording/codec.ts'
import { createReplayEffects, replayStore } from '../../src/app/recording/replay.ts'
import { reducer } from '../../src/app/reducer.ts'
import { describe as texts } from '../../src/app/selectors/describe.ts'
import { plainView } from '../../src/app/selectors/plain-view.ts'
import { createStore } from '../../src/app/store.ts'
import { ok } from '../../src/failure.ts'
import { createRecordingFile, readRecording } from '../../src/host/recording-file.ts'
import { FakeTerminal, MODES } from './fake-ports.ts'
import { countersOf, FACTS, leaseView, settingsOf, VALUES } from './samples.ts'
import { emptyState, message, packetText, record } from './states.ts'
import { SteppingClock } from './stepping-clock.ts'

const settings = (at: number) => ok(settingsOf(at, new Map(Object.entries(VALUES))))

/** A session of some seconds: readings, lines, moves of the view, a change. */
const SESSION: readonly Action[] = [
	{ type: 'facts', facts: FACTS, at: 100 },
	{ type: 'settings', result: settings(150), at: 150 },
	...[1, 2, 3, 4, 5].flatMap((second): Action[] => [
		{ type: 'tick', wall: 1_700_000_000_000 + second * 1000, at: second * 1000 },
		{
			type: 'counters',
			result: ok(countersOf(second * 1000 + 500, { invalid: second * 7 })),
			at: second * 1000 + 500,
		},
		{ type: 'settings', result: settings(second * 1000 + 600), at: second * 1000 + 600 },
		{
			type: 'log',
			events: [
				record(second, packetText('bad checksum')),
				message(second, packetText('invalid rst'), second * 1000),
			],
			at: second * 1000 + 700,
		},
	]),
	{ type: 'go', screen: 'steps', at: 6000 },
	{ type: 'step-next', at: 6100 },
	{ type: 'lease', view: leaseView({}), at: 6200 },
	{ type: 'left', view: undefined, keepScreen: false, at: 7000 },
]

const coded = (actions: readonly Action[]): readonly (Action | undefined)[] => {
	const encode = createEncoder()
	const decode = createDecoder()
	return actions.flatMap((action) => {
		const line = encode(action)
		return line === undefined ? [] : [decode(line)]
	})
}

const stateAfter = (actions: readonly (Action | undefined)[]) =>
	actions.reduce(
		(state, action) => (action === undefined || action.type === 'left' ? state : reducer(state, action)),
		emptyState(),
	)

describe('a recording', () => {
	test('leads to the same screen', () => {
		expect(plainView(stateAfter(coded(SESSION)))).toEqual(plainView(stateAfter(SESSION)))
		for (const screen of ['watch', 'switches', 'log', 'changes'] as const)
			expect(plainView({ ...stateAfter(coded(SESSION)), screen })).toEqual(
				plainView({ ...stateAfter(SESSION), screen }),
			)
	})

	test('keeps what is the same only once', () => {
		const encode = createEncoder()
		const lines = SESSION.map((action) => encode(action) ?? '')
		const same = lines.filter((line) => line.startsWith('{"type":"same"'))
		expect(same).toHaveLength(5)
		expect(same.join('').length).toBeLessThan(500)
	})

	test('keeps nothing of the terminal, and no bytes of packets', () => {
		const encode = createEncoder()
		expect(encode({ type: 'resized', columns: 1, rows: 1, at: 0 })).toBeUndefined()
		expect(encode({ type: 'log', events: [message(1, 'text', 0, 5000)], at: 0 })?.length).toBeLessThan(500)
	})

	test.each([
		'',
		'{',
		'[]',
		'42',
		'null',
		'{"type":5,"at":1}',
		'{"type":"tick"}',
		'{"type":"same","of":"rules","at":1,"readAt":1}',
	])('a damaged line is no action: %s', (line) => {
		expect(createDecoder()(line)).toBeUndefined()
	})

	test('its header is known, of a later format refused, and anything else is none', () => {
		const header = {
			ctscope: 'recording',
			v: 1,
			version: '1',
			now: 5,
			wall: 6,
			modes: MODES,
			screen: 'watch',
		} as const
		expect(decodeHeader(encodeHeader(header))).toEqual(JSON.parse(encodeHeader(header)))
		expect(decodeHeader(encodeHeader({ ...header, v: 2 as 1 }))).toContain('later version')
		for (const line of ['', 'x', '{}', '{"ctscope":"recording","v":1}'])
			expect(typeof decodeHeader(line)).toBe('string')
	})
})

/** A replay on a stepping clock. */
function playing(actions: readonly Action[], toTheEnd = false) {
	const clock = new SteppingClock()
	const effects = createReplayEffects({
		actions,
		clock,
		terminal: new FakeTerminal(),
		describe: texts,
		toTheEnd,
		perform: () => {},
	})
	const inner = createStore(
		emptyState({ replay: { speed: 1, paused: false, played: 0, total: actions.length } }),
		effects,
	)
	return { clock, store: replayStore(inner, effects) }
}

describe('a replay', () => {
	test('plays at the times of the recording, faster, paused, and to the next event', async () => {
		const { clock, store } = playing(SESSION)
		store.start()
		await clock.advance(2_000)
		expect(store.getState().replay).toMatchObject({ speed: 1, paused: false })
		const early = store.getState().replay?.played ?? 0
		expect(early).toBeGreaterThan(3)
		store.press('p')
		await clock.advance(10_000)
		expect(store.getState().replay?.played).toBe(early)
		store.press('p')
		store.press('+')
		await clock.advance(1_000)
		expect(store.getState().replay).toMatchObject({ speed: 2 })
		expect(store.getState().replay?.played).toBeGreaterThan(early)
		store.press('.')
		await clock.advance(10)
		expect(store.getState().screen).toBe('steps')
		await clock.advance(10_000)
		// The end of the session that was recorded does not end this one.
		expect(store.getState().replay?.played).toBe(SESSION.length - 1)
		expect(store.getState().leaving).toBeUndefined()
		await store.stop()
	})

	test('all at once stands where the session stood', async () => {
		const { clock, store } = playing(SESSION, true)
		store.start()
		await clock.advance(0)
		const { replay: _replay, ...shown } = store.getState()
		const body = (lines: readonly string[]) => lines.slice(1)
		expect(body(plainView({ ...shown, replay: undefined }))).toEqual(body(plainView(stateAfter(SESSION))))
	})

	test('nothing can be changed, and q leaves at once', async () => {
		const { clock, store } = playing(SESSION, true)
		store.start()
		await clock.advance(0)
		store.press('U')
		expect(store.getState().inFlight).toBe(0)
		expect(store.getState().notice?.text).toContain('recording')
		store.press('q')
		expect(store.getState().leaving).toBeDefined()
	})

	test('who moves is not moved any more', async () => {
		const { clock, store } = playing(SESSION)
		store.start()
		await clock.advance(1_000)
		store.press('7')
		await clock.advance(30_000)
		expect(store.getState().screen).toBe('log')
	})

	test('what makes no sense is left out', async () => {
		const { clock, store } = playing([{ type: 'counters', at: 5 } as unknown as Action, ...SESSION])
		store.start()
		await clock.advance(60_000)
		expect(store.getState().facts).toEqual(FACTS)
	})
})

describe('the file of a recording', () => {
	const read = async (path: string) => {
		const lines: string[] = []
		for await (const line of readRecording(path))
			lines.push(line.ok ? line.value : `FAILED ${JSON.stringify(line.failure)}`)
		return lines
	}

	test('is private, is never written over, and is read as far as it goes', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'ctscope-recording-'))
		try {
			const path = join(folder, 'a')
			const file = await createRecordingFile(path)
			if (!file.ok) throw new Error('not made')
			for (let line = 0; line < 20_000; line++) file.value.write(`line ${line} ${(line * 7919) % 10_007}`)
			await file.value.close()
			expect(statSync(path).mode & 0o777).toBe(0o600)
			expect(await read(path)).toHaveLength(20_000)
			expect((await createRecordingFile(path)).ok).toBe(false)
			const half = join(folder, 'half')
			writeFileSync(half, readFileSync(path).subarray(0, statSync(path).size / 2))
			const lines = await read(half)
			expect(lines.length).toBeGreaterThan(1_000)
			expect(lines[0]).toMatch(/^line 0/)
			writeFileSync(join(folder, 'no'), 'no gzip')
			expect((await read(join(folder, 'no')))[0]).toContain('cannot be read as a recording')
			expect((await read(join(folder, 'missing')))[0]).toContain('ENOENT')
		} finally {
			rmSync(folder, { recursive: true })
		}
	})
})
