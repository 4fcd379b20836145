import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { describe as texts } from '../../src/app/frame/describe.ts'
import { plainView } from '../../src/app/frame/plain-view.ts'
import { accountOf } from '../../src/app/log/account.ts'
import type { Action } from '../../src/app/state/actions.ts'
import { reducer } from '../../src/app/store/reducer.ts'
import { createStore } from '../../src/app/store/store.ts'
import { runReplay } from '../../src/commands/replay/replay.ts'
import { createTape } from '../../src/commands/replay/replay-tape.ts'
import { createRecordingFile, readRecording } from '../../src/host/files/recording-file.ts'
import {
	createDecoder,
	createEncoder,
	decodeHeader,
	encodeHeader,
	type Known,
} from '../../src/recording/codec.ts'
import { createReplayEffects, replayStore, tapeOf } from '../../src/recording/replay.ts'
import { createThinning, expanded, MOST_AT_ONCE, thinned } from '../../src/recording/thinning.ts'
import { ok } from '../../src/words/failure.ts'
import { FakeClock } from '../harness/fake/clock.ts'
import { FakeTerminal, MODES } from '../harness/fake/ports.ts'
import { probeEvent, SILENT_FIN } from '../harness/samples/readings.ts'
import { countersOf, FACTS, leaseView, settingsOf, VALUES } from '../harness/samples/samples.ts'
import { emptyState, message, packetText, record } from '../harness/samples/states.ts'

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

/** The same by kernel probes, of two network namespaces. */
const PROBED: readonly Action[] = [
	{ type: 'facts', facts: { ...FACTS, kernel: '6.1.0' }, at: 100 },
	{ type: 'settings', result: settings(150), at: 150 },
	{ type: 'probes-started', at: 200 },
	...[1, 2, 3, 4, 5].flatMap((second): Action[] => [
		{ type: 'tick', wall: 1_700_000_000_000 + second * 1000, at: second * 1000 },
		{
			type: 'counters',
			result: ok(countersOf(second * 1000 + 500, { invalid: second * 2 })),
			at: second * 1000 + 500,
		},
		{
			type: 'log',
			events: [
				probeEvent('probe', packetText('invalid rst'), FACTS.netns.inode, second * 1000),
				probeEvent('silent', SILENT_FIN, FACTS.netns.inode, second * 1000),
				probeEvent('probe', packetText('bad checksum'), 7, second * 1000),
				{ kind: 'probe-lost', lost: 1, at: second * 1000 },
			],
			at: second * 1000 + 300,
		},
	]),
]

describe('a recording', () => {
	test('made with kernel probes leads to the same screens, account and other namespaces', () => {
		const [live, replayed] = [stateAfter(PROBED), stateAfter(coded(PROBED))]
		expect(live.way?.source).toBe('probe')
		expect(accountOf(live).accounting?.named).toBeGreaterThan(0)
		expect(accountOf(replayed)).toEqual(accountOf(live))
		expect([...replayed.probes.elsewhere.values()]).toEqual([...live.probes.elsewhere.values()])
		for (const screen of ['watch', 'log', 'steps'] as const)
			expect(plainView({ ...replayed, screen })).toEqual(plainView({ ...live, screen }))
	})

	test('made with kernel probes in a flood keeps the counts', () => {
		const events = Array.from({ length: 500 }, () => probeEvent('probe', packetText('invalid rst'), 7))
		const flood: readonly Action[] = [...PROBED, { type: 'log', events, at: 6000 }]
		const line = createEncoder()(flood.at(-1) as Action) ?? ''
		expect(line.length).toBeLessThan(3_000)
		expect(
			[...stateAfter(coded(flood)).probes.elsewhere.values()].map(({ reasons }) =>
				reasons.map((row) => row.count),
			),
		).toEqual(
			[...stateAfter(flood).probes.elsewhere.values()].map(({ reasons }) => reasons.map((row) => row.count)),
		)
	})

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
		'{"type":"log","at":1,"events":[null]}',
		'{"type":"log","at":1,"events":[{"kind":"nflog"}]}',
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
		expect(decodeHeader(encodeHeader({ ...header, v: 3 as 1 }))).toContain('later version')
		for (const line of ['', 'x', '{}', '{"ctscope":"recording","v":1}'])
			expect(typeof decodeHeader(line)).toBe('string')
	})
})

