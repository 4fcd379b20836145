import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import { classify } from '../../src/reasons/classify.ts'
import { canonicalId, explain } from '../../src/reasons/explain/explain.ts'
import { reasonById } from '../../src/reasons/find.ts'
import { REASONS } from '../../src/reasons/list.ts'
import type { Reason } from '../../src/reasons/shape/reason.ts'

/** Every text that a tracker or a helper of 3.10 to 7.3 prints, as it stands in the sources. */
type Format = {
	id: string
	prefix: string
	format: string
	l4proto: number | null
	verdict: Reason['verdict']
	counter: 'invalid' | 'error' | 'none'
}
const FORMATS = JSON.parse(
	readFileSync(new URL('../fixtures/kernel-formats.json', import.meta.url), 'utf8'),
) as Format[]

/** What stands for a conversion: two packets of each kind. */
const FILLED: Readonly<Record<string, readonly [string, string]>> = {
	'%d': ['1', '0'],
	'%u': ['4294967295', '7'],
	'%x': ['78563412', '0'],
	'%s': ['ESTABLISHED', 'SYN_SENT2'],
	'%pI4': ['10.77.0.3', '255.255.255.255'],
	'%pI6': ['fd77:0000:0000:0000:0000:0000:0000:0003', 'fe80:0000:0000:0000:0000:0000:0000:0001'],
}

const PACKET =
	'IN=eth0 OUT= MAC= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TTL=64 PROTO=TCP SPT=1 DPT=2 SEQ=3 ACK=4 ACK '

function filled(format: string, which: 0 | 1): string {
	return format.replaceAll(/%(?:pI[46]|[dusx])/g, (conversion) => FILLED[conversion]?.[which] ?? '')
}

/** As /dev/kmsg has it, and as a log that writes the newline out has it. */
const shapes = ({ prefix, format }: Format): string[] =>
	[filled(format, 0), filled(format, 1), filled(format, 0).replace('\n', '\\x0a')].map(
		(body) => `${prefix}${body} ${PACKET}`,
	)

describe('every text of every kernel', () => {
	test('the list is whole', () => expect(FORMATS).toHaveLength(139))

	test.each(FORMATS)('$id: $prefix$format', (format) => {
		const id = canonicalId(format.id)
		for (const text of shapes(format)) {
			const line = parsePacketLine(text)
			if (line === undefined) throw new Error(`not a packet line: ${text}`)
			expect(line.l4proto, text).toBe(line.helper === undefined ? format.l4proto : null)
			expect(line.legacy === true, text).toBe(format.id.startsWith('legacy-'))
			const reason = classify(line)
			expect(reason, text).toMatchObject({ id, verdict: format.verdict })
			expect(reason.title, text).not.toMatch(/%|\n/)
		}
		const explained = explain(format.id)
		expect(explained?.meaning.length).toBeGreaterThan(20)
		expect(explained?.kernels).not.toBe('')
		const listed = reasonById(format.id)
		expect(listed).toMatchObject({ id, format: format.format.trim() })
		expect(listed?.counter ?? 'none').toBe(
			format.verdict === 'second-line' || format.verdict === 'accepted' ? 'none' : format.counter,
		)
	})

	test('what the catalogue has beyond them are texts of 2.4 and 2.6', () => {
		const known = new Set(FORMATS.map(({ id }) => id))
		const others = REASONS.filter(({ id }) => !known.has(id))
		expect(others.map(({ kernels }) => kernels)).toEqual(others.map(() => expect.stringMatching(/^2\.[46]/)))
		expect(others).toHaveLength(10)
	})

	test('an id stands for one text', () => {
		const ids = REASONS.map(({ id }) => id)
		expect(new Set(ids).size).toBe(ids.length)
	})
})

describe('texts of 2.4 and 2.6', () => {
	test.each<[string, string, Reason['verdict']]>([
		[
			'ip_conntrack_tcp: INVALID: invalid RST (ignored) SRC=1.1.1.1 DST=2.2.2.2',
			'legacy-tcp-rst-ignored',
			'accepted',
		],
		[
			'ip_conntrack_tcp: INVALID: invalid SYN (ignored) SRC=1.1.1.1 DST=2.2.2.2',
			'legacy-tcp-syn-ignored',
			'accepted',
		],
		[
			'ip_conntrack_tcp: INVALID: bad TCP checksum. SRC=1.1.1.1 DST=2.2.2.2',
			'legacy-tcp-tcp-csum',
			'invalid',
		],
		[
			'ip_conntrack_tcp: INVALID: truncated packet. SRC=1.1.1.1 DST=2.2.2.2',
			'legacy-tcp-truncated',
			'invalid',
		],
		[
			'ip_conntrack_tcp: INVALID: Out of window data; ACK is over the upper bound (ACKed data has never seen yet) SRC=1.1.1.1',
			'legacy-tcp-ack-over',
			'invalid',
		],
		['ip_ct_tcp: invalid packet ignored IN= OUT= SRC=1.1.1.1', 'legacy-tcp-ignored', 'accepted'],
		['nf_ct_tcp: invalid packed ignored IN= OUT= SRC=1.1.1.1', 'legacy-tcp-packed', 'accepted'],
		['nf_ct_tcp: killing out of sync session IN= OUT= SRC=1.1.1.1', 'legacy-tcp-out-of-sync', 'dropped'],
		['ip_ct_tcp: invalid state IN= OUT= SRC=1.1.1.1', 'legacy-tcp-tcp-state-old', 'invalid'],
		['ip_ct_icmp: bad ICMP checksum IN= OUT= SRC=1.1.1.1', 'legacy-icmp-csum', 'invalid'],
		['ip_ct_udp: bad UDP checksum IN= OUT= SRC=1.1.1.1', 'legacy-udp-udp-csum', 'invalid'],
		// The old prefix before a text of today: then it is that text.
		['nf_ct_tcp: invalid new IN= OUT= SRC=1.1.1.1', 'tcp-new', 'invalid'],
	])('%s', (text, id, verdict) => {
		const line = parsePacketLine(text)
		if (line === undefined) throw new Error('not a packet line')
		expect(classify(line)).toMatchObject({ id, verdict })
		expect(explain(id)).toBeDefined()
	})
})

describe('texts that someone or something has touched', () => {
	test.each<[string, string]>([
		[
			'nf_ct_proto_6: SEQ is over the upper bound  (over the window of the receiver)  IN= OUT=',
			'tcp-win-seq-over-old',
		],
		[
			'nf_ct_proto_132: do_basic_checks failed. chunk num 1, type 1, len 5120 flag 1#012 IN= OUT=',
			'sctp-basic',
		],
		['nf_ct_proto_1: outer daddr 10.x.x.x != inner ... IN= OUT=', 'icmp-outer'],
		['nf_ct_snmp_trap: dropping packet: parser failed\\x0a IN= OUT=', 'helper-snmp-3'],
	])('%s', (text, id) => {
		const line = parsePacketLine(text)
		if (line === undefined) throw new Error('not a packet line')
		expect(classify(line).id).toBe(id)
	})
})
