import { describe, expect, test } from 'vitest'
import { LOG_LIMIT, type State } from '../../../../src/app/state/state.ts'
import type { LogEvent } from '../../../../src/model/log-event.ts'
import { NOT_PERMITTED } from '../../../harness/samples/samples.ts'
import { emptyState, packetText, record, stepped } from '../../../harness/samples/states.ts'

const log = (state: State, at: number, ...events: readonly LogEvent[]): State =>
	stepped(state, at, { type: 'log', events })

describe('the ring of the log', () => {
	test('packet lines are decoded, other lines are kept as they are', () => {
		const { log: seen } = log(
			emptyState(),
			10,
			record(1, packetText('invalid tcp flag combination')),
			record(2, 'usb 1-1: new device'),
		)
		expect(seen.entries.map(({ seq, reason }) => [seq, reason?.id])).toEqual([
			[1, 'tcp-flags'],
			[2, undefined],
		])
		expect(seen).toMatchObject({ records: 2, packetLines: 1, lost: 0, dropped: 0 })
	})

	test('what a program writes to /dev/kmsg is no word of conntrack', () => {
		const forged = record(1, packetText('invalid tcp flag combination'), { facility: 1 })
		const { log: seen, reasons } = log(emptyState(), 10, forged)
		expect(seen).toMatchObject({ records: 1, packetLines: 0 })
		expect(seen.entries[0]?.reason).toBeUndefined()
		expect(reasons).toEqual([])
	})

	test('holds the newest and counts what fell out', () => {
		const many = Array.from({ length: LOG_LIMIT + 7 }, (_, index) => record(index, `line ${index}`))
		const once = log(emptyState(), 10, ...many)
		expect(once.log.entries).toHaveLength(LOG_LIMIT)
		expect(once.log.entries[0]?.seq).toBe(7)
		const twice = log(once, 20, record(LOG_LIMIT + 7, 'one more'))
		expect(twice.log.entries).toHaveLength(LOG_LIMIT)
		expect(twice.log).toMatchObject({ dropped: 8, records: LOG_LIMIT + 8 })
		expect(twice.log.entries.at(-1)?.text).toBe('one more')
	})

	test('a gap is an entry with the number of lost records', () => {
		const { log: seen } = log(
			emptyState(),
			10,
			record(4, 'a'),
			{ kind: 'gap', lost: 12, at: 5 },
			record(17, 'b'),
		)
		expect(seen.entries.map(({ seq, lost }) => [seq, lost])).toEqual([
			[4, 0],
			[17, 12],
			[17, 0],
		])
		expect(seen).toMatchObject({ records: 2, lost: 12 })
	})

	test('gaps with no record between them are one, also over batches', () => {
		const gap = (lost: number): LogEvent => ({ kind: 'gap', lost, at: 5 })
		const state = log(log(emptyState(), 10, record(4, 'a'), gap(2), gap(3)), 20, gap(10), record(20, 'b'))
		expect(state.log.entries.map(({ seq, lost }) => [seq, lost])).toEqual([
			[4, 0],
			[20, 15],
			[20, 0],
		])
		expect(state.log.lost).toBe(15)
	})

	test('nothing twice', () => {
		const first = log(emptyState(), 10, record(4, 'a'), record(5, 'b'))
		const again = log(
			stepped(first, 15, { type: 'log-started' }),
			20,
			record(4, 'a'),
			record(5, 'b'),
			record(6, 'c'),
		)
		expect(again.log.entries.map((entry) => entry.text)).toEqual(['a', 'b', 'c'])
		expect(again.log.records).toBe(3)
	})

	test('what was missed while the log was not followed is counted by the numbers', () => {
		let state = log(stepped(emptyState(), 1, { type: 'log-started' }), 10, record(4, 'a'))
		state = stepped(state, 20, { type: 'log-failed', failure: NOT_PERMITTED })
		expect(state.log.status).toBe('failed')
		state = log(stepped(state, 30, { type: 'log-started' }), 40, record(9, 'b'), record(20, 'c'))
		expect(state.log.entries.map(({ seq, lost }) => [seq, lost])).toEqual([
			[4, 0],
			[9, 4],
			[9, 0],
			[20, 0],
		])
		expect(state.log).toMatchObject({ status: 'following', failure: undefined, lost: 4 })
	})

	test('an end inside a batch shows as failed', () => {
		const state = log(emptyState(), 10, record(1, 'a'), { kind: 'ended', failure: NOT_PERMITTED })
		expect(state.log).toMatchObject({ status: 'failed', failure: NOT_PERMITTED, records: 1 })
	})

	test('lines that begin like a packet line and cannot be read are a row of their own', () => {
		const state = log(
			emptyState(),
			10,
			record(1, 'nf_ct_proto_6666: what is this IN=eth0'),
			record(2, 'nf_ct_999: nobody knows IN=eth0 OUT= SRC=1.2.3.4'),
			record(3, 'nf_conntrack: table full, dropping packet'),
		)
		expect(state.reasons.map(({ reason, count }) => [reason.title, count])).toEqual([
			['could not be parsed', 2],
		])
		expect(state.log.packetLines).toBe(2)
	})
})

describe('times of log entries', () => {
	const stamped = (seq: number, ms: number): LogEvent => record(seq, 'x', { at: ms * 1000 })
	const times = (state: State) => state.log.entries.map((entry) => entry.at)

	test('the clock of the log may be behind ours: the smallest difference seen is the drift', () => {
		let state = log(emptyState(), 100_000, stamped(1, 97_000))
		state = log(state, 101_000, stamped(2, 97_950))
		state = log(state, 140_000, stamped(3, 120_000))
		expect(times(state)).toEqual([100_000, 100_950, 123_000])
	})

	test('it may be ahead of ours', () => {
		expect(times(log(emptyState(), 100_000, stamped(1, 100_900)))).toEqual([100_000])
	})

	test('a drift that grows is followed after some minutes', () => {
		let state = emptyState()
		for (let second = 0; second < 1500; second++) {
			const now = 1_000_000 + second * 1000
			state = log(state, now, stamped(second, now - second))
		}
		const error = 1_000_000 + 1499 * 1000 - (state.log.entries.at(-1)?.at ?? 0)
		expect(error).toBeLessThanOrEqual(600)
	})
})

describe('paused', () => {
	test('counts what waits, and shows it when it goes on', () => {
		let state = log(emptyState(), 10, record(1, 'a'))
		state = stepped(state, 20, { type: 'pause' })
		state = log(state, 30, record(2, 'b'), record(3, packetText('bad checksum')))
		expect(state.paused).toEqual({ since: 20, waiting: 2 })
		expect(state.frozen?.log.entries).toHaveLength(1)
		expect(state.frozen?.reasons).toHaveLength(0)
		expect(state.log.entries).toHaveLength(3)
		state = stepped(state, 40, { type: 'pause' })
		expect(state.paused).toBeUndefined()
		expect(state.frozen).toBeUndefined()
	})
})
