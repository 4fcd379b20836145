import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readPasted } from '../../../src/kernel/rules/read/pasted.ts'
import type { Rule } from '../../../src/kernel/rules/rule.ts'

const MARK = '== next'
const TOOLS = ['/usr/sbin/nft', '/usr/sbin/iptables-nft', '/usr/sbin/ip6tables-nft', '/usr/bin/unshare']

/** Rules that programs and people have, for both families. */
const IPTABLES = `
for t in iptables-nft ip6tables-nft; do
  $t -N bad; $t -N deep
  $t -A INPUT -i lo -j ACCEPT
  $t -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
  $t -A INPUT -m conntrack --ctstate INVALID -j LOG --log-prefix 'in  valid: ' --log-level 7
  $t -A INPUT -p tcp -m state --state INVALID -m comment --comment 'a "b" -j DROP' -j bad
  $t -A INPUT ! -i eth0 -m conntrack ! --ctstate NEW,ESTABLISHED -g deep
  $t -A bad -m limit --limit 5/min -j NFLOG --nflog-group 3 --nflog-prefix 'bad '
  $t -A bad -j DROP
  $t -A deep -m conntrack --ctstate INVALID,NEW -j RETURN
  $t -A deep -m conntrack --ctstate UNTRACKED -j REJECT
  $t -t raw -A PREROUTING -p udp --dport 53 -j CT --notrack
  $t -t mangle -A FORWARD -m conntrack --ctstate INVALID -j DROP
done
iptables-nft -P FORWARD DROP
`
const NFTABLES = `table inet t {
	map states { type ct_state : verdict; elements = { invalid : drop, established : accept } }
	map pairs { type ct_state . inet_service : verdict; elements = { invalid . 22 : jump bad, established . 80 : accept } }
	chain bad { ct state invalid log prefix "b  x " group 4; counter drop; }
	chain in {
		type filter hook input priority -10; policy drop;
		ct state vmap @states
		ct state vmap { established : accept, related : accept, invalid : jump bad }
		ct state . tcp dport vmap @pairs
		ct mark . ct state { 0x1 . invalid, 0x2 . new } counter drop
		ct state != { established, related } tcp dport { 22, 80-90 } limit rate 3/minute burst 7 packets log prefix "n " level debug
		ct state invalid,untracked counter reject
		iifname vmap { "lo" : accept, "eth0" : goto bad }
		ip saddr { 10.0.0.0/8, 192.168.1.1 } ct state new counter accept comment "ct state invalid drop"
		ct state & (established | related) == 0 meta mark set 0x5
		ip6 saddr fd00::/8 ct state invalid ct direction reply drop
		ct state new tcp flags & (fin | syn) == syn accept
	}
}
`

/** Each command's output, in a network namespace that is gone with the shell. */
function outputs(setup: string, commands: readonly string[], input = ''): readonly string[] {
	const script = [
		`{ ${setup}\n} >/dev/null || exit 9`,
		...commands.map((one) => `${one}; echo '${MARK}'`),
	].join('\n')
	return execFileSync('unshare', ['-n', 'sh', '-c', script], {
		input,
		encoding: 'utf8',
		stdio: ['pipe', 'pipe', 'ignore'],
	})
		.split(`${MARK}\n`)
		.slice(0, -1)
}

const place = ({ family, table, chain, number }: Rule) => `${family} ${table} ${chain} ${number}`

/** What every tool tells of a rule; one that logs has no verdict, whatever its target is called. */
const told = (rule: Rule) => ({
	place: place(rule),
	states: rule.state === null ? null : rule.state.states.toSorted(),
	verdict:
		'word' in rule.verdict && /^(?:LOG|NFLOG)$/.test(rule.verdict.word)
			? { kind: 'other', word: '' }
			: rule.verdict,
	log: rule.log === null ? null : { prefix: rule.log.prefix, group: rule.log.group, kind: rule.log.kind },
})
const byPlace = (one: { readonly place: string }, other: { readonly place: string }) =>
	one.place < other.place ? -1 : 1
