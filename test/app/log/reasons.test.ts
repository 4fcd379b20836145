import { describe, expect, test } from 'vitest'
import { OTHERS, reasonRate } from '../../../src/app/log/reasons.ts'
import { FLOW_LIMIT, REASON_LIMIT, REASON_RATE_SECONDS, type State } from '../../../src/app/state/state.ts'
import { emptyState, packetText, record, stepped } from '../../harness/samples/states.ts'

let seq = 0
const lines = (state: State, at: number, ...texts: readonly string[]): State =>
	stepped(state, at, { type: 'log', events: texts.map((text) => record(++seq, text)) })
const tick = (state: State, at: number): State => stepped(state, at, { type: 'tick', wall: at })
const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text)

describe('rows of reasons', () => {
	test('most frequent first, with the last line', () => {
		const state = lines(
			emptyState(),
			5,
			packetText('bad checksum'),
			...times(3, packetText('invalid tcp flag combination')),
			packetText('bad checksum', '10.0.0.1', 9),
		)
		expect(state.reasons.map(({ reason, count }) => [reason.id, count])).toEqual([
			['tcp-flags', 3],
			['tcp-csum', 2],
		])
		expect(state.reasons[1]).toMatchObject({
			sample: packetText('bad checksum', '10.0.0.1', 9),
			firstAt: 5,
			lastAt: 5,
		})
	})

	test('the same text of two protocols is two rows', () => {
		const state = lines(
			emptyState(),
			5,
			packetText('bad checksum'),
			packetText('bad checksum', '10.0.0.1', 9, 17),
		)
		expect(state.reasons.map(({ reason }) => reason.protocol).sort()).toEqual(['TCP', 'UDP'])
	})

	test('accepted packets are rows with their verdict', () => {
		const state = lines(emptyState(), 5, packetText('challenge-ack ignored'))
		expect(state.reasons[0]?.reason.verdict).toBe('accepted')
	})

	test('texts that nobody knows are rows by their text', () => {
		const state = lines(
			emptyState(),
			5,
			packetText('flux inverted'),
			packetText('flux lost'),
			packetText('flux lost'),
		)
		expect(state.reasons.map(({ reason, count }) => [reason.title, reason.verdict, count])).toEqual([
			['flux lost', 'unknown', 2],
			['flux inverted', 'unknown', 1],
		])
	})

	test('beyond the limit everything is added up as others, at the end', () => {
		const words = Array.from({ length: REASON_LIMIT + 50 }, (_, index) =>
			packetText(`odd ${letters(index)} thing`),
		)
		const state = lines(lines(emptyState(), 5, ...words), 6, ...words)
		expect(state.reasons).toHaveLength(REASON_LIMIT)
		expect(state.reasons.at(-1)).toMatchObject({ key: OTHERS, count: 2 * 51 })
		expect(state.reasons.reduce((sum, row) => sum + row.count, 0)).toBe(2 * words.length)
	})
})

describe('flows of a reason', () => {
	const from = (port: number): string => packetText('bad checksum', '10.0.3.7', port)

	test('most frequent first, shortened', () => {
		const { reasons } = lines(emptyState(), 5, from(1), from(2), from(2))
		expect(reasons[0]?.flows).toMatchObject([
			{ flow: '10.0.3.7:2 > 10.0.9.21:51514', count: 2, firstAt: 5, lastAt: 5, where: 'eth0' },
			{ flow: '10.0.3.7:1 > 10.0.9.21:51514', count: 1, firstAt: 5, lastAt: 5, where: 'eth0' },
		])
	})

	test('are bounded, add up, and one that becomes frequent late is seen', () => {
		const scan = Array.from({ length: 3 * FLOW_LIMIT }, (_, index) => from(index + 1))
		let state = lines(emptyState(), 5, ...scan)
		state = lines(state, 6, ...times(40, from(60_000)))
		const flows = state.reasons[0]?.flows ?? []
		expect(flows).toHaveLength(FLOW_LIMIT)
		expect(flows[0]).toMatchObject({ flow: '10.0.3.7:60000 > 10.0.9.21:51514', count: 40 })
		expect(flows.at(-1)?.flow).toBe(OTHERS)
		expect(flows.reduce((sum, one) => sum + one.count, 0)).toBe(3 * FLOW_LIMIT + 40)
	})
})

describe('rates of reasons', () => {
	const rate = (state: State): number => {
		const row = state.reasons[0]
		return row === undefined ? Number.NaN : reasonRate(row)
	}

	test('in the first second what has come so far, then the mean of whole seconds', () => {
		let state = lines(emptyState(), 100, ...times(4, packetText('bad checksum')))
		expect(rate(state)).toBe(4)
		state = tick(state, 1000)
		expect(rate(state)).toBe(4)
		state = tick(lines(state, 1500, ...times(8, packetText('bad checksum'))), 2000)
		expect(rate(state)).toBe(6)
	})

	test('a reason that fell silent goes to 0 and then is left alone', () => {
		let state = lines(emptyState(), 100, packetText('bad checksum'))
		for (let second = 1; second <= REASON_RATE_SECONDS + 1; second++) state = tick(state, second * 1000)
		expect(rate(state)).toBe(0)
		const quiet = state.reasons[0]
		state = tick(state, (REASON_RATE_SECONDS + 2) * 1000)
		expect(state.reasons[0]).toBe(quiet)
		expect(quiet?.recent).toHaveLength(REASON_RATE_SECONDS + 1)
	})

	test('ticks that come late move as many seconds as went by', () => {
		let state = lines(emptyState(), 100, ...times(10, packetText('bad checksum')))
		state = tick(state, 5020)
		expect(rate(state)).toBe(2)
		expect(state.secondEnd).toBe(5000)
	})
})

function letters(index: number): string {
	return String.fromCharCode(97 + (index % 26), 97 + (Math.floor(index / 26) % 26))
}
