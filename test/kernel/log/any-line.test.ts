import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLogLine } from '../../../src/kernel/log/log-line.ts'
import { splitStamp } from '../../../src/kernel/log/log-stamp.ts'
import type { Packet } from '../../../src/kernel/packet/packet.ts'
import { visible } from '../../../src/words/visible.ts'

const LINES = (
	JSON.parse(readFileSync(new URL('../../fixtures/log-lines.json', import.meta.url), 'utf8')) as {
		line: string
	}[]
).map(({ line }) => line)

/** Everything that a packet says, as the words of its line: sorted, without brackets and leading zeros. */
function wordsOf(packet: Packet): string[] {
	const { arp, icmp, inner, fields, family } = packet
	const named: readonly (readonly [string, string | number | null])[] = [
		['IN', packet.in],
		['OUT', packet.out],
		['MAC', packet.mac],
		['SRC', packet.src],
		['DST', packet.dst],
		['PROTO', packet.protocol],
		['SPT', packet.spt],
		['DPT', packet.dpt],
		['SEQ', packet.seq],
		['ACK', packet.ack],
		['WINDOW', packet.window],
		['LEN', packet.length],
		[family === 6 ? 'HOPLIMIT' : 'TTL', packet.ttl],
		['MARK', packet.mark],
		['UID', packet.uid],
		['TYPE', icmp?.type ?? null],
		['CODE', icmp?.code ?? null],
		['ID', icmp?.id ?? null],
		['SEQ', icmp?.seq ?? null],
		['HTYPE', arp?.hardware ?? null],
		['PTYPE', arp?.protocol ?? null],
		['OPCODE', arp?.opcode ?? null],
		['MACSRC', arp?.senderMac ?? null],
		['IPSRC', arp?.senderIp ?? null],
		['MACDST', arp?.targetMac ?? null],
		['IPDST', arp?.targetIp ?? null],
		...Object.entries(fields),
	]
	return normal([
		...named.flatMap(([name, value]) => (value === null || value === '' ? [] : [`${name}=${value}`])),
		...(arp === null ? [] : ['ARP']),
		...packet.flags,
		...packet.words,
		...packet.rest,
		...(inner === null ? [] : wordsOf(inner)),
	])
}

function normal(words: readonly string[]): string[] {
	return words
		.flatMap((word) => word.split(' '))
		.map((word) =>
			word
				.replaceAll(/[[\]]/g, '')
				.replace(/^(?:TTL|HOPLIMIT)=/, 'TTL=')
				.replace(/^(\w+=)0+(?=\d+$)/, '$1'),
		)
		.filter((word) => word !== '' && !/^[A-Z]+=$/.test(word))
		.sort()
}

/** Words of a message that are in nothing that was read of it. */
function lostWords(line: string): readonly string[] {
	const found = parseLogLine(line)
	if (!('line' in found)) return []
	const { packet, prefix, body } = found.line
	const there = [...normal([prefix, body]), ...wordsOf(packet)]
	// An admin's prefix needs no blank behind it.
	const text = splitStamp(line).text.trim()
	const apart = text.startsWith(prefix) ? `${prefix} ${text.slice(prefix.length)}` : text
	return normal([apart]).filter((word) => {
		const at = there.indexOf(word)
		if (at >= 0) there.splice(at, 1)
		// The newline at the end of one SCTP text is no word.
		return at < 0 && !/^(?:\\x0a|#012)+$/.test(word)
	})
}

const mutated = fc.constantFrom(...LINES).chain((line) =>
	fc
		.array(
			fc.record({
				at: fc.nat({ max: line.length }),
				how: fc.constantFrom('cut', 'drop', 'put', 'twice', 'swap'),
				what: fc.oneof(
					fc.string({ unit: 'binary', maxLength: 4 }),
					fc.constantFrom(
						' ',
						'=',
						'[',
						']',
						'(',
						')',
						'IN=',
						' OUT=',
						'SRC=',
						' [SRC=1 ',
						' OPT (',
						'\x1b[2J',
						'> ',
						'=3D',
						'"',
						'\\x0a',
						'0',
						'\n',
					),
				),
				length: fc.integer({ min: 1, max: 30 }),
			}),
			{ minLength: 1, maxLength: 4 },
		)
		.map((changes) =>
			changes.reduce((text, { at, how, what, length }) => {
				const [before, after] = [text.slice(0, at), text.slice(at)]
				if (how === 'cut') return before
				if (how === 'drop') return before + after.slice(length)
				if (how === 'put') return before + what + after
				if (how === 'twice') return before + after.slice(0, length) + after
				return before + after.slice(length) + after.slice(0, length)
			}, line),
		),
)

/** What a terminal could obey or hide. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

describe('any line', () => {
	test('10 000 lines with faults: no exception, and the line comes back', () => {
		const kinds = new Map<string, number>()
		fc.assert(
			fc.property(mutated, (line) => {
				const { raw, ...found } = parseLogLine(line)
				kinds.set(found.kind, (kinds.get(found.kind) ?? 0) + 1)
				expect(raw).toBe(line)
				const said: string[] = []
				JSON.stringify(found, (_, value) => {
					if (typeof value === 'string') said.push(value)
					return value
				})
				for (const text of said) {
					expect(text).not.toMatch(UNSAFE)
					expect(visible(text)).toBe(text)
				}
			}),
			{ numRuns: 10_000 },
		)
		expect([...kinds.keys()].sort()).toEqual(expect.arrayContaining(['conntrack', 'neighbour', 'rule']))
	})

	test('no word of a packet is lost', () => {
		fc.assert(
			fc.property(mutated, (line) => {
				// What mail programs and Windows did to a line is undone before it is read.
				fc.pre(!/^\s*>|\n|\r$|=3D|\\x0a|#012/.test(line))
				expect(lostWords(line)).toEqual([])
			}),
			{ numRuns: 10_000 },
		)
	})

	test.each(LINES.filter((line) => !line.startsWith('>')))('every word of %s', (line) => {
		expect(lostWords(line)).toEqual([])
	})
})

/** A quadratic way through one of these takes minutes. */
const LENGTH = 200_000

describe('long lines', () => {
	const HEADS = [
		'',
		'nf_ct_proto_6: x IN= OUT= ',
		'x IN= OUT=',
		'nf_ct_tcp: ',
		'[',
		'<4>1 ',
		'Mar  1 10:00:00 a ',
		'> ',
		'{"MESSAGE":"',
	]
	const PIECES = [
		...[
			'IN=',
			' IN=',
			' OUT=',
			'OUT= ',
			'SRC=',
			' SRC=',
			'SRC=1 DST=1 ',
			' ',
			'=',
			'=3D',
			'> ',
			'\n',
			'> \n',
			'\\x0a',
		],
		...[
			'[',
			']',
			'[ ',
			'] ',
			'[SRC=1 ',
			'(',
			'OPT (',
			'OPT ( ',
			'OPT (a) ',
			') ',
			'INCOMPLETE [5 bytes] ',
			'INCOMPLETE ',
		],
		...[
			'ACK ',
			'DF ',
			'ARP ',
			'a',
			'A',
			'0',
			'9 ',
			':',
			'kernel: ',
			'\x1b',
			'\u0301',
			'\u202e',
			'€',
			'"',
			'[a="',
		],
	]

	test.each(HEADS)('behind %j', (head) => {
		for (const piece of PIECES) {
			const line = head + piece.repeat(Math.ceil(LENGTH / piece.length))
			expect(parseLogLine(line).raw).toBe(line)
		}
	})
})
