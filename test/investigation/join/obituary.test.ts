import { describe, expect, test } from 'vitest'
import {
	endsIn,
	NO_OBITUARIES,
	type Obituaries,
	obituariesOf,
	obituariesOfFlows,
	obituariesWith,
} from '../../../src/investigation/join/obituary.ts'
import { endKind } from '../../../src/kernel/conntrack/end-kind.ts'
import { type EndedEntry, parseEndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import type { Packet } from '../../../src/kernel/packet/packet.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { endedEntryOf } from '../../../src/kernel/probes/ended.ts'
import { END_BY_PROBE } from '../../harness/samples/ended.ts'

const read = <T>(value: T | undefined): T => {
	if (value === undefined) throw new Error('not read')
	return value
}
const END = read(endedEntryOf(END_BY_PROBE))
const packet = (src: string, dst: string, spt: number, dpt: number, protocol = 'TCP') => {
	const line = parsePacketLine(
		`nf_ct_proto_6: invalid new IN=eth0 OUT= SRC=${src} DST=${dst} LEN=40 TTL=64 ID=1 PROTO=${protocol} SPT=${spt} DPT=${dpt} `,
	)
	if (line === undefined) throw new Error('no packet')
	return line.packet
}
const came = (before: Obituaries, one: Packet, at: number) =>
	obituariesWith(before, { ended: [], came: [{ packet: one, at }] })
const ended = (before: Obituaries, ...ends: EndedEntry[]) => obituariesWith(before, { ended: ends, came: [] })
const there = packet('10.0.0.1', '10.0.0.2', 40_000, 80)
const back = packet('10.0.0.2', '10.0.0.1', 80, 40_000)

test('who deleted the entry of packets of either direction, read in any order', () => {
	const first = came(NO_OBITUARIES, there, 5_200)
	const found = ended(came(came(first, back, 6_000), there, 7_000), END)
	expect(obituariesOf(found)).toEqual([
		{
			flow: '10.0.0.1:40000 > 10.0.0.2:80',
			packets: 3,
			kind: 'deleted',
			by: { task: 'conntrack', pid: 178, portId: 178 },
			state: 'ESTABLISHED',
			secondsBefore: 4.2,
			sentence: 'its entry ended 4.2 s before: deleted by conntrack (pid 178)',
		},
	])
})

test('ends of later connections of the same ports take nothing away', () => {
	const later = (at: number): EndedEntry => ({ ...END, at, how: 'timed-out', portId: null, program: '' })
	const again = ended(came(ended(NO_OBITUARIES, END), there, 5_200), later(8_000))
	expect(obituariesOf(again)).toMatchObject([{ kind: 'deleted', secondsBefore: 4.2 }])
	const often = ended(again, ...Array.from({ length: 50 }, (_, at) => later(9_000 + at)))
	expect(endsIn(often)).toContainEqual(END)
	expect(endsIn(often).length).toBeLessThan(10)
	expect(obituariesOf(often)).toMatchObject([{ kind: 'deleted' }])
	// In whatever order they are read.
	const first = ended(ended(NO_OBITUARIES, later(8_000)), END)
	expect(endsIn(first).map(({ at }) => at)).toEqual([END.at, 8_000])
	expect(obituariesOf(came(first, there, 5_200))).toMatchObject([{ kind: 'deleted' }])
})

test.each([
	['of other ports', packet('10.0.0.1', '10.0.0.2', 40_001, 80), 5e3],
	['of another protocol', packet('10.0.0.1', '10.0.0.2', 40_000, 80, 'UDP'), 5e3],
	['that came before', there, 900],
] as const)('packets %s have no such end', (_, one, at) => {
	expect(obituariesOf(came(ended(NO_OBITUARIES, END), one, at))).toEqual([])
})

test.each([
	[0, 'nf_ct_gc_expired', 'timed-out'],
	[0, 'early_drop', 'evicted'],
	[0, 'gc_worker', 'evicted'],
	[0, 'nf_conntrack_tcp_packet', 'replaced'],
	[0, 'nf_ct_iterate_cleanup', 'cleaned-up'],
	[178, 'nf_ct_iterate_cleanup', 'deleted'],
	[0, 'something_new', 'kernel'],
	[null, '', 'kernel'],
] as const)('port %s, %s: %s', (portId, caller, kind) => {
	expect(endKind({ portId, caller })).toBe(kind)
})

test('no stranger decides how much is kept', () => {
	const ports = Array.from({ length: 60_000 }, (_, port) => port)
	const found = obituariesWith(NO_OBITUARIES, {
		ended: ports.map((sport) => ({ ...END, original: { ...END.original, sport } })),
		came: ports.map((port) => ({ packet: packet('10.0.0.1', '10.0.0.2', port, 80), at: 5e3 })),
	})
	expect(found.ended.size).toBeLessThanOrEqual(4_096)
	expect(obituariesOf(found).length).toBeLessThanOrEqual(256)
})

describe('told by conntrack -E', () => {
	const told = (text: string, flow = '10.0.0.1:40000 > 10.0.0.2:80') => {
		const end = read(parseEndedEntry(`[1000.500000]	[DESTROY] ${text}`))
		return obituariesOfFlows(
			[end],
			[
				{ flow, protocol: 'TCP', first: 1_002_000, packets: 2 },
				{ flow: flow.split(' > ').toReversed().join(' > '), protocol: 'TCP', first: 1_001_500, packets: 3 },
			],
		)
	}
	const TUPLES =
		'src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=40000 [ASSURED]'

	test.each([
		[
			`tcp      6 ESTABLISHED ${TUPLES} [USERSPACE] portid=178 progname=conntrack`,
			'its entry ended 1 s before: deleted by conntrack (netlink port 178)',
		],
		[`tcp      6 TIME_WAIT ${TUPLES}`, 'its entry ended 1 s before: the connection was closed (TIME_WAIT)'],
		[
			`tcp      6 ESTABLISHED ${TUPLES}`,
			'its entry ended 1 s before: no program deleted it in ESTABLISHED: it timed out, was evicted, or went with an address or a device',
		],
	])('%s', (text, sentence) => {
		expect(told(text)).toMatchObject([{ packets: 5, secondsBefore: 1, sentence }])
	})

	test('an end behind NAT is that of the packets of either side', () => {
		const nat =
			'src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=80 src=10.9.0.9 dst=10.0.0.7 sport=8080 dport=61000'
		expect(told(`tcp      6 ESTABLISHED ${nat}`, '10.9.0.9:8080 > 10.0.0.7:61000')).toHaveLength(1)
		expect(told(`tcp      6 ESTABLISHED ${nat}`)).toHaveLength(1)
	})
})
