import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
	type Came,
	MOST_COPIES,
	MOST_LINES,
	NOTHING_TO_PAIR,
	type Pairing,
	paired,
	WAIT_MS,
} from '../../../src/kernel/log/pairing.ts'
import { type PacketLine, parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'

const TCP = (id: number, seq = 1) =>
	`IN=eth0 OUT= MAC= SRC=10.0.3.7 DST=10.0.9.21 LEN=40 TTL=64 ID=${id} PROTO=TCP SPT=443 DPT=51514 SEQ=${seq} ACK=2 WINDOW=501 RES=0x00 ACK URGP=0 `

function parsed(text: string): PacketLine {
	const line = parsePacketLine(text)
	if (line === undefined) throw new Error(`no packet in ${text}`)
	return line
}

const line = (packet: string): Came => ({
	kind: 'line',
	packet: parsed(`nf_ct_proto_6: invalid new ${packet}`).packet,
})
const copy = (packet: string, at = 0): Came => {
	const text = `ctscope 4026531840: ${packet}`
	return { kind: 'copy', line: parsed(text), text, at }
}
const LOST: Came = { kind: 'lost' }

type Sent = readonly [at: number, ...came: readonly Came[]]

/** What has no line, by its ID, after these batches and the time in which a line may come. */
function unlined(...batches: readonly Sent[]): readonly string[] {
	let pairing: Pairing = NOTHING_TO_PAIR
	const left: string[] = []
	const last = batches.at(-1)?.[0] ?? 0
	for (const [at, ...came] of [...batches, [last + WAIT_MS] as const]) {
		const next = paired(pairing, came, at)
		pairing = next.pairing
		left.push(...next.unlined.map((one) => one.line.packet.fields.ID ?? ''))
	}
	return left
}

describe('lines and copies of packets', () => {
	test('a copy without a log line is told of when the time for it is over, and once', () => {
		const first = paired(NOTHING_TO_PAIR, [copy(TCP(1), 7)], 10)
		expect(first.unlined).toEqual([])
		const early = paired(first.pairing, [], 10 + WAIT_MS - 1)
		expect(early.unlined).toEqual([])
		const late = paired(early.pairing, [], 10 + WAIT_MS)
		expect(late.unlined).toMatchObject([{ at: 7, line: { packet: { fields: { ID: '1' } } } }])
		expect(paired(late.pairing, [], 20_000).unlined).toEqual([])
	})

	test.each<[string, readonly Sent[]]>([
		['before it', [[0, line(TCP(1)), copy(TCP(1))]]],
		['behind it', [[0, copy(TCP(1)), line(TCP(1))]]],
		[
			'in an earlier batch',
			[
				[0, line(TCP(1))],
				[900, copy(TCP(1))],
			],
		],
		[
			'in a later one',
			[
				[0, copy(TCP(1))],
				[WAIT_MS - 1, line(TCP(1))],
			],
		],
		['among others', [[0, line(TCP(2)), line(TCP(1)), copy(TCP(1)), copy(TCP(2))]]],
	])('the line stands %s', (_, batches) => {
		expect(unlined(...batches)).toEqual([])
	})

	test.each([
		['another ID', TCP(2)],
		['another sequence number', TCP(1, 9)],
		['another port', TCP(1).replace('SPT=443', 'SPT=444')],
		['another interface', TCP(1).replace('IN=eth0', 'IN=eth1')],
		['the way out', TCP(1).replace('IN=eth0 OUT=', 'IN= OUT=eth0')],
		['another flag', TCP(1).replace('ACK URGP', 'ACK FIN URGP')],
		['another protocol', TCP(1).replace('PROTO=TCP', 'PROTO=UDP')],
	])('a line of another packet explains nothing: %s', (_, other) => {
		expect(unlined([0, line(other), copy(TCP(1))])).toEqual(['1'])
	})

	test('marks, and what conntrack does not look at, make no other packet', () => {
		expect(unlined([0, line(`${TCP(1)}MARK=0x1 `), copy(TCP(1).replace('TTL=64', 'TTL=63'))])).toEqual([])
	})

	test('each line is used once: of two equal packets one has none', () => {
		expect(unlined([0, line(TCP(1)), copy(TCP(1)), copy(TCP(1))])).toEqual(['1'])
	})

	test('an echo reply has its numbers in the key', () => {
		const reply = (seq: number) =>
			`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.21 LEN=84 TTL=64 ID=0 PROTO=ICMP TYPE=0 CODE=0 ID=77 SEQ=${seq} `
		expect(unlined([0, line(reply(1)), copy(reply(2))])).toHaveLength(1)
		expect(unlined([0, line(reply(2)), copy(reply(2))])).toEqual([])
	})

	test.each<[string, readonly Sent[]]>([
		[
			'behind the copy',
			[
				[0, copy(TCP(1))],
				[500, LOST],
			],
		],
		[
			'before it, and read later',
			[
				[0, LOST],
				[2_000, copy(TCP(1))],
			],
		],
		['in the same moment', [[0, copy(TCP(1)), LOST, copy(TCP(2))]]],
	])('where lines were lost nothing is concluded: %s', (_, batches) => {
		expect(unlined(...batches)).toEqual([])
		expect(unlined(...batches, [9_000, copy(TCP(9))])).toEqual(['9'])
	})

	test('whatever comes, no more is remembered', () => {
		const many = Array.from({ length: 2 * MOST_LINES }, (_, id) => id)
		const lines = paired(
			NOTHING_TO_PAIR,
			many.map((id) => line(TCP(id))),
			0,
		)
		expect(lines.pairing.lines).toHaveLength(MOST_LINES)
		// The newest lines are those whose copies come next.
		expect(paired(lines.pairing, [copy(TCP(many.length - 1))], 1).pairing.copies).toEqual([])
		const copies = paired(
			NOTHING_TO_PAIR,
			many.map((id) => copy(TCP(id))),
			0,
		)
		expect(copies.pairing.copies).toHaveLength(MOST_COPIES)
		expect(paired(copies.pairing, [], WAIT_MS).unlined).toHaveLength(MOST_COPIES)
		expect(paired(lines.pairing, [], 60_000).pairing.lines).toEqual([])
	})

	const packets = fc.array(
		fc.record({
			/** Some are equal to each other. */
			id: fc.integer({ min: 0, max: 12 }),
			at: fc.integer({ min: 0, max: 1_500 }),
			lineAfter: fc.option(fc.integer({ min: -400, max: 400 })),
		}),
		{ maxLength: 60 },
	)

	test('whatever order and delay: as many are left of each packet as came without a log line', () => {
		fc.assert(
			fc.property(packets, fc.integer({ min: 1, max: 300 }), (list, batchMs) => {
				const came = list.flatMap(({ id, at, lineAfter }) => [
					{ at, one: copy(TCP(id)) },
					...(lineAfter === null ? [] : [{ at: at + lineAfter, one: line(TCP(id)) }]),
				])
				const batches = Object.entries(Object.groupBy(came, ({ at }) => Math.ceil((at + 400) / batchMs)))
					.toSorted(([a], [b]) => Number(a) - Number(b))
					.map(([number, all = []]) => [Number(number) * batchMs, ...all.map(({ one }) => one)] as const)
				const wanted = list.filter(({ lineAfter }) => lineAfter === null).map(({ id }) => `${id}`)
				expect(unlined(...batches).toSorted()).toEqual(wanted.toSorted())
			}),
			{ numRuns: 200 },
		)
	})

	test('a packet of its own is told of whatever the delay within the time', () => {
		const delays = fc.array(fc.integer({ min: 1 - WAIT_MS, max: WAIT_MS - 1 }), { maxLength: 20 })
		fc.assert(
			fc.property(delays, (list) => {
				const came = list.flatMap((delay, id) => [
					{ at: 3_000 + 100 * id, one: copy(TCP(id)) },
					{ at: 3_000 + 100 * id + delay, one: line(TCP(id)) },
				])
				const batches = came.toSorted((a, b) => a.at - b.at).map(({ at, one }) => [at, one] as const)
				expect(unlined(...batches)).toEqual([])
			}),
			{ numRuns: 100 },
		)
	})
})
