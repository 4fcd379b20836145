import { describe, expect, test } from 'vitest'
import { ruleRows } from '../../../../src/investigation/join/rule-rows.ts'
import { ruleWarnings } from '../../../../src/investigation/join/rule-warnings.ts'
import { matchesInvalid } from '../../../../src/kernel/rules/matching.ts'
import { readPasted } from '../../../../src/kernel/rules/read/pasted.ts'
import type { Rule } from '../../../../src/kernel/rules/rule.ts'

const inChain = (line: string, before = '') =>
	readPasted(`table inet t {\n${before}\n\tchain c {\n\t\t${line}\n\t}\n}\n`).ruleset
const place = ({ family, table, chain, number }: Rule) => `${family} ${table} ${chain} ${number}`
const word = (rule: Rule | undefined) =>
	rule === undefined ? '' : 'chain' in rule.verdict ? rule.verdict.chain : rule.verdict.word

describe('nft as people write it', () => {
	test('several statements on a line are several rules', () => {
		const { total, rules } = inChain('ct state invalid drop; ct state new accept ; tcp dport 22 accept')
		expect(total).toBe(3)
		expect(rules.map(place)).toEqual(['inet t c 1', 'inet t c 2'])
	})

	test('a whole table on one line', () => {
		const { ruleset } = readPasted(
			'table inet t { chain c { type filter hook input priority -10; policy drop; ct state { invalid } drop; } }',
		)
		expect(ruleset.chains[0]?.base).toEqual({ hook: 'input', priority: -10, type: 'filter', policy: 'drop' })
		expect(ruleset.rules.map(place)).toEqual(['inet t c 1'])
	})

	test('a script: what is added, put in front, defined, included and flushed', () => {
		const { ruleset } = readPasted(`#!/usr/sbin/nft -f
flush ruleset
define bad = { invalid, untracked }
define deeper = $bad
include "/etc/nftables.d/*.nft"
add table inet f
add chain inet f input { type filter hook input priority filter; policy drop; }
add rule inet f input tcp dport 22 accept
add rule inet f input ct state $deeper counter drop
insert rule inet f input ct state invalid log prefix "first "
add set inet f s { type ipv4_addr; }
add element inet f s { 10.0.0.1 }
`)
		expect(ruleset.total).toBe(3)
		expect(ruleset.unreadCount).toBe(0)
		expect(ruleset.elsewhere).toEqual([{ kind: 'include', name: '/etc/nftables.d/*.nft' }])
		expect(
			ruleRows(ruleset, undefined).map(({ rule, hook }) => [hook, rule.number, rule.state?.states]),
		).toEqual([
			['input', 1, ['invalid']],
			['input', 3, ['invalid', 'untracked']],
		])
		expect(ruleWarnings([], ruleset).join()).toContain('/etc/nftables.d/*.nft')
	})

	test('commands of a shell', () => {
		const { ruleset } = readPasted(
			"nft add table inet f\nsudo nft add chain inet f input '{ type filter hook input priority 0 ; policy accept ; }'\nnft 'add rule inet f input ct state { invalid, new } drop'\nnft add rule inet f input ct state vmap \\{ invalid : drop \\}\n",
		)
		expect(ruleset.rules.map(place)).toEqual(['inet f input 1', 'inet f input 2'])
		expect(ruleset.chains[0]?.base?.hook).toBe('input')
	})

	test.each([
		['ct state . ct mark vmap { invalid . 0x1 : drop, new . 0x2 : accept }', true, 'drop'],
		['ct mark . ct state vmap { 0x1 . invalid : jump bad, 0x1 . new : accept }', true, 'bad'],
		['ip saddr . ct state . tcp dport { 10.0.0.1 . invalid . 22 } drop', true, 'drop'],
		['iifname . ct state { "invalid" . established } accept', false, 'accept'],
		['ct state . tcp dport { established . 22, related . 80 } accept', false, 'accept'],
		['ct state vmap { established : accept, * : drop }', true, 'drop'],
		['ct state{invalid,untracked} drop', true, 'drop'],
		['ct state vmap {invalid:drop,new:accept}', true, 'drop'],
		['ct state vmap { invalid counter packets 1 bytes 2 : drop }', true, 'drop'],
		['ct state invalid, untracked drop', true, 'drop'],
		['ct state & (invalid | new) != 0 drop', true, 'drop'],
		['ct state new iif lo ct state invalid drop', false, 'drop'],
		['meta mark set ct state map { invalid : 0x1 }', true, ''],
		['add @seen { ip saddr . ct state } accept', false, 'accept'],
	])('%s', (line, isInvalid, verdict) => {
		const [rule] = inChain(line).rules
		expect(rule === undefined ? false : matchesInvalid(rule)).toBe(isInvalid)
		if (isInvalid) expect(word(rule)).toBe(verdict)
	})

	test('a concatenation is looked up in a map by name', () => {
		const map =
			'\tmap m {\n\t\ttype inet_service . ct_state : verdict\n\t\telements = { 22 . invalid : drop,\n\t\t\t80 . established : jump c2 }\n\t}\n\tchain c2 {\n\t\tlog\n\t}'
		const { rules } = inChain('tcp dport . ct state vmap @m', map)
		const rule = rules.find(({ chain }) => chain === 'c')
		expect(rule && [matchesInvalid(rule), word(rule), rule.targets]).toEqual([true, 'drop', ['c2']])
	})

	test('maps lead to chains, also those by name, and told behind the rule', () => {
		const { ruleset } = readPasted(`table inet t {
	chain c {
		type filter hook forward priority filter; policy accept;
		iifname vmap { "a" : jump one, "b" : goto two }
		ip saddr vmap @m
	}
	chain one { ct state invalid drop; }
	chain two { ct state invalid drop; }
	chain three { ct state invalid drop; }
	map m { type ipv4_addr : verdict; elements = { 10.0.0.1 : jump three, 10.0.0.2 : accept } }
}`)
		expect(ruleRows(ruleset, undefined).map(({ hook, path }) => [hook, path.join('>')])).toEqual([
			['forward', 'c>one'],
			['forward', 'c>two'],
			['forward', 'c>three'],
		])
	})

	test('what is no rule in a chain is said, and a listing that is cut loses no other', () => {
		expect(inChain('lorem ipsum').unread).toEqual(['lorem ipsum'])
		const { ruleset } = readPasted(
			'table inet t {\n\tchain c {\n\t\tct state { invalid,\n*filter\n:INPUT DROP [0:0]\n-A INPUT -m state --state INVALID -j DROP\nCOMMIT\n',
		)
		expect(ruleset.rules.map(place)).toContain('ip filter INPUT 1')
		expect(ruleset.elsewhere).toEqual([{ kind: 'cut', name: 'nft' }])
	})

	test('a prefix with quotes in it, as nft prints that of iptables', () => {
		const { rules } = inChain(
			'ct state invalid counter packets 0 bytes 0 log prefix "a  "q" b " group 2 # handle 2',
		)
		expect(rules[0]?.log).toMatchObject({ prefix: 'a  "q" b ', group: 2 })
	})
})

