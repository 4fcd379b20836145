import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAnonymiser } from '../../../src/investigation/report/anonymous.ts'

const V4 = '203.0.113.7'
const V6 = '2001:db8::7'
const MAC = '52:54:00:12:34:5f'

describe('addresses are found as addresses', () => {
	test.each([
		['203.0.113.7.443 > 203.0.113.9.80', 'v4-1.443 > v4-2.80'],
		['x203.0.113.7', 'xv4-1'],
		['203.000.113.007 is 203.0.113.7', 'v4-1 is v4-1'],
		['ip-203-0-113-7.example', 'ip-v4-1.example'],
		[String.raw`\x00203.0.113.7`, String.raw`\x00v4-1`],
		['::ffff:203.0.113.7 is 203.0.113.7', 'v4-1 is v4-1'],
		['tcp:203.0.113.7:443', 'tcp:v4-1:443'],
		['addr=203.0.113.7/32,', 'addr=v4-1/32,'],
		['tcp:[2001:db8::7]:443', 'tcp:[v6-1]:443'],
		['2001:db8::7 and tcp:2001:db8::7:443', 'v6-1 and tcp:v6-1:443'],
		['tcp:2001:db8::7:443', 'tcp:v6-1'],
		['eth:2001:db8:0:0:0:0:0:7', 'eth:v6-1'],
		['src:2001:0db8:0000:0000:0000:0000:0000:0007:443', 'src:v6-1:443'],
		['mac:2001:db8:0:0:0:0:0:7 2001:DB8::7', 'mac:v6-1 v6-1'],
		['2001:db8::7.443', 'v6-1.443'],
		['fe80::1%eth0', 'v6-1%eth0'],
		['Talks to 2001:db8::7.', 'Talks to v6-1.'],
		['52-54-00-12-34-5F 52:54:00:12:34:5f 5254.0012.345f', 'mac-1 mac-1 mac-1'],
		['mac-52-54-00-12-34-5f', 'mac-mac-1'],
		['mac:52:54:00:12:34:5f', 'mac:mac-1'],
		['MAC=52:54:00:12:34:5f:52:54:00:65:43:21:08:00', 'MAC=mac-1:mac-2:08:00'],
	])('%s', (text, expected) => {
		expect(createAnonymiser()(text)).toBe(expected)
	})

	test.each([
		['Web-07 and WEB-07.example.org and web-07', 'host and host.example.org and host'],
		['web-071 and xweb-07', 'web-071 and xweb-07'],
	])('the name of the host, in capitals too: %s', (text, expected) => {
		expect(createAnonymiser({ 'web-07': 'host' })(text)).toBe(expected)
		expect(createAnonymiser({ 'WEB-07.example.net': 'host' })(text)).toBe(expected)
	})

	test.each([
		'std::string, at 14:06:12 and 2026-11-28T14:06:12.123456+01:00',
		'kernel 6.1.0-56-amd64, nftables v1.0.6, iptables 1.8.9, systemd 252.31-1~deb12u1, 5.15.0-1053.60~20.04.1',
		'boot 4b1f3c2a-9d10-4e2f-8a11-52540012345f',
		'12345 packets, 99999999999 bytes, 12.5 %, 1.5.2, [  810401.287751]',
		'127.0.0.1 and ::1 and :: and 0.0.0.0 and 255.255.255.0',
		'SPT=443 DPT=51514 SEQ=3911228771 ACK=1209 OPT (020405B40402080A0E8F2B3C)',
		'nf_conntrack_proto_tcp.c:1172 std::string 2026-11-28-14-06-12 999.1.2.3 2024.1.2.3',
		'dead beef 1:2:3 a:b',
	])('nothing else is hidden: %s', (text) => {
		expect(createAnonymiser({ 'web-07': 'host' })(text)).toBe(text)
	})
})

const octet = fc.integer({ min: 0, max: 255 })
const ipv4 = fc
	.tuple(
		fc.integer({ min: 1, max: 223 }).filter((first) => first !== 127),
		octet,
		octet,
		octet,
	)
	.map((parts) => parts.join('.'))
const group = fc.integer({ min: 0, max: 0xffff })
const ipv6 = fc.tuple(fc.constant(0x2001), fc.constant(0xdb8), group, group, group, group, group, group)
const full = (groups: readonly number[]) => groups.map((one) => one.toString(16).padStart(4, '0')).join(':')
const short = (groups: readonly number[]) => groups.map((one) => one.toString(16)).join(':')
/** Zeros at the end of the first half as `::`. */
const shortened = (groups: readonly number[]) => `${short(groups.slice(0, 2))}::${short(groups.slice(6))}`
const macs = fc
	.uint8Array({ minLength: 6, maxLength: 6 })
	.map((bytes) => Buffer.from(bytes).toString('hex').match(/../g) ?? [])

/** What may stand in front and behind, and is no part of an address. */
const ahead = fc.constantFrom(
	'',
	' ',
	'x',
	'SRC=',
	'tcp:',
	'[',
	'(',
	'"',
	',',
	'/',
	'\\x00',
	'@',
	'to ',
	'w-',
	'>',
	'-> ',
	'user_',
	'<',
	'\n',
	'é',
	'…',
)
const behind = fc.constantFrom(
	'',
	' ',
	',',
	']',
	')',
	'/24',
	'"',
	' -> ',
	'%eth0',
	']:443',
	'.',
	'; ',
	'>',
	'\n',
	'x',
	' é',
	'…',
)

