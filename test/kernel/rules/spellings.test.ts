import { describe, expect, test } from 'vitest'
import { matchesInvalid } from '../../../src/kernel/rules/matching.ts'
import { inOrder } from '../../../src/kernel/rules/order.ts'
import { createNftReader, priorityOf } from '../../../src/kernel/rules/read/nft-reader.ts'
import { createSaveReader } from '../../../src/kernel/rules/read/save-reader.ts'

/** nft 1.0.6 on Linux 6.18: each line was entered and listed again. */
function nftRule(line: string, before = '') {
	const reader = createNftReader()
	reader.push(`table inet t {\n${before}\tchain c {\n\t\t${line}\n\t}\n}\n`)
	return reader.end().rules[0]
}

describe('how nft spells a state', () => {
	test.each([
		['ct state invalid drop', true, 'drop'],
		['ct state invalid,untracked drop', true, 'drop'],
		['ct state { invalid, new } counter packets 1 bytes 2 drop # handle 3', true, 'drop'],
		['ct state != { established, related } reject', true, 'reject'],
		['ct state != established,related reject with icmp admin-prohibited', true, 'reject'],
		['ct state ! established,related drop', true, 'drop'],
		['ct state established,related accept', false, 'accept'],
		['ct state != invalid accept', false, 'accept'],
		['ct state & (established | related) == 0x0 drop', true, 'drop'],
		['ct state & invalid != 0 drop', true, 'drop'],
		['ct state & (established | related) != 0 accept', false, 'accept'],
		['ct state vmap { established : accept, related : accept, invalid : drop }', true, 'drop'],
		['ct state vmap { invalid : jump bad, established : accept }', true, 'bad'],
		['ct state vmap @states', true, 'vmap'],
		['ct state 0x1 drop', true, 'drop'],
		['ip saddr 10.0.0.1 ct state invalid limit rate 10/second counter packets 4 bytes 9 drop', true, 'drop'],
	])('%s', (line, isInvalid, word) => {
		const rule = nftRule(line)
		expect(rule && matchesInvalid(rule)).toBe(isInvalid)
		expect(rule && ('chain' in rule.verdict ? rule.verdict.chain : rule.verdict.word)).toBe(word)
	})

	test('a map by name is looked into', () => {
		const map =
			'\tmap states {\n\t\ttype ct_state : verdict\n\t\telements = { established : accept,\n\t\t\t     invalid : drop }\n\t}\n'
		expect(nftRule('ct state vmap @states', map)).toMatchObject({
			verdict: { kind: 'final', word: 'drop' },
			state: { viaSet: 'states', states: ['established', 'invalid'] },
		})
	})

	test('words in a comment or a prefix are no statements', () => {
		const rule = nftRule(
			'ct state established log prefix "ct state invalid drop " level info comment "accept"',
		)
		expect(rule).toMatchObject({
			state: { states: ['established'] },
			verdict: { kind: 'other', word: '' },
			log: { kind: 'log', prefix: 'ct state invalid drop ', level: 'info', group: null },
			comment: 'accept',
		})
	})

	test.each([
		['log prefix "x " group 5 snaplen 64', { kind: 'nflog', prefix: 'x ', group: 5 }],
		['limit rate 5/minute burst 3 packets log', { kind: 'log', limit: '5/minute burst 3 packets' }],
		['meta nftrace set 1', { kind: 'trace' }],
	])('%s logs', (line, log) => {
		expect(nftRule(line)?.log).toMatchObject(log)
	})

	test.each([
		['filter', 'inet', 0],
		['filter - 1', 'inet', -1],
		['mangle + 10', 'ip', -140],
		['-450', 'ip', -450],
		['filter', 'bridge', -200],
		['nonsense', 'ip', undefined],
	] as const)('priority %s of %s is %s', (text, family, expected) => {
		expect(priorityOf(text, family)).toBe(expected)
	})
})

describe('how iptables-save spells a state', () => {
	test.each([
		['-m conntrack --ctstate INVALID -j DROP', true],
		['-m state --state INVALID,NEW -j DROP', true],
		['-m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP', true],
		['-m conntrack ! --ctstate INVALID -j ACCEPT', false],
		['-m conntrack --ctstate NEW -m comment --comment "--ctstate INVALID" -j ACCEPT', false],
	])('%s', (text, isInvalid) => {
		const reader = createSaveReader('iptables-legacy', 'ip')
		reader.push(`*filter\n:INPUT ACCEPT [1:2]\n[3:4] -A INPUT ${text}\nCOMMIT\n`)
		const [rule] = reader.end().rules
		expect(rule && matchesInvalid(rule)).toBe(isInvalid)
		expect(rule?.counter).toEqual({ packets: 3, bytes: 4 })
	})

	test('what logs, and the way to it', () => {
		const reader = createSaveReader('iptables-nft', 'ip')
		const text =
			'*filter\n:INPUT DROP [9:99]\n:deep - [0:0]\n:else - [0:0]\n[1:1] -A INPUT -p tcp -j deep\n[1:1] -A INPUT -j else\n[2:2] -A deep -m limit --limit 5/min -j LOG --log-prefix "a \\"b\\" " --log-level 7\n[0:0] -A deep -j NFLOG --nflog-group 3 --nflog-prefix x\n[0:0] -A else -j ACCEPT\nCOMMIT\n'
		// In any pieces.
		for (const character of text) reader.push(character)
		const ruleset = reader.end()
		expect(ruleset.unread).toEqual([])
		expect(ruleset.total).toBe(5)
		expect(
			inOrder(ruleset).map(({ rule, path, hook }) => [
				hook,
				path.join('>'),
				rule.number,
				rule.log?.prefix ?? '',
			]),
		).toEqual([
			['input', 'INPUT', 1, ''],
			['input', 'INPUT>deep', 1, 'a "b" '],
			['input', 'INPUT>deep', 2, 'x'],
		])
		expect(ruleset.chains[0]).toMatchObject({
			name: 'INPUT',
			size: 2,
			base: { policy: 'drop', priority: 0 },
			counter: { packets: 9 },
		})
	})

	test('a loop of jumps ends', () => {
		const reader = createSaveReader('iptables-nft', 'ip')
		reader.push('*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A a -j LOG\n-A a -j a\nCOMMIT\n')
		expect(inOrder(reader.end()).length).toBe(3)
	})
})
