import { describe, expect, test } from 'vitest'
import { followReader } from '../../../src/host/nflog/nflog-follower.ts'
import type { NflogReader } from '../../../src/host/nflog/nflog-reader.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import type { Failure } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import {
	nflogRecord,
	pcapHeader,
	pcapRecord,
	SYN_FIN_ATTRIBUTES,
	SYN_FIN_TEXT,
} from '../../kernel/nflog/nflog-stream.ts'

const RECORD = pcapRecord(1_795_455_849, 5, nflogRecord(2, SYN_FIN_ATTRIBUTES))
const records = (count: number) => Buffer.concat(Array(count).fill(RECORD))
const GONE: Failure = { kind: 'tool-failed', command: ['tcpdump'], exitCode: 1, stderr: 'gone' }

type FakeReader = NflogReader & {
	push(...pieces: Buffer[]): void
	drops: number
	waiting: number
	ends: number
	wakes: number
	closed: boolean
	die(): void
}

function fakeReader(): FakeReader {
	const pieces: Buffer[] = [pcapHeader()]
	const ended = Promise.withResolvers<Failure>()
	let gone = false
	return {
		drops: 0,
		waiting: 0,
		ends: 0,
		wakes: 0,
		closed: false,
		ended: ended.promise,
		unread: () => pieces.reduce((sum, { length }) => sum + length, 0),
		push: (...more) => void pieces.push(...more),
		read: () => pieces.shift(),
		socket() {
			return gone ? undefined : { protocol: 12, portid: 5, waiting: this.waiting, drops: this.drops }
		},
		die() {
			gone = true
			ended.resolve(GONE)
		},
		wake() {
			this.wakes += 1
		},
		end() {
			this.ends += 1
			this.die()
		},
		close() {
			this.closed = true
		},
	}
}

function follow() {
	const clock = new FakeClock()
	const reader = fakeReader()
	const batches: (readonly LogEvent[])[] = []
	const follower = followReader(
		reader,
		clock,
		(index) => (index === 2 ? 'eth0' : `if${index}`),
		(events) => batches.push(events),
	)
	/** Time goes on while promises are kept. */
	const wait = async (ms: number) => {
		for (let passed = 0; passed < ms; passed += 10) {
			clock.advanceAtOnce(10)
			await new Promise((resolve) => setImmediate(resolve))
		}
	}
	const stop = async () => {
		const stopped = follower.stop()
		await wait(600)
		await stopped
	}
	const said = () =>
		batches.flat().map((event) => {
			if (event.kind === 'nflog') return event.message.number
			if (event.kind === 'nflog-lost') return `lost ${event.lost}`
			return event.kind
		})
	return { clock, reader, batches, follower, wait, stop, said }
}

