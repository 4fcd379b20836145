import { expect, test } from 'vitest'
import { toldWhile } from '../../../src/app/effects/reading-progress.ts'
import type { ActionBody } from '../../../src/app/state/actions.ts'
import { keyOf } from '../../../src/app/state/bindings.ts'
import type { State } from '../../../src/app/state/state.ts'
import { walkTable } from '../../../src/host/conntrack/table-walk.ts'
import type { OnReading } from '../../../src/model/reading-progress.ts'
import type { Observer } from '../../../src/ports/observer.ts'
import { wholeFrame } from '../../../src/ui/screens/whole.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { createBench } from '../../harness/fake/ports.ts'
import * as s from '../../ui/situations.ts'

const screen = (state: State): string =>
	wholeFrame({ ...state, notice: undefined })
		.map(lineText)
		.join('\n')

test('how far a reading is, is told once a second, and not before the first', async () => {
	const clock = new FakeClock()
	const told: ActionBody[] = []
	const { promise, resolve } = Promise.withResolvers<string>()
	let onReading: OnReading = () => {}
	const done = toldWhile(
		clock,
		'table',
		(body) => told.push(body),
		(on) => {
			onReading = on
			return promise
		},
	)
	onReading(10, 250)
	await clock.advance(990)
	expect(told).toEqual([])
	await clock.advance(20)
	onReading(120)
	await clock.advance(2_000)
	expect(told).toMatchObject([{ progress: { done: 10, all: 250 } }, { progress: { done: 120 } }, {}])
	resolve('read')
	expect(await done).toBe('read')
	await clock.advance(5_000)
	expect(told).toHaveLength(3)
	expect(clock.pending).toBe(0)
})

test('a walk through the table tells its entries and about how many there are', async () => {
	const chunk = Buffer.from('tcp 6 1 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2\n'.repeat(3))
	const cli = {
		count: async () => ok(7),
		cpuStat: async () => fail({ kind: 'unsupported', what: '', why: '' } as const),
		version: async () => undefined,
		list: async (_args: readonly string[], onChunk: (one: Uint8Array) => void) => {
			onChunk(chunk)
			return ok(undefined)
		},
	}
	const told: (readonly [number, number | undefined])[] = []
	await walkTable(cli, new FakeClock(), undefined, (done, all) => told.push([done, all]))
	expect(told).toEqual([
		[3, 7],
		[6, 7],
	])
})

test('a long walk stands on Table where its answer will stand, and esc ends it until one comes back', async () => {
	const { store, clock, observer, press } = createBench()
	const signals: AbortSignal[] = []
	const table: Observer['table'] = (signal, onReading) => {
		if (signal !== undefined) signals.push(signal)
		onReading?.(120_000, 250_000)
		return new Promise((resolve) => {
			signal?.addEventListener('abort', () =>
				resolve(fail({ kind: 'unsupported', what: 'x', why: 'aborted' })),
			)
		})
	}
	Object.assign(observer, { table })
	store.start()
	await press(keyOf('go-table'))
	await clock.advance(3_000)
	const state = store.getState()
	expect(state.reading.table).toMatchObject({ done: 120_000, all: 250_000 })
	expect(screen(state)).toMatch(
		/Reading the table: 120 000 of about 250 000 entries, [34] s\. esc stops\s+it\./,
	)
	await press('esc')
	expect(signals[0]?.aborted).toBe(true)
	expect(store.getState().reading.table).toBeUndefined()
	await clock.advance(8_000)
	expect(screen(store.getState())).toMatch(/you stopped it at 120 000\s+entries/)
	expect(signals).toHaveLength(1)
	await press(keyOf('go-watch'))
	await press(keyOf('go-table'))
	await clock.advance(60_000)
	expect(signals).toHaveLength(2)
})

const since = s.NOW - 3_000
test.each<[string, () => State, RegExp]>([
	[
		'Printk',
		() => ({
			...s.on(s.blank(), 'printk'),
			reading: { printk: { since, done: 3_200, all: undefined } },
		}),
		/Reading the call sites of the kernel: 3 200 rows, 3 s\./,
	],
	[
		'Switches',
		() => ({
			...s.on(s.reasons(), 'switches'),
			modules: { value: undefined, at: undefined, failure: undefined },
			reading: { modules: { since: s.reasons().now - 2_000, done: undefined, all: undefined } },
		}),
		/Reading the kernel modules: 2 s\./,
	],
	[
		'the list of namespaces',
		() => {
			const open = s.later(s.counts(), { type: 'list-namespaces' })
			return {
				...open,
				reading: { namespaces: { since: open.now - 4_000, done: 640, all: 1_000 } },
			}
		},
		/Reading the network namespaces: 640 of 1 000, 4 s\. esc closes this list\./,
	],
])('%s says how far its reading is', (_name, make, text) => {
	expect(screen(make())).toMatch(text)
	expect(screen({ ...make(), reading: {} })).not.toMatch(text)
})

test('its result ends it', () => {
	const state: State = { ...s.counts(), reading: { printk: { since, done: 1, all: undefined } } }
	const failure = { kind: 'unsupported', what: '', why: '' } as const
	expect(s.later(state, { type: 'printk', result: fail(failure) }).reading).toEqual({})
})
