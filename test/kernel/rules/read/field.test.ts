import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { reachedFrom, ruleRows } from '../../../../src/investigation/join/rule-rows.ts'
import { ruleWarnings } from '../../../../src/investigation/join/rule-warnings.ts'
import { matchesInvalid } from '../../../../src/kernel/rules/matching.ts'
import { ownerOf, ownersPresent } from '../../../../src/kernel/rules/owner.ts'
import { readPasted } from '../../../../src/kernel/rules/read/pasted.ts'
import type { Rule } from '../../../../src/kernel/rules/rule.ts'

const fixture = (name: string) =>
	readPasted(readFileSync(new URL(`../../../fixtures/rules/${name}`, import.meta.url), 'utf8'))
const place = ({ family, table, chain, number }: Rule) => `${family} ${table} ${chain} ${number}`
const invalid = (rules: readonly Rule[]) => rules.filter(matchesInvalid).map(place)
const said = ({ ruleset }: ReturnType<typeof readPasted>) => ruleWarnings([], ruleset).join('\n')
const NONE = 'no rule here matches INVALID'

describe('listings that people have pasted', () => {
	test('ip6tables up to 1.8.8, whose options are blank', () => {
		const { ruleset, format } = fixture('ip6tables-nvL-blank-opt.txt')
		expect(format).toBe('iptables -L')
		const rows = ruleRows(ruleset, undefined)
		expect(rows.map(({ rule }) => place(rule))).toEqual(['ip6 filter INPUT 4', 'ip6 filter INPUT 5'])
		expect(rows[0]?.rule.log?.prefix).toBe('ip6tables denied: ')
		expect(rows[1]?.rule.verdict).toEqual({ kind: 'final', word: 'drop' })
		expect(rows[1]?.rule.backend).toBe('iptables')
		expect([ruleset.total, ruleset.unreadCount]).toEqual([6, 0])
	})

	test('both families in one text, each with its policy', () => {
		const { ruleset } = fixture('nvL-both-families.txt')
		expect(invalid(ruleset.rules)).toEqual(['ip filter INPUT 1', 'ip6 filter INPUT 1'])
		expect(ruleset.chains.map(({ family, base }) => `${family} ${base?.policy}`)).toEqual([
			'ip drop',
			'ip6 accept',
		])
		expect(ruleset.listings).toBeUndefined()
	})

	test('rows that a mailer wrapped', () => {
		const { ruleset } = fixture('nvL-wrapped.txt')
		expect([ruleset.total, ruleset.unreadCount]).toEqual([5, 0])
		expect(invalid(ruleset.rules)).toEqual(['ip filter ufw-logging-deny 1'])
		expect(ruleset.rules.flatMap(({ log }) => log?.prefix ?? [])).toEqual(['[UFW ALLOW] ', '[UFW BLOCK] '])
	})

	test('matches that nft cannot print: how many, and what shows them', () => {
		const pasted = fixture('nft-xt-match.nft')
		expect(pasted.ruleset.rules.filter(({ hidden }) => hidden !== undefined).map(place)).toEqual([
			'ip filter FORWARD 2',
			'ip filter ufw-before-input 2',
			'ip filter ufw-before-input 3',
			'ip filter ufw-logging-deny 1',
		])
		expect(said(pasted)).not.toContain(NONE)
		expect(said(pasted)).toContain('4 rules were not understood')
		expect(said(pasted)).toContain('iptables-save -c -t filter')
	})

	test.each([
		['iifname "lo" # xt_conntrack counter packets 1 bytes 2 drop', '# xt_conntrack'],
		['# xt_conntrack counter packets 1 bytes 2 drop # handle 7', '# xt_conntrack'],
		['xt match state counter packets 1 bytes 2 drop', 'xt match "state"'],
		['xt match conntrack aGVsbG8= counter drop', 'xt match "conntrack"'],
		['ct state $nobody drop', 'ct state $nobody drop'],
		['ct state sometimes drop', 'ct state sometimes drop'],
	])('%s hides its states', (line, hidden) => {
		const pasted = readPasted(`table ip filter {\n\tchain c {\n\t\t${line}\n\t}\n}\n`)
		expect(pasted.ruleset.rules.map((rule) => rule.hidden)).toEqual([hidden])
		expect(said(pasted)).not.toContain(NONE)
	})

	test('iptables -S', () => {
		const { ruleset } = fixture('iptables-S.txt')
		expect(invalid(ruleset.rules)).toEqual(['ip filter ufw-before-input 2'])
		const [row] = ruleRows(ruleset, undefined)
		expect([row?.hook, row?.path]).toEqual(['input', ['INPUT', 'ufw-before-input']])
		expect(ruleset.chains.flatMap(({ base }) => base?.policy ?? [])).toEqual(['drop', 'drop', 'accept'])
	})

	test("a chain's head on one line", () => {
		const { ruleset } = fixture('nft-chain-head-one-line.nft')
		expect(invalid(ruleset.rules)).toEqual(['inet filter input 1'])
		expect(ruleset.chains[0]).toMatchObject({ size: 2, base: { hook: 'input', policy: 'drop' } })
	})

	test('a listing of connections is no ruleset', () => {
		const { format, ruleset, others } = fixture('conntrack-L-read-as-nft.txt')
		expect([format, ruleset.total, others]).toEqual(['', 0, ['conntrack -L']])
	})

	test("someone's own chain is not Shorewall's", () => {
		const { ruleset } = fixture('own-chain-called-shorewall.txt')
		const present = ownersPresent(ruleset)
		expect(ruleset.rules.map((rule) => ownerOf(rule, present))).toEqual([null, null])
	})

	test('a shared chain: each rule once, with all its ways', () => {
		const { ruleset } = fixture('shared-chain-counted-per-path.txt')
		const rows = ruleRows(ruleset, undefined)
		expect(ruleset.total).toBe(6)
		expect(rows.map(({ rule, counter, wayCount }) => [rule.number, counter?.packets, wayCount])).toEqual([
			[1, 3, 4],
			[2, 3, 4],
		])
		expect(rows[0] && reachedFrom(rows[0])).toBe('reached from INPUT > tcpflags, FORWARD > tcpflags (4 ways)')
		expect(rows.map(({ owner }) => owner)).toEqual(['shorewall', 'shorewall'])
	})

	test('rounded numbers are about, and a prefix keeps its blanks', () => {
		const { ruleset } = fixture('double-blank-prefix.txt')
		expect(ruleset.rules[0]?.log?.prefix).toBe('new connection to DNS  ')
		expect(ruleset.rules[0]?.counter).toEqual({ packets: 7, bytes: 5_263_000, about: ['bytes'] })
	})

	test('a set of many elements takes no longer for each of them', () => {
		const text = (count: number) =>
			`table inet f {\n\tset bl {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.0${Array.from({ length: count }, (_, at) => `,\n\t\t\t     10.0.${at >> 8}.${at & 255}`).join('')} }\n\t}\n\tchain i {\n\t\ttype filter hook input priority filter; policy accept;\n\t\tct state invalid counter packets 7 bytes 280 drop\n\t}\n}\n`
		// Time of the processor: what else runs on the machine does not count.
		const time = (count: number) => {
			const begun = process.cpuUsage()
			for (let turn = 0; turn < 3; turn += 1) expect(readPasted(text(count)).ruleset.rules).toHaveLength(1)
			return process.cpuUsage(begun).user
		}
		time(5_000)
		const few = Math.min(...Array.from({ length: 5 }, () => time(5_000)))
		const many = Math.min(...Array.from({ length: 5 }, () => time(40_000)))
		// Eight times as many; what is quadratic takes 64 times as long.
		expect(many / few).toBeLessThan(30)
	})
})