describe('what comes out', () => {
	test('every message once, in order, with its text', async () => {
		const { reader, wait, said, batches } = follow()
		reader.push(records(2))
		await wait(200)
		reader.push(RECORD.subarray(0, 30))
		await wait(200)
		reader.push(RECORD.subarray(30))
		await wait(200)
		expect(said()).toEqual([1, 2, 3])
		const [first] = batches.flat()
		expect(first?.kind === 'nflog' && first.message.text).toBe(SYN_FIN_TEXT)
	})

	test('the lag, until it is gone', async () => {
		const { reader, wait, batches } = follow()
		reader.push(RECORD)
		await wait(200)
		const unread = reader.unread
		reader.unread = () => 5_000 * RECORD.length
		await wait(200)
		reader.unread = unread
		await wait(200)
		const told = batches.flat().flatMap((event) => (event.kind === 'nflog-unread' ? [event.unread] : []))
		expect(told).toEqual([5_000, 0])
	})

	test('losses, as differences', async () => {
		const { reader, wait, stop, said } = follow()
		reader.drops = 3
		await wait(1_200)
		await wait(1_200)
		reader.drops = 10
		reader.push(RECORD)
		await stop()
		expect(said()).toEqual(['lost 3', 1, 'lost 7'])
	})

	test('at the end: the rest of socket and pipe, and what was lost', async () => {
		const { reader, wait, follower, said } = follow()
		reader.waiting = 800
		const stopped = follower.stop()
		await wait(100)
		expect(reader.ends).toBe(0)
		reader.push(records(2))
		reader.waiting = 0
		reader.drops = 4
		await wait(100)
		await stopped
		expect(said()).toEqual([1, 2, 'lost 4'])
		expect(reader).toMatchObject({ ends: 1, closed: true })
	})

	test('an endless flood does not prevent stopping', async () => {
		const { reader, wait, follower, said } = follow()
		reader.waiting = 800
		const stopped = follower.stop()
		reader.push(RECORD)
		await wait(700)
		await stopped
		expect(reader).toMatchObject({ ends: 1, wakes: 0 })
		// What it still held is lost, at the most.
		expect(said()).toEqual([1, 'lost 2'])
	})

	test('a stopped reader is resumed before it is ended, and nothing is lost', async () => {
		const { reader, wait, follower, said } = follow()
		reader.waiting = 8_000
		reader.wake = () => {
			reader.wakes += 1
			reader.push(records(10))
			reader.waiting = 0
		}
		const stopped = follower.stop()
		await wait(700)
		expect(reader.ends).toBe(1)
		await stopped
		expect(said().at(-1)).toBe(10)
		expect(said()).toHaveLength(10)
	})

	test('P15 a reader that takes nothing at the end: packets in its socket are lost, not silent', async () => {
		const { reader, wait, follower, said } = follow()
		reader.waiting = 7_680
		const stopped = follower.stop()
		await wait(1_200)
		await stopped
		expect(said()).toEqual(['lost 10'])
		expect(reader).toMatchObject({ wakes: 1, ends: 1 })
	})

	test('P15 a reader killed while stopped: packets in its socket are lost', async () => {
		const { reader, wait, said } = follow()
		await wait(1_000)
		reader.waiting = 7_680
		await wait(1_200)
		reader.die()
		await wait(100)
		expect(said().filter((one) => one !== 'nflog-unread')).toEqual(['lost 10', 'ended'])
	})

	test('P15 a reader that takes nothing is reported as stopped until it goes on', async () => {
		const { reader, wait, batches } = follow()
		const told = () =>
			batches
				.flat()
				.flatMap((event) => (event.kind === 'nflog-unread' ? [[event.unread, event.stalled]] : []))
		await wait(1_000)
		reader.waiting = 7_680
		await wait(1_800)
		expect(told()).toEqual([[10, true]])
		reader.push(records(10))
		reader.waiting = 0
		await wait(1_200)
		expect(told()).toEqual([
			[10, true],
			[0, false],
		])
	})

	test('a slow reader, or one that waits for us, is not reported as stopped', async () => {
		const { reader, wait, batches } = follow()
		reader.waiting = 7_680
		for (let round = 0; round < 30; round++) {
			reader.push(RECORD)
			await wait(100)
		}
		reader.unread = () => 40
		await wait(3_000)
		expect(batches.flat().filter(({ kind }) => kind === 'nflog-unread')).toEqual([])
	})

	test('a reader that cannot be ended is given up', async () => {
		const { reader, wait, follower, clock } = follow()
		reader.die = () => {}
		const stopped = follower.stop()
		await wait(5_000)
		await stopped
		expect(clock.pending).toBe(0)
	})

	test('a reader that ends by itself gives the rest, then the reason', async () => {
		const { reader, wait, said, batches, clock } = follow()
		reader.push(records(3))
		reader.die()
		await wait(300)
		expect(said()).toEqual([1, 2, 3, 'ended'])
		expect(batches.flat().at(-1)).toEqual({ kind: 'ended', failure: GONE })
		expect(reader.closed).toBe(true)
		expect(clock.pending).toBe(0)
	})

	test('an invalid stream ends the reader', async () => {
		const { reader, wait, said } = follow()
		reader.push(RECORD, Buffer.alloc(1_000, 0xff), RECORD)
		await wait(300)
		expect(said()).toEqual([1, 'ended'])
		expect(reader.ends).toBe(1)
	})

	test('nothing comes after the end, and a second end does no harm', async () => {
		const { reader, wait, stop, follower, said, clock } = follow()
		reader.push(RECORD)
		await stop()
		await follower.stop()
		reader.push(RECORD)
		await wait(500)
		expect(said()).toEqual([1])
		expect(clock.pending).toBe(0)
	})
})

describe('when', () => {
	test('batches come at most every 100 ms', async () => {
		const { reader, wait, batches } = follow()
		for (let round = 0; round < 100; round++) {
			reader.push(RECORD)
			await wait(10)
		}
		expect(batches.flat().length).toBeGreaterThan(80)
		expect(batches.length).toBeLessThanOrEqual(11)
	})

	test('a flood comes in batches that leave room for keys', async () => {
		const { reader, wait, batches } = follow()
		for (let round = 0; round < 100; round++) reader.push(records(350))
		await wait(1_000)
		expect(batches.flat().filter(({ kind }) => kind === 'nflog')).toHaveLength(35_000)
		for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(2_351)
	})

	test('an idle reader is looked at every 100 ms', async () => {
		const { clock, reader } = follow()
		clock.advanceAtOnce(20_000)
		let looks = 0
		const { read } = reader
		reader.read = () => {
			looks += 1
			return read()
		}
		clock.advanceAtOnce(10_000)
		expect(looks).toBeLessThanOrEqual(101)
	})
})
