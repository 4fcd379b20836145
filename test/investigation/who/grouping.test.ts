import { describe, expect, test } from 'vitest'
import { endsOf, keysOf, prefixOf } from '../../../src/investigation/who/grouping.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'

const HEAD = 'nf_ct_proto_6: bad checksum '

function keys(packet: string) {
	const found = parsePacketLine(`${HEAD}${packet} `)?.packet
	return keysOf(found, endsOf(found))
}

const TAIL = 'LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1'

describe('what packets are told apart by', () => {
	test('IPv4 with ports', () => {
		expect(
			keys(`IN=eth0 OUT= SRC=10.0.3.7 DST=192.0.2.21 ${TAIL} PROTO=TCP SPT=443 DPT=51514 SEQ=1 ACK=2`),
		).toMatchObject({
			source: '10.0.3.7',
			destination: '192.0.2.21',
			port: 'TCP 51514',
			interface: 'eth0',
			'source-prefix': '10.0.3.0/24',
			'destination-prefix': '192.0.2.0/24',
		})
	})

	test('IPv6, short, and by /64', () => {
		expect(
			keys(
				'IN= OUT=eth1 SRC=2001:0db8:0001:0002:0000:0000:0000:0007 DST=fe80:0000:0000:0000:0000:0000:0000:0001 LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=UDP SPT=53 DPT=1025 LEN=8',
			),
		).toMatchObject({
			source: '2001:db8:1:2::7',
			port: 'UDP 1025',
			interface: '>eth1',
			'source-prefix': '2001:db8:1:2::/64',
			'destination-prefix': 'fe80::/64',
		})
	})

	test('an IPv4 address in IPv6 is no IPv4 address, and has the prefix of its last part', () => {
		expect(
			keys(
				'IN=eth0 OUT= SRC=0000:0000:0000:0000:0000:ffff:0a00:0307 DST=2001:0db8:0000:0000:0000:0000:0000:0001 LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=TCP SPT=1 DPT=2',
			),
		).toMatchObject({ source: '::ffff:10.0.3.7', 'source-prefix': '::ffff:10.0.3.0/120' })
	})

	test('ICMP has types in place of ports', () => {
		expect(keys(`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.1 ${TAIL} PROTO=ICMP TYPE=3 CODE=1`)).toMatchObject({
			port: 'ICMP type 3',
		})
		const { port } = endsOf(
			parsePacketLine(`${HEAD}IN=eth0 OUT= SRC=1.1.1.1 DST=2.2.2.2 ${TAIL} PROTO=ICMP TYPE=3 CODE=1 `)
				?.packet,
		)
		expect(port).toBe('')
	})

	test('a later fragment has none, and says so', () => {
		expect(keys(`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.1 ${TAIL} FRAG:185 PROTO=UDP`)).toMatchObject({
			port: 'UDP fragment, no ports',
		})
		expect(keys(`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.1 ${TAIL} PROTO=47`).port).toBe('47, no ports')
	})

	test('what was cut is not known', () => {
		expect(keys(`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.1 ${TAIL} PROTO=TCP`)).toMatchObject({
			source: '10.0.3.7',
			port: '',
		})
		expect(keysOf(undefined, endsOf(undefined))).toEqual({
			source: '',
			destination: '',
			port: '',
			interface: '',
			'source-prefix': '',
			'destination-prefix': '',
		})
	})

	test.each([
		['10.0.3.7', '10.0.3.0/24'],
		['224.0.0.251', '224.0.0.251'],
		['255.255.255.255', '255.255.255.255'],
		['ff02::fb', 'ff02::fb'],
		['::1', '::/64'],
		['2001:db8::', '2001:db8::/64'],
		['10.x.x.x', ''],
		['...', ''],
		['1:2::3::4', ''],
		['', ''],
	])('prefix of %j', (address, prefix) => {
		expect(prefixOf(address)).toBe(prefix)
	})
})