describe('whatever stands around them', () => {
	test('IPv4, also with a port of tcpdump', () => {
		fc.assert(
			fc.property(
				ipv4,
				ahead,
				fc.oneof(behind, fc.constantFrom('.443', ':443', '.65535', '-', '_')),
				(address, a, b) => {
					const hide = createAnonymiser()
					expect(hide(address)).toBe('v4-1')
					expect(hide(`${a}${address}${b}`)).toBe(`${a}v4-1${b}`)
				},
			),
			{ numRuns: 2_000 },
		)
	})

	test('IPv6 in every spelling', () => {
		fc.assert(
			fc.property(ipv6, ahead, behind, fc.boolean(), (groups, a, b, isUpper) => {
				const hide = createAnonymiser()
				const zeroed = [...groups.slice(0, 2), 0, 0, 0, 0, ...groups.slice(6)]
				const cased = (text: string) => (isUpper ? text.toUpperCase() : text)
				expect(hide(full(groups))).toBe('v6-1')
				for (const spelled of [full(groups), short(groups)])
					expect(hide(`${a}${cased(spelled)}${b}`)).toBe(`${a}v6-1${b}`)
				const other = createAnonymiser()
				expect(other(full(zeroed))).toBe('v6-1')
				for (const spelled of [full(zeroed), short(zeroed), shortened(zeroed)])
					expect(other(`${a}${cased(spelled)}${b}`)).toBe(`${a}v6-1${b}`)
			}),
			{ numRuns: 2_000 },
		)
	})

	test('MAC in every spelling', () => {
		fc.assert(
			fc.property(macs, ahead, behind, fc.boolean(), (pairs, a, b, isUpper) => {
				const hide = createAnonymiser()
				const cased = (text: string) => (isUpper ? text.toUpperCase() : text)
				expect(hide(pairs.join(':'))).toBe('mac-1')
				for (const between of [':', '-'])
					expect(hide(`${a}${cased(pairs.join(between))}${b}`)).toBe(`${a}mac-1${b}`)
			}),
			{ numRuns: 2_000 },
		)
	})

	test('times, versions, counters, boot ids and ports survive', () => {
		const two = fc.integer({ min: 0, max: 59 }).map((value) => String(value).padStart(2, '0'))
		const number = fc.nat()
		const harmless = fc.oneof(
			fc.tuple(two, two, two).map((parts) => parts.join(':')),
			fc.tuple(number, number, number, number).map(([a, b, c, d]) => `${a}.${b}.${c}-${d}`),
			number.map(String),
			fc.uuid(),
			fc.integer({ min: 1, max: 65_535 }).map((port) => `:${port}`),
			fc
				.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
				.map((date) => date.toISOString()),
		)
		fc.assert(
			fc.property(fc.array(harmless, { maxLength: 8 }), (words) => {
				const text = words.join(' ')
				expect(createAnonymiser()(text)).toBe(text)
			}),
			{ numRuns: 2_000 },
		)
	})

	test('a text of any kind takes as long as it is', () => {
		for (const piece of [
			'1',
			'1.',
			':',
			'1:',
			'::',
			'a',
			'aa:',
			'aa-',
			'-',
			'.',
			'1-',
			'203.0.113.7',
			`${V6} `,
			'f:f::',
			`${MAC}:`,
		])
			createAnonymiser()(piece.repeat(500_000 / piece.length))
	})
})

describe('lines of real hosts', () => {
	const { pathname } = new URL('../../fixtures/', import.meta.url)
	const lines = [
		...(JSON.parse(readFileSync(`${pathname}log-lines.json`, 'utf8')) as { line: string }[]).map(
			({ line }) => line,
		),
		...readFileSync(`${pathname}foreign-texts.txt`, 'utf8').split('\n'),
	]
	// Written apart from the program: digits as they are, and no more.
	const LOOKS_V4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g
	const LOOKS_V6 = /(?<![\w:])(?:[\da-f]{4}:){7}[\da-f]{4}(?![\w:])/gi
	const LOOKS_MAC = /(?:[\da-f]{2}[:-]){5}[\da-f]{2}/gi
	const named = (address: string) => !/^(?:0\.0\.0\.0|127\.|255\.|(?:0000:){7}0001)/.test(address)
	const isIpv4 = (address: string) => address.split('.').every((part) => Number(part) < 256)

	test('none of their addresses survives, and all that is none does', () => {
		let seen = 0
		for (const line of lines) {
			const hidden = createAnonymiser()(line)
			for (const [pattern, isOne] of [
				[LOOKS_V4, isIpv4],
				[LOOKS_V6, () => true],
				[LOOKS_MAC, () => true],
			] as const) {
				for (const [address] of line.matchAll(pattern)) if (named(address)) seen++
				for (const [address] of hidden.matchAll(pattern))
					if (isOne(address)) expect(named(address), hidden).toBe(false)
			}
			for (const [field] of line.matchAll(
				/\b(?:SPT|DPT|SEQ|ACK|LEN|ID|TTL|WINDOW|sport|dport|packets|bytes)=\d+/g,
			))
				expect(hidden).toContain(field)
			for (const [time] of line.matchAll(/(?<![\w:.-])\d\d:\d\d:\d\d(?![\w:])/g))
				expect(hidden).toContain(time)
		}
		expect(seen).toBeGreaterThan(500)
	})

	test('and the same address has the same word in all of them', () => {
		const hide = createAnonymiser()
		const word = hide(V4)
		for (const line of lines) hide(line)
		expect(hide(V4)).toBe(word)
	})
})
