import { expect, test } from 'vitest'
import { createPcapngWriter } from '../../../src/kernel/nflog/pcapng.ts'
import { ethernet, tcp } from '../../harness/crafted/packets.ts'
import { be32, nflogRecord, pcapHeader, pcapRecord } from '../../kernel/nflog/nflog-stream.ts'
import { answered, gathered } from './given.ts'

const PACKET = tcp('198.51.100.2', '203.0.113.5', 51599, 80, { flags: 'FA', seq: 7, ack: 9 })
const PREFIX = 10
const INDEV = 4
const PAYLOAD = 9
const RECORD = (prefix: string, littleEndian = true) =>
	nflogRecord(
		2,
		[
			[PREFIX, Buffer.from(`${prefix}\0`)],
			[INDEV, be32(2)],
			[PAYLOAD, PACKET],
		],
		{ littleEndian },
	)

test.each([true, false])('NFLOG in a pcap, little endian: %s', async (littleEndian) => {
	const pcap = Buffer.concat([
		pcapHeader({ littleEndian }),
		pcapRecord(1_795_946_400, 5, RECORD('nf_ct_proto_6: invalid new ', littleEndian), { littleEndian }),
		pcapRecord(1_795_946_401, 5, RECORD('INV: ', littleEndian), { littleEndian }),
	])
	for (const size of [pcap.length, 5]) {
		const answer = await answered(pcap, size)
		expect(answer.things[0]?.capture).toEqual({ packets: 2, told: 2, unread: 0 })
		expect(answer.reasons.map(({ reason, count, flows }) => [reason.id, count, flows[0]?.flow])).toEqual([
			['tcp-new', 1, '198.51.100.2:51599 > 203.0.113.5:80'],
		])
		expect([...answer.all.logs.summary.rules.keys()]).toEqual(['INV:'])
	}
})

test('plain packets are counted, and nothing is said of how conntrack judged them', async () => {
	const frame = ethernet('52:54:00:00:00:01', '52:54:00:00:00:02', PACKET)
	const all = await gathered(
		Buffer.concat([pcapHeader({ linkType: 1 }), pcapRecord(1_795_946_400, 5, frame)]),
	)
	expect(all.things[0]?.capture).toEqual({ packets: 1, told: 0, unread: 0 })
	expect(all.all.logs.total).toBe(0)
})

test('pcapng, as this program writes it', async () => {
	const writer = createPcapngWriter('Linux 6.1')
	const message = {
		number: 1,
		at: 0,
		wallMicros: 1_795_946_400_000_000,
		text: '',
		family: 2,
		indev: 'eth0',
		outdev: null,
		link: null,
		packet: PACKET,
	}
	const file = Buffer.concat([writer.start(), writer.packet(message, 'nf_ct_proto_6: invalid new')])
	expect((await gathered(file)).things[0]?.capture).toEqual({ packets: 1, told: 0, unread: 0 })
	const cut = await gathered(file.subarray(0, file.length - 3))
	expect(cut.refused[0]?.failure).toMatchObject({
		message: expect.stringContaining('in the middle of a packet'),
	})
})

test('a record of a length that no tool writes ends it in a sentence', async () => {
	const record = pcapRecord(1, 1, PACKET)
	record.writeUInt32LE(0xffff_ffff, 8)
	const all = await gathered(Buffer.concat([pcapHeader({ linkType: 1 }), record]))
	expect(all.refused[0]?.failure).toMatchObject({ message: expect.stringContaining('record of') })
})