const rulesOf = (text: string) => {
	const { ruleset } = readPasted(text)
	expect(ruleset.unread).toEqual([])
	return {
		rules: ruleset.rules.filter(
			({ state, log, hidden }) => state !== null || log !== null || hidden !== undefined,
		),
		policies: ruleset.chains
			.flatMap(({ family, table, name, base }) =>
				base === null ? [] : [`${family} ${table} ${name} ${base.hook} ${base.policy}`],
			)
			.toSorted(),
		total: ruleset.total,
	}
}

const isHere =
	process.getuid?.() === 0 &&
	TOOLS.every((tool) => existsSync(tool)) &&
	spawnSync('unshare', ['-n', 'true']).status === 0

describe.skipIf(!isHere)('the tools of this machine tell the same rules', () => {
	test('those of iptables-nft', () => {
		const tables = ['filter', 'raw', 'mangle']
		const each = (args: string) =>
			['iptables-nft', 'ip6tables-nft']
				.flatMap((tool) =>
					tables.map((table) => `echo "# ${tool} -t ${table} ${args}"; ${tool} -t ${table} ${args}`),
				)
				.join('; ')
		const [save = '', specs = '', listed = '', nft = '', json = ''] = outputs(IPTABLES, [
			'iptables-nft-save -c; ip6tables-nft-save -c',
			each('-S'),
			each('-nvL'),
			'nft -a list ruleset',
			'nft -j list ruleset',
		])
		const expected = rulesOf(save)
		expect(expected.rules.filter(({ state }) => state?.states.includes('invalid')).map(place)).toContain(
			'ip6 filter deep 1',
		)
		const rules = expected.rules.map(told).toSorted(byPlace)
		for (const [name, text] of Object.entries({ specs, listed, nft })) {
			const read = rulesOf(text)
			expect(read.rules.map(told).toSorted(byPlace), name).toEqual(rules)
			expect(read.total, name).toBe(expected.total)
			for (const policy of read.policies) expect(expected.policies, name).toContain(policy)
		}
		// `nft -j` cannot print what xtables ask: each rule is there, and said to be hidden.
		const strange = rulesOf(json)
		expect(strange.total).toBe(expected.total)
		const asking = rules.filter(({ states }) => states !== null).map((one) => one.place)
		const hidden = strange.rules.filter((rule) => rule.hidden !== undefined || rule.state !== null)
		expect(hidden.map(place).toSorted()).toEqual(asking)
		// Several tools in one text are one ruleset, with the handles of nft.
		const together = rulesOf(`${save}${nft}`)
		expect(together.rules.map(told).toSorted(byPlace)).toEqual(rules)
		expect([together.total, together.rules.every(({ handle }) => handle !== null)]).toEqual([
			expected.total,
			true,
		])
	})

	test('those of nft itself', () => {
		const [nft = '', json = ''] = outputs(
			'nft -f -',
			['nft -a list ruleset', 'nft -j list ruleset'],
			NFTABLES,
		)
		const expected = rulesOf(nft)
		const read = rulesOf(json)
		expect(expected.rules.filter(({ hidden }) => hidden !== undefined)).toEqual([])
		expect(read.rules.map(told)).toEqual(expected.rules.map(told))
		expect(read.policies).toEqual(expected.policies)
		expect(read.total).toBe(expected.total)
		expect(read.rules.map(({ handle }) => handle)).toEqual(expected.rules.map(({ handle }) => handle))
		expect(read.rules.map(({ counter }) => counter)).toEqual(expected.rules.map(({ counter }) => counter))
		// Numbers and flags are written in other ways.
		const plain = (rules: readonly Rule[]) =>
			rules.map(({ text }) => text).filter((text) => !/0x|!|mark|tcp flags/.test(text))
		expect(plain(read.rules).length).toBeGreaterThan(5)
		expect(plain(read.rules)).toEqual(plain(expected.rules))
	})
})
