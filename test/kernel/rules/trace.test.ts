import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decisionText } from '../../../src/investigation/path/decision.ts'
import { pathLines, textOf } from '../../../src/investigation/path/lines.ts'
import type { Path } from '../../../src/investigation/path/path.ts'
import { pathsOf } from '../../../src/investigation/path/paths.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { createSaveReader } from '../../../src/kernel/rules/read/save-reader.ts'
import type { Chain } from '../../../src/kernel/rules/rule.ts'
import { createTraceReader } from '../../../src/kernel/rules/trace.ts'

/** nft 1.0.6 -a monitor trace on Linux 6.18. */
const TRACE = `trace id 9ebe7821 inet ctscope t packet: iif "lo" @ll,0,112 0x800 ip saddr 127.0.0.1 ip daddr 127.0.0.1 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 47356 ip protocol tcp ip length 40 tcp sport 1234 tcp dport 80 tcp flags == 0x11 tcp window 1000
trace id 9ebe7821 inet ctscope t rule tcp flags fin,ack / fin,ack limit rate 5/second meta nftrace set 1 # handle 2 (verdict continue)
trace id 9ebe7821 inet ctscope t policy accept
trace id 9ebe7821 ip filter INPUT packet: iif "lo" @ll,0,112 0x800 ip saddr 127.0.0.1 ip daddr 127.0.0.1 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 47356 ip length 40 tcp sport 1234 tcp dport 80 tcp flags == 0x11 tcp window 1000
trace id 9ebe7821 ip filter INPUT rule meta l4proto tcp ct state invalid  counter packets 0 bytes 0 drop # handle 2 (verdict drop)
trace id 406d616e ip filter2 INPUT rule tcp dport 22 counter packets 0 bytes 0 jump foo # handle 4 (verdict jump foo)
trace id 406d616e ip filter2 foo rule ip saddr 127.0.0.1 counter packets 0 bytes 0 accept # handle 5 (verdict accept)
trace id 7 ip filter INPUT policy drop
`

describe('what a trace tells', () => {
	const reader = createTraceReader()
	for (const character of TRACE) reader.push(character)
	const packets = reader.packets()

	test('packets, step by step', () => {
		expect(reader.unread).toEqual([])
		expect(packets.map(({ id, steps }) => [id, steps.length])).toEqual([
			['9ebe7821', 3],
			['406d616e', 2],
			['7', 1],
		])
		expect(packets[0]?.fields).toMatchObject({ 'ip saddr': '127.0.0.1', 'tcp dport': '80', 'ip id': '47356' })
		expect(packets[1]?.steps[0]).toMatchObject({
			verdict: { kind: 'jump', chain: 'foo' },
			handle: 4,
			text: 'tcp dport 22 counter jump foo',
		})
	})

	test('beside the rules and the reason of the same packet', () => {
		const save = createSaveReader('iptables-nft', 'ip')
		save.push(
			'*filter\n:INPUT ACCEPT [0:0]\n[1:40] -A INPUT -p tcp -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n',
		)
		const ruleset = save.end()
		const rules = ruleset.rules.map((rule) => ({ ...rule, handle: 2 }))
		const reason = parsePacketLine(
			'nf_ct_proto_6: invalid new IN=lo OUT= SRC=127.0.0.1 DST=127.0.0.1 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=47356 PROTO=TCP SPT=1234 DPT=80 SEQ=1 ACK=1 WINDOW=1000 RES=0x00 ACK FIN URGP=0 ',
		)
		const [path, jumped, policy] = pathsOf(packets, {
			ruleset: { ...ruleset, rules },
			reasons: reason === undefined ? [] : [reason],
		})
		expect(path?.stages.map(({ hook }) => hook)).toEqual(['input'])
		expect(path?.flow).toBe('TCP 127.0.0.1:1234 > 127.0.0.1:80 FIN ACK')
		expect(path?.reason?.body).toBe('invalid new')
		expect(path && decisionText(path)).toBe(
			'drop by rule 1 of ip filter INPUT: -p tcp -m conntrack --ctstate INVALID -j DROP',
		)
		expect(jumped && decisionText(jumped)).toContain('accept by rule with handle 5 of ip filter2 foo')
		expect(policy && decisionText(policy)).toBe('drop by the policy of ip filter INPUT')
	})

	test('garbage is kept aside, and never throws', () => {
		const other = createTraceReader()
		other.push('Error: x\ntrace id zz\ntrace id 1 ip t c rule\n\n')
		expect(other.unread.length).toBe(2)
		expect(other.packets().length).toBe(1)
	})
})

