import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BeyondText, beyondText } from '../../../src/kernel/log/beyond-text.ts'
import { initBody, ip, PROTOCOL, sctp, udp } from '../../harness/crafted/packets.ts'

const [FOUR, SIX] = [['10.0.0.1', '10.0.0.2'] as const, ['fd00::1', 'fd00::2'] as const]
const PPTP = Buffer.from([0x20, 0x01, 0x88, 0x0b])

test.each<[string, Uint8Array, BeyondText | undefined]>([
	[
		'the first chunk and the tag of SCTP',
		sctp(...FOUR, 7, 9, 0xaaaa_0001, [{ type: 1, body: initBody(1) }]),
		{ of: 'SCTP', tag: 0xaaaa_0001, chunk: 1 },
	],
	['over IPv6', sctp(...SIX, 7, 9, 5, [{ type: 6 }]), { of: 'SCTP', tag: 5, chunk: 6 }],
	['SCTP without a chunk', sctp(...FOUR, 7, 9, 5, []), { of: 'SCTP', tag: 5, chunk: null }],
	['SCTP that is cut', ip(...FOUR, PROTOCOL.sctp, Buffer.alloc(11)), undefined],
	['what GRE carries', ip(...FOUR, PROTOCOL.gre, PPTP), { of: 'GRE', version: 1, carries: 0x880b }],
	['GRE that is cut', ip(...FOUR, PROTOCOL.gre, PPTP.subarray(0, 3)), undefined],
	['another protocol', udp(...FOUR, 1, 2), undefined],
	['no packet', new Uint8Array(0), undefined],
])('%s', (_, packet, expected) => {
	expect(beyondText(packet)).toEqual(expected)
})

test('any bytes', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
			const found = beyondText(bytes)
			return found === undefined || ['SCTP', 'GRE'].includes(found.of)
		}),
	)
})
