import { describe, expect, test } from 'vitest'
import { followKmsg } from '../../../src/host/log/kmsg-follower.ts'
import type { KmsgRead, KmsgSource } from '../../../src/host/log/kmsg-source.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { pause } from '../../harness/until.ts'

const line = (seq: number, text = 'x') => `5,${seq},123456,-;${text}\n`
const record = (seq: number, text?: string): KmsgRead => ({
	kind: 'record',
	bytes: Buffer.from(line(seq, text)),
})
const raw = (bytes: Buffer | string): KmsgRead => ({ kind: 'record', bytes: Buffer.from(bytes) })

function fakeSource(reads: KmsgRead[]): KmsgSource & { push(...more: KmsgRead[]): void; closed: boolean } {
	return {
		closed: false,
		push: (...more) => {
			reads.push(...more)
		},
		read: () => reads.shift() ?? { kind: 'nothing' },
		close() {
			this.closed = true
		},
	}
}

async function follow(old: KmsgRead[] = [record(10), record(11)]) {
	const clock = new FakeClock()
	const source = fakeSource(old)
	const batches: (readonly LogEvent[])[] = []
	const follower = await followKmsg(source, clock, (events) => batches.push(events))
	const texts = () =>
		batches
			.flat()
			.map((event) =>
				event.kind === 'record'
					? event.record.seq
					: event.kind === 'gap'
						? `lost ${event.lost}`
						: event.kind === 'ended'
							? `ended ${event.failure.kind}`
							: event.kind,
			)
	return { clock, source, batches, follower, texts }
}

describe('what comes out', () => {
	test.each<[string, KmsgRead[], (number | string)[]]>([
		['new records only', [record(12), record(13)], [12, 13]],
		['nothing twice', [record(11), record(12), record(12)], [12]],
		['a gap is counted', [record(12), record(20)], [12, 'lost 7', 20]],
		['an overrun is a gap of its numbers', [{ kind: 'overrun' }, record(500)], ['lost 488', 500]],
		['garbage is passed over', [raw('\x1b[2Jnonsense'), record(12)], [12]],
		['garbage with its own number shows as lost', [raw('???'), record(13)], ['lost 1', 13]],
		['a record of 100 kB', [record(12, 'A'.repeat(100_000)), record(13)], [12, 13]],
		['bytes that are no UTF-8', [raw(Buffer.from([0x35, 0x2c, 0xff, 0xfe, 0x0a])), record(12)], [12]],
		['nothing', [], []],
	])('%s', async (_name, reads, expected) => {
		const { clock, source, texts } = await follow()
		source.push(...reads)
		clock.advanceAtOnce(1_000)
		expect(texts()).toEqual(expected)
	})

	test('the first record of an empty buffer is no gap', async () => {
		const { clock, source, texts } = await follow([])
		source.push(record(4000))
		clock.advanceAtOnce(200)
		expect(texts()).toEqual([4000])
	})

	test('a broken log ends the follower, with one reason', async () => {
		const { clock, source, texts } = await follow()
		source.push(record(12), {
			kind: 'broken',
			failure: { kind: 'unsupported', what: 'x', why: 'y' },
		})
		clock.advanceAtOnce(1_000)
		expect(texts()).toEqual([12, 'ended unsupported'])
		expect(source.closed).toBe(true)
		expect(clock.pending).toBe(0)
	})

	test('a log that is broken from the start says so too', async () => {
		const broken: KmsgRead = { kind: 'broken', failure: { kind: 'unsupported', what: 'x', why: 'y' } }
		const { clock, texts, source } = await follow([broken, broken])
		clock.advanceAtOnce(1_000)
		expect(texts()).toEqual(['ended unsupported'])
		expect(source.closed).toBe(true)
	})
})

describe('when it comes', () => {
	test('the first record within 100 ms, the next ones in batches at least 100 ms apart', async () => {
		const { clock, source, batches } = await follow()
		const times: number[] = []
		for (let ms = 0; ms < 1_000; ms += 5) {
			if (ms % 20 === 0) source.push(record(12 + ms / 20))
			const before = batches.length
			clock.advanceAtOnce(5)
			if (batches.length > before) times.push(clock.monotonic())
		}
		expect(times.length).toBeGreaterThan(5)
		expect(times.length).toBeLessThanOrEqual(10)
		expect(batches.flat()).toHaveLength(50)
	})

	test('a flood is handed over in pieces, so that the buffer of the kernel does not run over meanwhile', async () => {
		const { clock, source, batches, texts } = await follow()
		const numbers = Array.from({ length: 5_000 }, (_, at) => 12 + at)
		source.push(...numbers.map((number) => record(number)))
		clock.advanceAtOnce(200)
		expect(texts()).toEqual(numbers)
		expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(400)
	})

	test('what comes faster than it can be worked on waits, up to a bound; beyond it the kernel loses', async () => {
		const { clock, source, batches, texts } = await follow()
		let number = 12
		let mostWaiting = 0
		let [seen, sum] = [0, 0]
		const delivered = () => {
			for (; seen < batches.length; seen++) sum += batches[seen]?.length ?? 0
			return sum
		}
		source.read = () => {
			if (number >= 100_012) return { kind: 'nothing' }
			mostWaiting = Math.max(mostWaiting, number - 12 - delivered())
			return record(number++, 'x'.repeat(250))
		}
		clock.advanceAtOnce(200)
		expect(texts()).toEqual(Array.from({ length: 100_000 }, (_, at) => 12 + at))
		expect(mostWaiting).toBeGreaterThan(1_500)
		expect(mostWaiting).toBeLessThanOrEqual(2_500)
	})

	test.each<[string, KmsgRead[], string[]]>([
		['all that was read before the end is told', [], []],
		[
			'and that it broke, after it',
			[{ kind: 'broken', failure: { kind: 'unsupported', what: 'log', why: 'gone' } }],
			['ended unsupported'],
		],
	])('%s, whatever waits', async (_, last, ends) => {
		const { clock, source, follower, texts } = await follow()
		const numbers = Array.from({ length: 10_000 }, (_, at) => 12 + at)
		source.push(...numbers.map((number) => record(number, 'x'.repeat(250))), ...last)
		let isStopped = false
		void follower.stop().then(() => {
			isStopped = true
		})
		for (let turns = 0; turns < 1_000 && !isStopped; turns++) {
			clock.advanceAtOnce(1)
			await pause(0)
		}
		expect(isStopped).toBe(true)
		expect(texts()).toEqual([...numbers, ...ends])
	})

	test('an idle log is looked at ten times a second', async () => {
		const { clock, source } = await follow()
		let looks = 0
		const read = source.read
		source.read = () => {
			looks += 1
			return read()
		}
		clock.advanceAtOnce(10_000)
		expect(looks).toBeLessThanOrEqual(101)
	})

	test('P15 stop reads the rest of the buffer and counts what was lost', async () => {
		const { source, follower, texts } = await follow()
		source.push(...Array.from({ length: 100 }, (_, index) => record(12 + index)), record(200))
		await follower.stop()
		expect(texts()).toEqual([...Array.from({ length: 100 }, (_, index) => 12 + index), 'lost 88', 200])
		expect(source.closed).toBe(true)
	})

	test('stop closes the log and leaves no timer', async () => {
		const { clock, source, follower, batches } = await follow()
		await follower.stop()
		source.push(record(12))
		clock.advanceAtOnce(1_000)
		expect(clock.pending).toBe(0)
		expect(source.closed).toBe(true)
		expect(batches).toEqual([])
	})
})