/** A replay on a stepping clock. */
function playing(actions: readonly Action[], atTheEnd = false) {
	const tape = tapeOf(actions)
	const clock = new FakeClock()
	const effects = createReplayEffects({
		tape,
		clock,
		terminal: new FakeTerminal(),
		describe: texts,
		atTheEnd,
		perform: () => {},
	})
	const inner = createStore(
		{
			...(atTheEnd ? stateAfter(actions) : emptyState()),
			replay: { speed: 1, paused: false, played: 0, total: tape.length },
		},
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

describe('a flood', () => {
	const flood = (seconds: number): readonly Action[] =>
		Array.from({ length: seconds * 10 }, (_, batch): Action => {
			const first = batch * 340
			const events = Array.from({ length: 340 }, (_none, index) => {
				const number = first + index + 1
				const body = [
					'invalid rst',
					`SEQ is over upper bound ${number} (over the window of the receiver)`,
					'bad checksum',
				][number % 3]
				const text = packetText(body ?? '', `10.0.${number % 7}.${number % 200}`, 1000 + (number % 5000))
				return batch % 2 === 0 ? record(number, text) : message(number, text, batch * 100)
			})
			return { type: 'log', events, at: 1000 + batch * 100 }
		})

	test('is thinned: counts and reasons are the same, and it takes a tenth', () => {
		const session = flood(3)
		const encode = createEncoder()
		const kept = session.map((action) => encode(action)?.length ?? 0).reduce((sum, size) => sum + size, 0)
		expect(kept).toBeLessThan(JSON.stringify(session).length / 10)
		const before = stateAfter(session)
		const after = stateAfter(coded(session))
		const counts = ({ reasons }: typeof after) =>
			reasons.map(({ reason, count }) => [reason.id, count]).toSorted()
		expect(counts(after)).toEqual(counts(before))
		expect(after.log).toMatchObject({
			packetLines: before.log.packetLines,
			records: before.log.records,
			lost: 0,
		})
		expect(after.nflog).toEqual(before.nflog)
		expect(after.log.tally).toEqual(before.log.tally)
	})

	test('is no flood when the program was held up for a second and reads its lines late', () => {
		const thin = createThinning()
		const late = Array.from({ length: 300 }, (_, index) => record(index + 1, packetText('invalid rst')))
		expect(thin(late, 1_000)).toHaveLength(300)
		// As many again at once are one.
		expect(thin(late, 1_100).length).toBeLessThan(3)
		expect(thin(late, 2_100)).toHaveLength(300)
	})

	test('only lines of conntrack itself stand for others', () => {
		const lines = [...Array(100).keys()].map((index) => record(index + 1, `usb ${index} IN=a OUT= x`))
		const others = lines.map((event, index) =>
			event.kind === 'record' ? record(index + 1, packetText('x'), { facility: 1 }) : event,
		)
		expect(thinned(lines)).toHaveLength(100)
		expect(thinned(others)).toHaveLength(100)
		expect(expanded(thinned([...lines, ...others]))).toEqual([...lines, ...others])
	})

	test.each([-1, 1.5, 1e300, Number.NaN, MOST_AT_ONCE + 1, '5', null])(
		'%j times the same line is damage',
		(again) => {
			const line = JSON.stringify({ type: 'log', at: 1, events: [{ ...record(1, packetText('x')), again }] })
			expect(createDecoder()(line)).toBeUndefined()
		},
	)

	test('a tape gives any action again, in whatever order it is asked', () => {
		const session = [...SESSION.slice(0, -1), ...flood(60)]
		const encode = createEncoder()
		const known: Known = new Map()
		const decode = createDecoder(known)
		const tape = createTape(known)
		const all = session.map((action) => {
			const text = encode(action) ?? ''
			tape.before()
			const read = decode(text)
			tape.add(action.at, text)
			return read
		})
		expect(tape.length).toBe(session.length)
		for (const index of [0, 7, 600, 599, 300, 20, session.length - 1, 1])
			expect(tape.get(index)).toEqual(all[index])
		expect(tape.get(session.length)).toBeUndefined()
	})
})

describe('a hostile recording', () => {
	const HEADER = encodeHeader({
		ctscope: 'recording',
		v: 2,
		version: '1',
		now: 1,
		wall: 1,
		modes: MODES,
		screen: 'watch',
	})
	const played = async (text: string) => {
		const folder = mkdtempSync(join(tmpdir(), 'ctscope-hostile-'))
		const said: string[] = []
		const write = vi.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0)
		try {
			const file = join(folder, 'a')
			writeFileSync(file, gzipSync(text, { level: 1 }))
			const options = {
				file,
				end: true,
				speed: 1,
				ascii: false,
				color: false,
				mouse: false,
				alternateScreen: false,
				hasTerminal: false,
			}
			const code = await runReplay({ ...options, print: () => {} })
			return { code, said: said.join('') }
		} finally {
			write.mockRestore()
			rmSync(folder, { recursive: true })
		}
	}

	test.each([
		['a line of 64 MB', `${HEADER}\n{"type":"tick","at":1,"x":"${'a'.repeat(64_000_000)}"}\n`],
		['one that never ends', `${HEADER}\n${'['.repeat(20_000_000)}`],
		['a header without an end', '{'.repeat(20_000_000)],
		['nothing of ours', '[[[[[[\n'.repeat(1000)],
	])('%s is refused in one sentence', async (_, text) => {
		const { code, said } = await played(text)
		expect(code).not.toBe(0)
		expect(said.trim().split('\n').length).toBeLessThanOrEqual(2)
		expect(said).toContain('cannot be')
	})

	test.each([
		['depth', `{"type":"rules","at":2,"result":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
		[
			'__proto__',
			'{"type":"counters","at":2,"__proto__":{"polluted":1},"result":{"ok":true,"value":{"__proto__":{"polluted":1}}}}',
		],
		['numbers', '{"type":"tick","at":1e999,"wall":1e999}'],
		['a time before all', '{"type":"tick","at":-1e308,"wall":-1e308}'],
		['NULs', '\0'.repeat(100_000)],
	])('%s: what makes no sense is left out', async (_, line) => {
		expect((await played(`${HEADER}\n${line}\n{"type":"tick","at":3,"wall":3}\n`)).code).toBe(0)
		expect(({} as { polluted?: number }).polluted).toBeUndefined()
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

	test('what comes while it ends keeps nobody waiting', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'ctscope-recording-'))
		try {
			const path = join(folder, 'a')
			const file = await createRecordingFile(path)
			if (!file.ok) throw new Error('not made')
			for (let line = 0; line < 20_000; line++) file.value.write(`line ${line} ${(line * 7919) % 10_007}`)
			const closed = file.value.close()
			file.value.write('late')
			await closed
			expect(await read(path)).toHaveLength(20_000)
		} finally {
			rmSync(folder, { recursive: true })
		}
	})
})
