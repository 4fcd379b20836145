import { expect, test } from 'vitest'
import { OTHERS } from '../../../../src/app/log/reasons.ts'
import { pickedFor } from '../../../../src/app/screens/rules/trace-pick.ts'
import type { ReasonRow, State } from '../../../../src/app/state/state.ts'
import { emptyState, packetText, record, stepped } from '../../../harness/samples/states.ts'

type Sent = { readonly at: number; readonly from: string; readonly port: number }

/** The row of one reason, of lines that came at these times. */
function rowOf(sent: readonly Sent[]): ReasonRow | undefined {
	const state = sent.reduce(
		(before: State, { at, from, port }, index) =>
			stepped(before, at, {
				type: 'log',
				events: [record(index + 1, packetText('bad checksum', from, port))],
			}),
		emptyState(),
	)
	return state.reasons[0]
}

const again = (from: string, port: number, times: readonly number[]): readonly Sent[] =>
	times.map((at) => ({ at, from, port }))

test('without a reason that is selected: any INVALID packet', () => {
	const { tap, why } = pickedFor(undefined, 0)
	expect(tap).toMatchObject({ kind: 'trace', states: ['invalid'], match: {} })
	expect(why).toContain('any flow')
})

test('a flow that goes on, and not the one that sent most long ago', () => {
	const over = again('198.51.100.1', 1, [0, 100, 200, 300, 400, 500])
	const going = again('198.51.100.2', 2, [30_000, 33_000, 36_000])
	const { tap, why } = pickedFor(rowOf([...over, ...going]), 38_000)
	expect(tap.match.saddr).toEqual({ not: false, value: '198.51.100.2' })
	expect(tap.match.sport).toEqual({ not: false, value: '2' })
	expect(why).toMatch(/198\.51\.100\.2:2 > .*keeps sending: 3 packets in 8 s, the last one 2 s ago/)
})

test('a burst that is over for longer than its gaps does not go on', () => {
	const burst = again('198.51.100.1', 1, [0, 10, 20, 30])
	expect(pickedFor(rowOf(burst), 1_000).why).toContain('keeps sending')
	expect(pickedFor(rowOf(burst), 5_000).why).toContain('it last sent 5 s ago, and may not send again')
})

test('a scan, of which each flow sends once: all of its source', () => {
	const scan = Array.from({ length: 40 }, (_, index) => ({
		at: index * 50,
		from: '203.0.113.9',
		port: 1_000 + index,
	}))
	const { tap, why } = pickedFor(rowOf(scan), 2_500)
	expect(tap.match).toEqual({ saddr: { not: false, value: '203.0.113.9' } })
	expect(why).toContain('all INVALID packets from 203.0.113.9: none of its 40 flows sends again and again')
})

test('many sources that send once each to one address: all to it', () => {
	const many = Array.from({ length: 9 }, (_, index) => ({
		at: index * 50,
		from: `203.0.113.${index + 1}`,
		port: 7,
	}))
	const { tap, why } = pickedFor(rowOf(many), 600)
	expect(Object.keys(tap.match)).toEqual(['daddr'])
	expect(why).toContain('none of the 9 flows to it')
})

test('what was too much to be kept apart is no flow', () => {
	const row = rowOf(again('198.51.100.1', 1, [0, 1_000]))
	const [flow] = row?.flows ?? []
	if (row === undefined || flow === undefined) throw new Error('no flow')
	const others = { ...row, flows: [{ ...flow, flow: OTHERS, count: 900 }, flow] }
	expect(pickedFor(others, 1_500).tap.match.saddr?.value).toBe('198.51.100.1')
	expect(pickedFor({ ...row, flows: [{ ...flow, flow: OTHERS }] }, 1_500).tap.match).toEqual({})
})
