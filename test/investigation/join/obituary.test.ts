import { expect, test } from 'vitest'
import {
	endKind,
	NO_OBITUARIES,
	type Obituaries,
	obituariesOf,
	obituariesWith,
} from '../../../src/investigation/join/obituary.ts'
import type { Packet } from '../../../src/kernel/packet/packet.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import type { EndedByProbe } from '../../../src/kernel/probes/ended.ts'

const END: EndedByProbe = {
	micros: 1_000_000,
	netns: 1,
	tuple: {
		family: 2,
		protocol: 6,
		source: '10.0.0.1',
		destination: '10.0.0.2',
		sourcePort: 40_000,
		destinationPort: 80,
	},
	state: 'ESTABLISHED',
	portId: 178,
	task: 'conntrack',
	pid: 178,
	caller: 'ctnetlink_del_conntrack',
	hadReply: true,
	isAssured: true,
}
const packet = (src: string, dst: string, spt: number, dpt: number, protocol = 'TCP') => {
	const line = parsePacketLine(
		`nf_ct_proto_6: invalid new IN=eth0 OUT= SRC=${src} DST=${dst} LEN=40 TTL=64 ID=1 PROTO=${protocol} SPT=${spt} DPT=${dpt} `,
	)
	if (line === undefined) throw new Error('no packet')
	return line.packet
}
const came = (before: Obituaries, one: Packet, micros: number) =>
	obituariesWith(before, { ended: [], came: [{ packet: one, micros }] })
const ended = (before: Obituaries, ...ends: EndedByProbe[]) =>
	obituariesWith(before, { ended: ends, came: [] })
const there = packet('10.0.0.1', '10.0.0.2', 40_000, 80)
const back = packet('10.0.0.2', '10.0.0.1', 80, 40_000)

test('who deleted the entry of packets of either direction, read in any order', () => {
	const first = came(NO_OBITUARIES, there, 5_200_000)
	const found = ended(came(came(first, back, 6_000_000), there, 7_000_000), END)
	expect(obituariesOf(found)).toEqual([
		{
			flow: '10.0.0.1:40000 > 10.0.0.2:80',
			packets: 3,
			kind: 'deleted',
			by: { task: 'conntrack', pid: 178 },
			state: 'ESTABLISHED',
			secondsBefore: 4.2,
			sentence: 'its entry ended 4.2 s before: deleted by conntrack (pid 178)',
		},
	])
})

test.each([
	['of other ports', packet('10.0.0.1', '10.0.0.2', 40_001, 80), 5e6],
	['of another protocol', packet('10.0.0.1', '10.0.0.2', 40_000, 80, 'UDP'), 5e6],
	['that came before', there, 900_000],
] as const)('packets %s have no such end', (_, one, micros) => {
	expect(obituariesOf(came(ended(NO_OBITUARIES, END), one, micros))).toEqual([])
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
		ended: ports.map((sourcePort) => ({ ...END, tuple: { ...END.tuple, sourcePort } })),
		came: ports.map((port) => ({ packet: packet('10.0.0.1', '10.0.0.2', port, 80), micros: 5e6 })),
	})
	expect(found.ended.size).toBeLessThanOrEqual(4_096)
	expect(obituariesOf(found).length).toBeLessThanOrEqual(256)
})