/** nft 1.1.7 -a monitor trace on Linux 6.18: a SYN that is translated, UDP behind notrack, UDP6 and its ICMPv6 error, INVALID packets. */
const WITH_CONNTRACK = readFileSync(join(import.meta.dirname, '../../fixtures/nft/trace-1.1.7.txt'), 'utf8')

const read = (text: string) => {
	const reader = createTraceReader()
	reader.push(text)
	expect(reader.unread).toEqual([])
	return reader.packets()
}

const chain = (
	family: Chain['family'],
	table: string,
	name: string,
	hook: string,
	priority: number,
): Chain => ({
	backend: 'nft',
	family,
	table,
	name,
	base: { hook, priority, type: 'filter', policy: 'accept' },
	counter: null,
	size: 1,
})
const CHAINS = [
	chain('inet', 'raw1', 'pre', 'prerouting', -300),
	chain('inet', 'raw1', 'out', 'output', -300),
	chain('ip', 'nat1', 'out', 'output', -100),
	chain('ip', 'nat1', 'pre', 'prerouting', -100),
	chain('ip', 'nat1', 'post', 'postrouting', 100),
	chain('inet', 'f', 'at', 'prerouting', -200),
	chain('inet', 'f', 'mang', 'prerouting', -150),
	chain('inet', 'f', 'in', 'input', 0),
]
const follow = (text: string, chains: readonly Chain[] = CHAINS): readonly Path[] =>
	pathsOf(read(text), { ruleset: { chains, rules: [] }, reasons: [] })

/** Chain and state, wherever something is known. */
const states = (path: Path | undefined) =>
	path?.stages.flatMap(({ chain, conntrack }) => (conntrack === null ? [] : [`${chain} ${conntrack.state}`]))
const of = (paths: readonly Path[], id: string) => paths.find(({ packet }) => packet.id === id)

