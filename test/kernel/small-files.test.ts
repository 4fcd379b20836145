import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCount } from '../../src/kernel/conntrack/conntrack-stat.ts'
import { formatPrintk, parsePrintk } from '../../src/kernel/log/printk-level.ts'
import { familyName, parseNfLog } from '../../src/kernel/nflog/nf-log.ts'
import { parseNfQueue } from '../../src/kernel/nflog/nfnetlink-queue.ts'
import { protocolName, protocolNumber } from '../../src/kernel/packet/protocol.ts'

describe('parseCount', () => {
	test.each([
		['8\n', 8],
		['0', 0],
		[' 262144 \n', 262144],
		['', undefined],
		['8 entries', undefined],
		['-1', undefined],
		['99999999999999999999', undefined],
		['conntrack v1.4.7 (conntrack-tools): Operation failed', undefined],
	])('%j', (text, expected) => {
		expect(parseCount(text)).toBe(expected)
	})
})

describe('kernel.printk', () => {
	test.each([
		['4\t4\t1\t7\n', { console: 4, default: 4, minimum: 1, boot: 7 }],
		['7 4 1 7', { console: 7, default: 4, minimum: 1, boot: 7 }],
		['4 4 1', undefined],
		['4 4 1 7 9', undefined],
		['a b c d', undefined],
	])('%j', (text, expected) => {
		expect(parsePrintk(text)).toEqual(expected)
	})

	test('is written as it is read', () => {
		const levels = parsePrintk('3\t4\t1\t7\n')
		expect(levels && formatPrintk(levels)).toBe('3 4 1 7')
	})
})

describe('/proc/net/netfilter/nf_log', () => {
	test('rows of all forms', () => {
		const text = [
			' 0 NONE (nfnetlink_log)',
			' 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)',
			' 5 NONE ()',
			'garbage',
			'10 NONE (nf_log_ipv6)',
			'',
		].join('\n')
		expect(parseNfLog(text)).toEqual([
			{ family: 0, bound: null, available: ['nfnetlink_log'] },
			{ family: 2, bound: 'nf_log_ipv4', available: ['nf_log_ipv4', 'nfnetlink_log'] },
			{ family: 5, bound: null, available: [] },
			{ family: 10, bound: null, available: ['nf_log_ipv6'] },
		])
	})

	test.each([
		[2, 'IPv4'],
		[10, 'IPv6'],
		[7, 'bridge'],
		[4, 'family 4'],
	])('family %d', (number, name) => {
		expect(familyName(number)).toBe(name)
	})
})

describe('/proc/net/netfilter/nfnetlink_queue', () => {
	test('rows', () => {
		const text =
			'    0  31621     5 2 65531     1     2       17  1\n   12      0     0 0     0     0     0        0  1\n'
		expect(parseNfQueue(text)).toEqual([
			{
				queue: 0,
				portid: 31621,
				waiting: 5,
				copyMode: 2,
				copyRange: 65531,
				queueDropped: 1,
				userDropped: 2,
				lastId: 17,
			},
			{
				queue: 12,
				portid: 0,
				waiting: 0,
				copyMode: 0,
				copyRange: 0,
				queueDropped: 0,
				userDropped: 0,
				lastId: 0,
			},
		])
		expect(parseNfQueue('')).toEqual([])
		expect(parseNfQueue('1 2 3\nx 1 1 1 1 1 1 1 1')).toEqual([])
	})
})

describe('protocols', () => {
	test.each([
		[6, 'TCP'],
		[17, 'UDP'],
		[1, 'ICMP'],
		[58, 'ICMPv6'],
		[132, 'SCTP'],
		[253, '253'],
	])('%d is %s', (number, name) => {
		expect(protocolName(number)).toBe(name)
		expect(protocolNumber(name)).toBe(number)
	})

	test.each([
		['tcp', 6],
		[' ICMPV6 ', 58],
		['ipv6-icmp', 58],
		['icmp6', 58],
		['47', 47],
		['255', 255],
		['256', undefined],
		['', undefined],
		['-1', undefined],
		['constructor', undefined],
	])('%j', (name, number) => {
		expect(protocolNumber(name)).toBe(number)
	})
})

test('garbage never throws', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
			parseCount(text)
			parsePrintk(text)
			parseNfLog(text)
			parseNfQueue(text)
			protocolNumber(text)
		}),
	)
})
