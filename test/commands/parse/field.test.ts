import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLineReader } from '../../../src/commands/parse/reader.ts'
import { ParseSummary } from '../../../src/commands/parse/summary.ts'
import { parseText } from '../../../src/commands/parse/text.ts'
import { FoldJoiner } from '../../../src/kernel/log/fold-joiner.ts'

const FIELD = join(import.meta.dirname, '../../fixtures/field')

function summaryOf(content: string): ParseSummary {
	const joiner = new FoldJoiner()
	const read = createLineReader()
	const summary = new ParseSummary()
	const lines = content
		.split('\n')
		.slice(0, content.endsWith('\n') ? -1 : undefined)
		.map((text) => ({ text, cut: 0 }))
	for (const { text } of [...joiner.push(lines), ...joiner.end()]) summary.add(read(text), 0)
	return summary
}

const ofFile = (name: string) => summaryOf(readFileSync(join(FIELD, name), 'utf8'))
const counts = ({ reasons, rules }: ParseSummary) => ({
	reasons: Object.fromEntries([...reasons].map(([key, { count }]) => [key, count])),
	rules: Object.fromEntries([...rules].map(([key, { count }]) => [key, count])),
})

describe('logs that people have posted', () => {
	test.each<[string, object, object]>([
		['12-grep-H.log', { 'TCP tcp-rst': 4 }, {}],
		['13-rsyslog-repeated.log', { 'TCP tcp-rst': 39 }, {}],
		['14-journal-export.txt', { 'TCP tcp-rst': 1 }, {}],
		['19-ebtables-log.log', {}, { EBTABLESLOGINFO: 1 }],
		['20-arp-folded.log', {}, { 'test nft': 1, 'bridge in:': 1, 'netdev in:': 1 }],
		['27-other-ratelimit.log', { 'TCP tcp-rst': 1 }, {}],
	])('%s', (name, reasons, rules) => {
		const summary = ofFile(name)
		expect(counts(summary)).toEqual({ reasons, rules })
		expect(summary.unplaced.count).toBe(0)
		expect(summary.leftOver.count).toBe(0)
		expect(parseText(summary, 80).join('\n')).not.toMatch(/missing, as|NOT UNDERSTOOD/)
	})

	test('flows of a bridge and of ARP', () => {
		expect(ofFile('19-ebtables-log.log').rules.get('EBTABLESLOGINFO')?.flows.top(1)).toEqual([
			['192.168.1.200:55028 > 203.0.113.37:8080', 1],
		])
		expect(ofFile('20-arp-folded.log').rules.get('bridge in:')?.flows.top(1)).toEqual([
			['192.0.2.253 > 192.0.2.1', 1],
		])
	})
})

describe('"last message repeated" counts for the line before', () => {
	const reason = (host: string) =>
		`Jan 23 12:33:23 ${host} kernel: nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.2 PROTO=TCP SPT=1 DPT=2`

	test('of the same host, and of the last line where it names none', () => {
		const log = [
			reason('a'),
			'Jan 23 12:33:23 b sshd[1]: no',
			'Jan 23 12:33:24 a last message repeated 7 times',
			'Jan 23 12:33:24 b last message repeated 2 times',
			'Jan 23 12:33:24 c last message repeated 5 times',
		]
		const summary = summaryOf(log.join('\n'))
		expect(counts(summary).reasons).toEqual({ 'TCP tcp-rst': 8 })
		expect(summary.ordinary).toBe(8)
		expect(summary.repeated).toEqual({ lines: 3, messages: 14 })
	})

	test('nothing before it: nothing is counted', () => {
		expect(counts(summaryOf('Jan 23 12:33:24 a last message repeated 7 times')).reasons).toEqual({})
	})
})

describe('what people do to a text', () => {
	const PACKET = 'IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=TCP SPT=7 DPT=80'
	test.each<[string, string, boolean]>([
		['ip_ct_tcp: SEQ is over the upper bound (...)', 'TCP legacy-tcp-tcp-win-seq-over-old', true],
		[
			'ip_ct_tcp: SEQ is over the upper bound (over the window of the receiver)',
			'TCP legacy-tcp-tcp-win-seq-over-old',
			false,
		],
		['kern.log:ip_ct_tcp: invalid packet ignored', 'TCP legacy-tcp-ignored', false],
		[`nf_ct_proto_6: SEQ is over upper bou ${PACKET}`, 'TCP tcp-win-seq-over', true],
		[`nf_ct_proto_6: SEQ is ov[...]of the receiver) ${PACKET}`, 'TCP tcp-win-seq-over', true],
		[
			`nf_ct_proto_6: SEQ is over upper bound XXXXX (over the window of the receiver) ${PACKET}`,
			'TCP tcp-win-seq-over',
			false,
		],
		[`nf_ct_proto_6: packet (index N) in dir N ignored, state ESTABLISHED ${PACKET}`, 'TCP tcp-ign', false],
		[`nf_ct_proto_6: invalid rst ... SRC=192.0.2.1 ... DPT=80 ...`, 'TCP tcp-rst', false],
		[`nf_ct_proto_X: invalid rst ${PACKET}`, 'TCP tcp-rst', false],
		['nf_ct_proto_X: invalid rst', 'TCP tcp-rst', false],
		[`nf_ct_proto_6: invalid ${PACKET}`, 'TCP invalid', false],
		[`nf_ct_proto_6: invalid rst and more ${PACKET}`, 'TCP invalid rst and more', false],
		['helper ftp dropping packet: cannot add expectation', '- helper-ftp-add', false],
	])('%s', (line, key, cut) => {
		const summary = summaryOf(line)
		expect([...summary.reasons.keys()]).toEqual([key])
		expect(summary.reasons.get(key)?.cut).toBe(cut ? 1 : 0)
		expect(summary.leftOver.count).toBe(0)
	})

	test.each([
		'nf_ct_tcp: SYN proxy client keep alive',
		'[12.5] usb 1-1: Product: nf_ct_proto_6: invalid rst',
		'Jan 23 12:33:24 a sshd[1]: nf_ct_proto_6: invalid rst',
		'[12.5] nf_ct_proto_6: [1234]: segfault at 0',
	])('%s is no reason', (line) => {
		expect(summaryOf(line).reasons.size).toBe(0)
	})
})

test('lines of other programs are counted, and what stands alone is shown', () => {
	const summary = summaryOf(
		[
			'Jan 23 12:33:24 gw sshd[1]: Accepted publickey for root',
			'2025-01-23T12:33:23Z gw CRON[2]: pam_unix',
			'systemd[1]: Started Daily apt.',
			'{"message":"hello","@timestamp":"2025-01-23T12:33:23Z"}',
			'and then it broke',
			'Jan 23 12:33:24 gw sshd[1]: nf_ct_proto_6: but what',
		].join('\n'),
	)
	expect(summary.ordinary).toBe(4)
	expect(summary.unplaced.first).toEqual([
		'and then it broke',
		'Jan 23 12:33:24 gw sshd[1]: nf_ct_proto_6: but what',
	])
	expect(summary.hasAnything).toBe(false)
})
