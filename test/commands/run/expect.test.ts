import { describe, expect, test } from 'vitest'
import { expectedText, judged, problemOf } from '../../../src/commands/run/expect.ts'
import { inOrder, packetLines } from '../../../src/commands/run/packets.ts'
import type { RunPacket, RunReport } from '../../../src/commands/run/types.ts'

type Part = Pick<RunReport, 'reasons' | 'named' | 'accounting' | 'missed' | 'elsewhere'>

const report = (accounting: Partial<RunReport['accounting']> = {}, more: Partial<Part> = {}): RunReport => {
	const counted = {
		counted: 4,
		explained: 4,
		named: 0,
		silent: 0,
		lost: 0,
		explainedAtLeast: 4,
		silentAtMost: 0,
	}
	const part = {
		reasons: [
			{ id: 'tcp-rst', count: 3 },
			{ id: 'tcp-rst', count: 1 },
		],
		named: [{ id: 'silent-fin', count: 2 }],
		accounting: { ...counted, ...accounting },
		missed: [],
		elsewhere: [
			{ isNew: true, reasons: [{ id: 'tcp-flags', count: 5 }], named: [] },
			{ isNew: false, reasons: [{ id: 'tcp-flags', count: 7 }], named: [] },
		],
		...more,
	}
	return part as unknown as RunReport
}
const one = (id: string, count: number, of = report()) => judged(of, [{ id, count }])[0]

describe('what was expected is held against what came', () => {
	test.each<[string, number, boolean]>([
		['tcp-rst', 4, true],
		['tcp-rst', 3, false],
		['tcp-win-seq-over', 0, true],
		['silent-fin', 2, true],
		['silent', 0, true],
		['counted', 4, true],
		['tcp-flags', 5, true],
	])('%s=%i: %s', (id, count, isMet) => {
		expect(one(id, count)).toMatchObject({ isMet, isSure: true })
	})

	test.each<[string, RunReport]>([
		['lines were lost', report({ lost: 1 })],
		['the reader ended', report({}, { missed: ['the reader ended'] })],
	])('where %s, no number is sure', (_, of) => {
		expect(one('tcp-rst', 4, of)).toMatchObject({ isMet: false, isSure: false })
		expect(one('counted', 4, of)).toMatchObject({ isMet: true })
	})

	test('silent is not sure where it may be more', () => {
		expect(one('silent', 0, report({ silentAtMost: 2 }))).toMatchObject({ isMet: false, isSure: false })
	})

	test('in words', () => {
		const text = (isMet: boolean, isSure: boolean, came: number) =>
			expectedText({ id: 'tcp-rst', expected: 4, came, isSure, isMet })
		expect(text(true, true, 4)).toBe('tcp-rst: 4 came')
		expect(text(false, true, 3)).toBe('MISMATCH: tcp-rst: 4 expected, 3 came')
		expect(text(false, false, 4)).toMatch(/^NOT SURE: tcp-rst: 4 expected, and 4 came, but lines were lost/)
	})
})

test.each<[string, RegExp | undefined]>([
	['tcp-rst', undefined],
	['silent', undefined],
	['unknown', undefined],
	['tcp-rts', /'tcp-rts' is neither the id of a reason .*; similar: .*tcp-rst/],
	['x', /is neither the id of a reason/],
])('an id that nobody has is refused: %s', (id, says) => {
	const problem = problemOf([{ id, count: 0 }])
	if (says === undefined) expect(problem).toBeUndefined()
	else expect(problem).toMatch(says)
})

test('the same id twice is refused', () => {
	expect(problemOf([1, 2].map((count) => ({ id: 'tcp-rst', count })))).toMatch(/expected twice/)
})

describe('packets as lines', () => {
	const packet: RunPacket = {
		at: '2026-01-02T03:04:05.678Z',
		flow: '10.0.0.1:1 > 10.0.0.2:2',
		protocol: 'TCP',
		flags: ['ACK', 'RST'],
		seq: 4_000_000_000,
		ack: null,
		bound: 3_999_999_999,
		reason: 'tcp-win-seq-over',
		text: 'SEQ is over upper bound',
		detail: '',
		verdict: 'invalid',
	}
	test('one line each, with plain digits', () => {
		const lines = packetLines({ bound: 10_000, notKept: 0, list: [packet, { ...packet, isSilent: true }] })
		expect(lines).toHaveLength(3)
		expect(lines[0]?.trim().split(/\s+/)).toEqual(
			'TIME FLOW PROTO FLAGS SEQ ACK BOUND ID VERDICT REASON'.split(' '),
		)
		expect(lines[1]).toMatch(
			/\.678 {2}10\.0\.0\.1:1 > 10\.0\.0\.2:2 {2}TCP +ACK,RST {2}4000000000 {2}- +3999999999 {2}tcp-win-seq-over {2}INVALID {2,}SEQ is over upper bound$/,
		)
		expect(lines[2]).toMatch(/INVALID,silent {2}SEQ/)
	})

	test('what is beyond the bound is said', () => {
		expect(packetLines({ bound: 10_000, notKept: 7, list: [packet] }).at(-1)).toMatch(
			/the first 10000 packets are kept; 7 more came/,
		)
	})

	test('none at all', () => {
		expect(packetLines({ bound: 10_000, notKept: 0, list: [] })).toEqual([
			'  no packet was INVALID or logged',
		])
	})
})

describe('packets in the order in which they were read', () => {
	const walls = (...kept: readonly { readonly wall: number; readonly copy?: boolean }[]) =>
		inOrder(kept.map(({ wall, copy }) => (copy === true ? { wall, copy } : { wall }))).map(({ wall }) => wall)

	test('the first record of the kernel log may have passed for younger than it is', () =>
		expect(walls({ wall: 130 }, { wall: 120 }, { wall: 140 })).toEqual([120, 120, 140]))
	test('copies have an order of their own', () =>
		expect(walls({ wall: 130 }, { wall: 90, copy: true }, { wall: 140 })).toEqual([130, 90, 140]))
})
