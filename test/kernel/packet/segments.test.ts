import { expect, test } from 'vitest'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { NO_SEGMENTS, type Segments, withSegment } from '../../../src/kernel/packet/segments.ts'

const line = (flags: string, seq = 1, length = 60, protocol = 'TCP') =>
	`nf_ct_proto_6: invalid new IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=${length} TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=${protocol} SPT=80 DPT=4000 SEQ=${seq} ACK=1 WINDOW=500 RES=0x00 ${flags} URGP=0`

function counted(...lines: readonly string[]): Segments {
	return lines.reduce((before, text) => {
		const packet = parsePacketLine(text)?.packet
		return packet === undefined ? before : withSegment(before, packet, 200)
	}, NO_SEGMENTS)
}

test.each([
	['SYN', 60, 'syn'],
	['ACK SYN', 60, 'synAck'],
	['ACK FIN', 52, 'fin'],
	['ACK PSH FIN', 900, 'fin'],
	['RST', 40, 'rst'],
	['ACK RST', 40, 'rst'],
	['ACK', 52, 'ack'],
	['ACK PSH', 1500, 'data'],
	['FIN', 40, 'odd'],
	['SYN FIN', 40, 'odd'],
	['SYN RST', 40, 'odd'],
	['', 40, 'odd'],
	['URG PSH FIN', 40, 'odd'],
] as const)('%s of %d bytes: %s', (flags, length, kind) => {
	expect(counted(line(flags, 1, length))).toMatchObject({ [kind]: 1, again: 0 })
})

test('the same segment again: someone waits; a keepalive and an RST wait for nothing', () => {
	expect(counted(line('ACK FIN'), line('ACK FIN'), line('ACK FIN')).again).toBe(2)
	expect(counted(line('ACK PSH', 1, 900), line('ACK PSH', 2, 900)).again).toBe(0)
	expect(counted(line('ACK PSH', 1, 900), line('ACK FIN', 2, 60), line('ACK PSH', 1, 900)).again).toBe(1)
	expect(counted(line('ACK', 5, 52), line('ACK', 5, 52)).again).toBe(0)
	expect(counted(line('RST', 5, 40), line('RST', 5, 40)).again).toBe(0)
})

test('what is no TCP leaves it as it is', () => {
	expect(
		counted(
			'nf_ct_proto_17: bad checksum IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=UDP SPT=1 DPT=2 LEN=40',
		),
	).toBe(NO_SEGMENTS)
})

test('the same packet judged twice at once is not sent again', () => {
	const packet = parsePacketLine(line('ACK FIN'))?.packet
	if (packet === undefined) throw new Error('no packet')
	expect(withSegment(withSegment(NO_SEGMENTS, packet, 0), packet, 0)).toMatchObject({ fin: 2, again: 0 })
})
