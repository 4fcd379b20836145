import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { type PacketParts, packetText } from '../../../src/kernel/packet/packet-text.ts'
import { icmp, ip, tcp, udp } from '../../harness/crafted/packets.ts'

const LINK = Buffer.from('9ea245844d862e56bb6bfefd0800', 'hex')
const MAC = 'MAC=9e:a2:45:84:4d:86:2e:56:bb:6b:fe:fd:08:00'
const UDP = udp('10.77.0.1', '10.77.0.2', 9001, 9002, { text: 'x' })
const UDP_TEXT =
	'SRC=10.77.0.1 DST=10.77.0.2 LEN=29 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=UDP SPT=9001 DPT=9002 LEN=9 '
const base: PacketParts = { family: 2, indev: 'vkB', outdev: null, link: LINK, linkType: 1, packet: UDP }

/** Whether the text is the kernel's is found out on a kernel, in test/live/packet-text.test.ts. Here: what surrounds it. */
describe('the text of a packet', () => {
	test.each<[string, Partial<PacketParts>, string]>([
		['that came in', {}, `IN=vkB OUT= ${MAC} ${UDP_TEXT}`],
		['that leaves', { indev: null, outdev: 'eth1', link: null }, `IN= OUT=eth1 ${UDP_TEXT}`],
		['of a helper: no device', { indev: null, link: null }, `IN= OUT= ${UDP_TEXT}`],
		['of a device without a header', { link: null }, `IN=vkB OUT= MAC= ${UDP_TEXT}`],
		['whose header is the packet itself', { link: UDP.subarray(0, 14) }, `IN=vkB OUT= MAC= ${UDP_TEXT}`],
		[
			'with owner and mark',
			{ indev: null, outdev: 'lo', link: null, uid: 0, gid: 4_294_967_295, mark: 0x8000_0001 },
			`IN= OUT=lo ${UDP_TEXT}UID=0 GID=4294967295 MARK=0x80000001 `,
		],
		['with a mark of 0', { mark: 0 }, `IN=vkB OUT= ${MAC} ${UDP_TEXT}`],
		['of a bridge port', { physin: 'port1' }, `IN=vkB OUT= PHYSIN=port1 ${MAC} ${UDP_TEXT}`],
		['of the bridge itself', { physin: 'vkB' }, `IN=vkB OUT= ${MAC} ${UDP_TEXT}`],
		[
			'that leaves by a bridge port',
			{ indev: null, outdev: 'br0', physout: 'port2', link: null },
			`IN= OUT=br0 PHYSOUT=port2 ${UDP_TEXT}`,
		],
		['of a bridge rule', { family: 7, etherType: 0x0800 }, `IN=vkB OUT= ${MAC} ${UDP_TEXT}`],
		['of another protocol', { family: 7, etherType: 0x88cc }, `IN=vkB OUT= ${MAC} `],
		['of a tunnel device', { linkType: 776 }, `IN=vkB OUT= ${MAC} ${UDP_TEXT}`],
		[
			'of 6in4',
			{ linkType: 776, link: Buffer.concat([LINK, ip('192.0.2.1', '192.0.2.2', 41, Buffer.alloc(0))]) },
			`IN=vkB OUT= ${MAC}:${Buffer.from(ip('192.0.2.1', '192.0.2.2', 41, Buffer.alloc(0)))
				.toString('hex')
				.match(/../g)
				?.join(':')} TUNNEL=192.0.2.1->192.0.2.2 ${UDP_TEXT}`,
		],
		[
			'of ARP',
			{
				family: 3,
				packet: Buffer.from('00010800060400019ea245844d860a4d00010000000000000a4d0002', 'hex'),
			},
			`IN=vkB OUT= ${MAC} ARP HTYPE=1 PTYPE=0x0800 OPCODE=1 MACSRC=9e:a2:45:84:4d:86 IPSRC=10.77.0.1 MACDST=00:00:00:00:00:00 IPDST=10.77.0.2`,
		],
		['with a name that is no ASCII', { indev: 'größe' }, `IN=größe OUT= ${MAC} ${UDP_TEXT}`],
		['of nothing', { packet: Buffer.alloc(0) }, `IN=vkB OUT= ${MAC} TRUNCATED`],
		[
			'that was merged and has no length',
			{ packet: withoutLength(tcp('10.0.0.1', '10.0.0.2', 1, 2, { flags: 'A', text: 'x'.repeat(3_000) })) },
			`IN=vkB OUT= ${MAC} SRC=10.0.0.1 DST=10.0.0.2 LEN=3040 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SEQ=0 ACK=0 WINDOW=1000 RES=0x00 ACK URGP=0 `,
		],
	])('%s', (_name, parts, expected) => {
		expect(packetText({ ...base, ...parts })).toBe(expected)
	})

	test('is read as the same packet', () => {
		const quoted = tcp('10.0.0.2', '10.0.0.1', 80, 40_000, { flags: 'RA', seq: 5, ack: 6 })
		const packet = icmp('10.0.0.9', '10.0.0.2', 3, { code: 4, rest: 1_400, body: quoted })
		const line = parsePacketLine(`nf_ct_proto_1: unexpected ${packetText({ ...base, packet })}`)
		expect(line?.packet).toMatchObject({
			in: 'vkB',
			src: '10.0.0.9',
			protocol: 'ICMP',
			icmp: { type: 3, code: 4 },
			inner: { protocol: 'TCP', spt: 80, dpt: 40_000, flags: ['ACK', 'RST'], seq: 5, ack: 6 },
			rest: [],
		})
	})

	test('nothing in a packet makes it throw, or print what is not ASCII', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(2, 3, 10, 7, 0),
				fc.uint8Array({ maxLength: 120 }),
				fc.uint8Array({ maxLength: 20 }),
				(family, packet, link) => {
					const text = packetText({ ...base, family, etherType: 0x86dd, packet, link })
					expect(text).toMatch(/^[\x20-\x7e]*$/)
					parsePacketLine(`nf_ct_proto_6: x ${text}`)
				},
			),
			{ numRuns: 2_000 },
		)
	})
})

function withoutLength(packet: Buffer): Buffer {
	const bytes = Buffer.from(packet)
	bytes.writeUInt16BE(0, 2)
	return bytes
}
