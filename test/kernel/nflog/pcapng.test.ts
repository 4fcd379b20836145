import { describe, expect, test } from 'vitest'
import type { NflogMessage } from '../../../src/kernel/nflog/nflog-message.ts'
import { createPcapngWriter } from '../../../src/kernel/nflog/pcapng.ts'
import { LINK, SYN_FIN } from './nflog-stream.ts'

const message: NflogMessage = {
	number: 1,
	at: 5,
	wallMicros: 1_795_455_849_600_218,
	text: 'nf_ct_proto_6: invalid tcp flag combination IN=eth0 OUT= ',
	family: 2,
	indev: 'eth0',
	outdev: null,
	link: LINK,
	linkType: 1,
	packet: SYN_FIN,
}

type Block = { readonly type: number; readonly body: Buffer }

function blocks(bytes: Uint8Array): Block[] {
	const all = Buffer.from(bytes)
	const found: Block[] = []
	for (let at = 0; at < all.length; ) {
		const length = all.readUInt32LE(at + 4)
		expect(length % 4).toBe(0)
		expect(all.readUInt32LE(at + length - 4)).toBe(length)
		found.push({ type: all.readUInt32LE(at), body: all.subarray(at + 8, at + length - 4) })
		at += length
	}
	return found
}

function options(body: Buffer, from: number): [number, Buffer][] {
	const found: [number, Buffer][] = []
	for (let at = from; at < body.length; ) {
		const length = body.readUInt16LE(at + 2)
		found.push([body.readUInt16LE(at), body.subarray(at + 4, at + 4 + length)])
		at += 4 + ((length + 3) & ~3)
	}
	return found
}

const written = (one: Partial<NflogMessage>, comment = 'why') => {
	const found = blocks(createPcapngWriter('Linux 6.18').packet({ ...message, ...one }, comment))
	const [description, packet] = found
	if (description === undefined || packet === undefined) throw new Error('no blocks')
	const length = packet.body.readUInt32LE(12)
	return {
		linkType: description.body.readUInt16LE(0),
		name: options(description.body, 8)
			.find(([code]) => code === 2)?.[1]
			.toString(),
		length,
		original: packet.body.readUInt32LE(16),
		bytes: packet.body.subarray(20, 20 + length),
		options: options(packet.body, 20 + ((length + 3) & ~3)),
		micros: packet.body.readUInt32LE(4) * 2 ** 32 + packet.body.readUInt32LE(8),
	}
}

describe('a capture file', () => {
	test('begins with a section of unknown length', () => {
		const [section] = blocks(createPcapngWriter('Linux 6.18').start())
		expect(section?.type).toBe(0x0a0d0d0a)
		expect(section?.body.subarray(0, 16).toString('hex')).toBe('4d3c2b1a01000000ffffffffffffffff')
		expect(options(section?.body ?? Buffer.alloc(0), 16).map(([code, value]) => [code, `${value}`])).toEqual([
			[3, 'Linux 6.18'],
			[4, 'ctscope'],
			[0, ''],
		])
	})

	test('a packet that came in, with its Ethernet header', () => {
		const { bytes, options: said, ...rest } = written({})
		expect(rest).toEqual({
			linkType: 1,
			name: 'eth0',
			length: 54,
			original: 54,
			micros: 1_795_455_849_600_218,
		})
		expect(bytes).toEqual(Buffer.concat([LINK, SYN_FIN]))
		expect(said.map(([code, value]) => [code, value.toString('hex')])).toEqual([
			[1, Buffer.from('why').toString('hex')],
			[2, '01000000'],
			[0, ''],
		])
	})

	const ZEROS = `${'00'.repeat(12)}0800`
	test.each<[string, Partial<NflogMessage>, { name: string | undefined; header: string; flags: string }]>([
		[
			'that leaves',
			{ indev: null, outdev: 'eth1', link: null },
			{ name: 'eth1', header: ZEROS, flags: '02000000' },
		],
		[
			'over loopback',
			{ linkType: 772, indev: 'lo' },
			{ name: 'lo', header: LINK.toString('hex'), flags: '01000000' },
		],
		['of a tunnel', { link: null, indev: 'wg0' }, { name: 'wg0', header: ZEROS, flags: '01000000' }],
		[
			'of a device with another header',
			{ link: Buffer.alloc(14, 1), linkType: 512 },
			{ name: 'eth0', header: ZEROS, flags: '01000000' },
		],
		[
			'of a helper, without a device',
			{ indev: null, link: null },
			{ name: undefined, header: ZEROS, flags: '00000000' },
		],
		[
			'of IPv6 that leaves',
			{ indev: null, outdev: 'eth0', link: null, packet: Buffer.alloc(40, 0x60) },
			{ name: 'eth0', header: `${'00'.repeat(12)}86dd`, flags: '02000000' },
		],
	])('a packet %s', (_name, one, expected) => {
		const { linkType, name, bytes, options: said } = written(one)
		const flags = said.find(([code]) => code === 2)?.[1].toString('hex')
		expect(linkType).toBe(1)
		expect({ name, header: bytes.subarray(0, 14).toString('hex'), flags }).toEqual(expected)
		expect(bytes.subarray(14)).toEqual(Buffer.from(one.packet ?? SYN_FIN))
	})

	test('the length on the wire of a packet that was not copied whole', () => {
		const cut = Buffer.from(SYN_FIN)
		cut.writeUInt16BE(1_500, 2)
		expect(written({ packet: cut })).toMatchObject({ length: 54, original: 1_514 })
	})

	test('each device is described once for each kind of header', () => {
		const writer = createPcapngWriter('Linux')
		const out = { ...message, indev: null, outdev: 'eth0', link: null }
		const types = [message, out, message, out, { ...message, indev: 'eth1' }].map((one) =>
			blocks(writer.packet(one, '')).map(({ type, body }) => [type, body.readUInt32LE(0)]),
		)
		expect(types).toEqual([
			[
				[1, 1],
				[6, 0],
			],
			[
				[1, 1],
				[6, 1],
			],
			[[6, 0]],
			[[6, 1]],
			[
				[1, 1],
				[6, 2],
			],
		])
	})

	test.each([
		['nothing', '', undefined],
		['UTF-8', 'größer als erlaubt', 'größer als erlaubt'],
		['control characters', 'a\x1b[2J\nb', 'a\\x1b[2J\\x0ab'],
		['100 000 characters', 'x'.repeat(100_000), `${'x'.repeat(8_000)}...`],
	])('a comment of %s', (_name, comment, expected) => {
		const { options: said } = written({}, comment)
		expect(said.find(([code]) => code === 1)?.[1].toString()).toBe(expected)
	})
})
