import { expect, test } from 'vitest'
import { createObituaries, endKind } from '../../../src/investigation/join/obituary.ts'
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
const there = packet('10.0.0.1', '10.0.0.2', 40_000, 80)
const back = packet('10.0.0.2', '10.0.0.1', 80, 40_000)

test('who deleted the entry of packets of either direction, read in any order', () => {
	const found = createObituaries()
	found.came(there, 5_200_000)
	found.came(back, 6_000_000)
	found.came(there, 7_000_000)
	found.ended(END)
	expect(found.all()).toEqual([
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

test.each<[string, (found: ReturnType<typeof createObituaries>) => void]>([
	['of other ports', (found) => found.came(packet('10.0.0.1', '10.0.0.2', 40_001, 80), 5e6)],
	['of another protocol', (found) => found.came(packet('10.0.0.1', '10.0.0.2', 40_000, 80, 'UDP'), 5e6)],
	['that came before', (found) => found.came(there, 900_000)],
])('packets %s have no such end', (_, came) => {
	const found = createObituaries()
	found.ended(END)
	came(found)
	expect(found.all()).toEqual([])
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
	const found = createObituaries()
	for (let port = 1; port < 60_000; port++) {
		found.ended({ ...END, tuple: { ...END.tuple, sourcePort: port } })
		found.came(packet('10.0.0.1', '10.0.0.2', port, 80), 5e6)
	}
	expect(found.all().length).toBeLessThanOrEqual(256)
})
