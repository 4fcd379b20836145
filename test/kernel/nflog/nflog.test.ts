import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRepeater, createSlab } from '../../../src/kernel/bytes/byte-slab.ts'
import { type NflogMessage, nflogMessage } from '../../../src/kernel/nflog/nflog-message.ts'
import { parseNflogPacket } from '../../../src/kernel/nflog/nflog-packet.ts'
import { createPcapReader } from '../../../src/kernel/nflog/nflog-pcap.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import type { Result } from '../../../src/words/failure.ts'
import {
	be32,
	nflogRecord,
	pcapHeader,
	pcapRecord,
	type StreamOptions,
	SYN_FIN,
	SYN_FIN_ATTRIBUTES,
	SYN_FIN_TEXT,
} from './nflog-stream.ts'

const STAMP = { seconds: 1_795_455_849, fraction: 600_218 }

function stream(count: number, options: StreamOptions = {}): Buffer {
	const record = nflogRecord(2, SYN_FIN_ATTRIBUTES, options)
	const records = Array.from({ length: count }, (_, index) =>
		pcapRecord(STAMP.seconds + index, STAMP.fraction, record, options),
	)
	return Buffer.concat([pcapHeader(options), ...records])
}

function read(chunks: readonly Uint8Array[]): { messages: NflogMessage[]; last: Result<void> | undefined } {
	const messages: NflogMessage[] = []
	const keep = createSlab()
	const keepLink = createRepeater()
	const reader = createPcapReader(({ micros, bytes, littleEndian }) => {
		const said = parseNflogPacket(bytes, littleEndian)
		if (said === undefined) return
		const arrival = {
			number: messages.length + 1,
			at: 7,
			micros,
			nameOf: (index: number) => (index === 2 ? 'eth0' : `if${index}`),
			keep,
			keepLink,
		}
		messages.push(nflogMessage(said, arrival))
	})
	let last: Result<void> | undefined
	for (const chunk of chunks) last = reader.feed(chunk)
	return { messages, last }
}

const inPieces = (bytes: Uint8Array, length: number) =>
	Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
		bytes.subarray(index * length, (index + 1) * length),
	)

describe('the stream of tcpdump', () => {
	test.each<[string, StreamOptions]>([
		['little endian', {}],
		['big endian', { littleEndian: false }],
		['nanoseconds', { nanoseconds: true }],
		['big endian, nanoseconds', { littleEndian: false, nanoseconds: true }],
	])('%s', (_name, options) => {
		const { messages, last } = read([stream(2, options)])
		expect(last).toEqual({ ok: true, value: undefined })
		expect(messages.map(({ text }) => text)).toEqual([SYN_FIN_TEXT, SYN_FIN_TEXT])
		// The stamp of the kernel goes before the one of tcpdump.
		expect(messages[1]).toMatchObject({
			number: 2,
			at: 7,
			wallMicros: 0x6b047b69 * 1e6 + 0x92863,
			family: 2,
			indev: 'eth0',
			outdev: null,
			linkType: 1,
		})
		expect(Buffer.from(messages[0]?.packet ?? []).equals(SYN_FIN)).toBe(true)
	})

	test.each([1, 2, 3, 7, 16, 23, 24, 25, 40, 41, 199, 205, 1000])('in pieces of %i bytes', (length) => {
		const { messages, last } = read(inPieces(stream(5), length))
		expect(last?.ok).toBe(true)
		expect(messages.map(({ text }) => text)).toEqual(Array(5).fill(SYN_FIN_TEXT))
	})

	test('memory of the caller may be used again', () => {
		const whole = stream(3)
		const buffer = Buffer.alloc(64)
		const messages: string[] = []
		const reader = createPcapReader(({ bytes, littleEndian }) => {
			messages.push(parseNflogPacket(bytes, littleEndian)?.prefix ?? '')
		})
		for (const piece of inPieces(whole, 64)) {
			buffer.fill(0xff)
			buffer.set(piece)
			expect(reader.feed(buffer.subarray(0, piece.length)).ok).toBe(true)
		}
		expect(messages).toEqual(Array(3).fill('nf_ct_proto_6: invalid tcp flag combination '))
	})

	test.each([
		['no magic number', Buffer.from('tcpdump: something is wrong here')],
		['another link type', Buffer.concat([pcapHeader({ linkType: 1 }), Buffer.alloc(200)])],
		['a record of 2 GB', Buffer.concat([pcapHeader(), Buffer.alloc(16, 0x7f)])],
	])('%s ends it with a failure, once and for all', (_name, bytes) => {
		for (const length of [bytes.length, 1]) {
			const { messages, last } = read([...inPieces(bytes, length), stream(1)])
			expect(last?.ok).toBe(false)
			expect(messages).toEqual([])
		}
	})

	test('garbage never throws, however it is cut', () => {
		const bytes = fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.constant(stream(2)))
		fc.assert(
			fc.property(
				bytes,
				fc.integer({ min: 1, max: 50 }),
				fc.array(fc.tuple(fc.nat(), fc.nat(255))),
				(base, length, changes) => {
					const spoilt = Uint8Array.from(base)
					for (const [at, byte] of changes) if (spoilt.length > 0) spoilt[at % spoilt.length] = byte
					for (const { text } of read(inPieces(spoilt, length)).messages) parsePacketLine(text)
				},
			),
			{ numRuns: 500 },
		)
	})
})