describe('how deep and how wide chains may go', () => {
	const deep = (depth: number, last: string) =>
		`*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j c1\n${Array.from({ length: depth }, (_, at) => `-A c${at + 1} ${at + 1 === depth ? last : `-j c${at + 2}`}`).join('\n')}\nCOMMIT\n`

	test('20 jumps are followed', () => {
		const [row] = ruleRows(readPasted(deep(20, '-m state --state INVALID -j DROP')).ruleset, undefined)
		expect([row?.hook, row?.path.length]).toEqual(['input', 21])
	})

	test('thousands of jumps and circles end', () => {
		const [row] = ruleRows(readPasted(deep(5_000, '-m state --state INVALID -j DROP')).ruleset, undefined)
		expect([row?.hook, row?.path[0], row?.path.at(-1)]).toEqual(['input', 'INPUT', 'c5000'])
		const { ruleset } = readPasted(
			'*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j a\n-A a -j b\n-A b -j a\n-A b -m state --state INVALID -j DROP\n-A a -j a\nCOMMIT\n',
		)
		expect(ruleRows(ruleset, undefined).map(({ path, wayCount }) => [path.join('>'), wayCount])).toEqual([
			['INPUT>a>b', 1],
		])
	})

	test('all ways are counted, and of very many some are told', () => {
		const layers = Array.from(
			{ length: 30 },
			(_, at) => `-A l${at} -j l${at + 1}\n-A l${at} -p tcp -j l${at + 1}`,
		)
		const { ruleset } = readPasted(
			`*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j l0\n${layers.join('\n')}\n-A l30 -m state --state INVALID -j DROP\nCOMMIT\n`,
		)
		const [row] = ruleRows(ruleset, undefined)
		expect([row?.hook, row?.wayCount, row?.isMore]).toEqual(['input', 2 ** 30, false])
		expect(row?.ways.length).toBeLessThan(100)
	})
})