describe('what conntrack knows of a traced packet, in the words of nft', () => {
	test('every form that nft prints', () => {
		const packets = read(WITH_CONNTRACK)
		const said = (id: string) =>
			packets.find((one) => one.id === id)?.visits.map(({ chain, conntrack }) => [chain, conntrack])
		expect(said('b07a134f')).toEqual([
			['out', null],
			...['out', 'post'].map((name) => [
				name,
				{ direction: 'original', state: 'new', status: ['dnat', 'dnat-done'], id: '3617807227' },
			]),
		])
		expect(said('d51c8c16')?.[0]).toEqual([
			'pre',
			{ direction: null, state: 'untracked', status: [], id: null },
		])
		expect(said('2bc8fdf5')?.[0]).toEqual([
			'pre',
			{ direction: 'reply', state: 'related', status: ['confirmed'], id: '1462109644' },
		])
	})

	test('without a status, with bits that have no word, and with the word of the operator', () => {
		const line = (text: string) =>
			`trace id a62 inet f in conntrack: ${text} \ntrace id a62 inet f in packet: iif "lo" \n`
		const conntrack = (text: string) => read(line(text))[0]?.visits[0]?.conntrack
		expect(conntrack('ct direction original ct state new ct id 32')).toEqual({
			direction: 'original',
			state: 'new',
			status: [],
			id: '32',
		})
		expect(
			conntrack(
				'ct direction implicit reply ct state implicit established ct status implicit confirmed,0x2000,0x8000 ct id implicit 7',
			),
		).toEqual({
			direction: 'reply',
			state: 'established',
			status: ['confirmed', '0x2000', '0x8000'],
			id: '7',
		})
	})

	test('INVALID is concluded behind conntrack alone, and where nft tells the entries of others', () => {
		const paths = follow(WITH_CONNTRACK)
		const invalid = of(paths, 'f5c99765')
		expect(states(invalid)).toEqual(['mang invalid', 'in invalid'])
		const lines = invalid === undefined ? [] : pathLines(invalid)
		expect(lines.filter(({ kind }) => kind === 'conntrack').map(textOf)).toEqual(['   conntrack: INVALID'])
		expect(lines.map(({ text }) => text)).toContainEqual(expect.stringContaining('nft names no entry here'))
		expect(states(of(paths, 'd51c8c16'))).toEqual(
			['pre', 'at', 'mang', 'in'].map((name) => `${name} untracked`),
		)
		expect(states(of(paths, '4b2d8883'))?.at(-1)).toBe('in new')
	})

	test('a number that comes again is another packet', () => {
		const paths = follow(WITH_CONNTRACK)
		expect([of(paths, '7d70e4f6')?.flow, of(paths, '7d70e4f6#2')?.flow]).toEqual([
			'TCP 127.0.0.1:80 > 127.0.0.1:2321 RST',
			'TCP 127.0.0.1:2321 > 127.0.0.1:80 FIN SYN',
		])
		expect(of(paths, '7d70e4f6')?.stages.length).toBe(of(paths, '7d70e4f6#2')?.stages.length)
	})

	const packet = (id: string, chain: string, source: string) =>
		`trace id ${id} ${chain} packet: iif "lo" ${source} \ntrace id ${id} ${chain} policy accept \n`
	const entry = (id: string, chain: string) =>
		`trace id ${id} ${chain} conntrack: ct direction original ct state new ct id 5 \n`
	const four = 'ip saddr 10.0.0.1 ip daddr 10.0.0.2'
	const six = 'ip6 saddr ::1 ip6 daddr ::1'

	test.each([
		['no line in all of the run: an older nft or kernel', packet('1', 'inet f in', four)],
		[
			'entries of the other IP version alone',
			entry('2', 'inet f in') + packet('2', 'inet f in', six) + packet('1', 'inet f in', four),
		],
		[
			'untracked packets alone: conntrack may not look at any',
			`trace id 2 inet f in conntrack: ct state untracked \n${packet('2', 'inet f in', four)}${packet('1', 'inet f in', four)}`,
		],
		[
			'in front of conntrack, and at its priority',
			entry('2', 'inet f in') +
				packet('2', 'inet f in', four) +
				packet('1', 'inet raw1 pre', four) +
				packet('1', 'inet f at', four),
		],
		[
			'a family that conntrack does not look at',
			entry('2', 'inet f in') + packet('2', 'inet f in', four) + packet('1', 'bridge b in', four),
		],
		[
			'a chain whose hook is not known',
			entry('2', 'inet f in') + packet('2', 'inet f in', four) + packet('1', 'inet other in', four),
		],
		[
			'headers that were lost',
			`${entry('2', 'inet f in')}${packet('2', 'inet f in', four)}trace id 1 inet f in policy accept \n`,
		],
	])('nothing is concluded: %s', (_, text) => {
		const chains = [...CHAINS, chain('bridge', 'b', 'in', 'input', 0)]
		expect(states(of(follow(text, chains), '1'))).toEqual([])
	})

	test('a packet that had an entry and lost it on its way is no INVALID one', () => {
		const text = entry('1', 'inet f mang') + packet('1', 'inet f mang', four) + packet('1', 'inet f in', four)
		expect(states(of(follow(text), '1'))).toEqual(['mang new'])
	})

	test('chains of tables of ours are no part of the way, and tell that nft names entries', () => {
		const text =
			entry('2', 'inet ctscope t') + packet('2', 'inet ctscope t', four) + packet('1', 'inet f in', four)
		const paths = follow(text)
		expect(of(paths, '2')?.stages).toEqual([])
		expect(states(of(paths, '1'))).toEqual(['in invalid'])
	})
})