describe('a message of nfnetlink_log', () => {
	const said = (attributes: readonly (readonly [number, Uint8Array])[], family = 2) =>
		parseNflogPacket(nflogRecord(family, attributes), true)

	test('everything that it may say', () => {
		expect(
			said([
				[1, Buffer.from('86dd0300', 'hex')],
				[2, be32(0x8000_0001)],
				[5, be32(3)],
				[6, be32(4)],
				[7, be32(5)],
				[11, be32(1000)],
				[14, be32(4_294_967_295)],
				[12, be32(9)],
				[0x800f, Buffer.from('0304', 'hex')],
			]),
		).toMatchObject({
			etherType: 0x86dd,
			hook: 3,
			mark: 0x8000_0001,
			outdev: 3,
			physin: 4,
			physout: 5,
			uid: 1000,
			gid: 4_294_967_295,
			linkType: 772,
			indev: undefined,
			micros: undefined,
		})
	})

	test.each([
		['a prefix without its end', Buffer.from('abc'), 'abc'],
		['a prefix that ends in its middle', Buffer.from('ab\0cd'), 'ab'],
		['an empty prefix', Buffer.from('\0'), ''],
		['UTF-8', Buffer.from('grün: \0'), 'grün: '],
		['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x62, 0]), 'a\ufffdb'],
		['control characters', Buffer.from('a\n\x1b[2J\0'), 'a\n\x1b[2J'],
	])('%s', (_name, bytes, expected) => {
		expect(said([[10, bytes]])?.prefix).toBe(expected)
	})

	test('values that are too short are passed over', () => {
		const short = Buffer.from([1])
		const attributes = [1, 2, 3, 4, 5, 6, 7, 11, 14, 15].map((type) => [type, short] as const)
		const { prefix, payload, family, group, ...rest } = said(attributes) ?? {}
		expect(new Set(Object.values(rest))).toEqual(new Set([undefined]))
	})

	test('a stamp of zero is none', () => {
		expect(said([[3, Buffer.alloc(16)]])?.micros).toBeUndefined()
	})

	test.each([0, 1, 3])('%i bytes are no message', (length) => {
		expect(parseNflogPacket(new Uint8Array(length), true)).toBeUndefined()
	})

	test('an attribute over the end ends it; what came before is kept', () => {
		const whole = nflogRecord(10, [
			[4, be32(2)],
			[9, Buffer.alloc(60)],
		])
		const cut = parseNflogPacket(whole.subarray(0, 40), true)
		expect(cut).toMatchObject({ family: 10, indev: 2 })
		expect(cut?.payload).toHaveLength(0)
	})
})

test('pieces of one slab do not run into each other', () => {
	const keep = createSlab()
	const inputs = Array.from({ length: 2_000 }, (_, index) => new Uint8Array((index * 37) % 9_000).fill(index))
	const kept = inputs.map((bytes) => keep(bytes))
	for (const bytes of inputs) bytes.fill(0)
	for (const [index, bytes] of kept.entries()) {
		expect(bytes).toHaveLength((index * 37) % 9_000)
		expect(bytes.every((byte) => byte === index % 256)).toBe(true)
	}
})
