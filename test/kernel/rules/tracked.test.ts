import { describe, expect, test } from 'vitest'
import { mergeRulesets } from '../../../src/kernel/rules/merge.ts'
import { createNftReader } from '../../../src/kernel/rules/read/nft-reader.ts'
import { createSaveReader } from '../../../src/kernel/rules/read/save-reader.ts'

const nft = (...rules: readonly string[]) => {
	const reader = createNftReader()
	reader.push(`table inet t {\n\tchain c {\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n}\n`)
	return reader.end()
}
const save = (...rules: readonly string[]) => {
	const reader = createSaveReader('iptables-nft', 'ip')
	reader.push(`*filter\n:INPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`)
	return reader.end()
}

describe('a rule that makes conntrack work in its namespace', () => {
	test.each([
		['ct state invalid drop', true],
		['meta mark set ct mark', true],
		['ct zone set 1', true],
		['masquerade random # handle 4', true],
		['snat to 192.0.2.1', true],
		['dnat ip to 10.0.0.4:80', true],
		['dnat ip to ip saddr map { 10.0.0.1 : 10.0.0.2 }', true],
		['redirect to :8080', true],
		['add @s { ip saddr ct count over 20 } drop', true],
		['flow add @f', true],
		['synproxy mss 1460 wscale 7', true],
		['xt match "conntrack" drop', true],
		['ip saddr 10.0.0.1 notrack', false],
		['tcp dport 22 accept', false],
		['ip dscp set cs1', false],
		['iifname "ct state" accept comment "ct state invalid"', false],
		['log prefix "masquerade " drop', false],
	])('nft: %s: %s', (rule, isTracked) => {
		expect(nft('tcp dport 22 accept', rule).tracked).toEqual(
			isTracked ? { family: 'inet', table: 't', chain: 'c', number: 2 } : null,
		)
	})

	test.each([
		['-A INPUT -m conntrack --ctstate INVALID -j DROP', true],
		['[1:2] -A INPUT -m state --state NEW -j ACCEPT', true],
		['-A INPUT -m connlimit --connlimit-above 4 -j DROP', true],
		['-A INPUT -m connmark --mark 0x1 -j ACCEPT', true],
		['-A INPUT -j CT --zone 1', true],
		['-A INPUT -j MASQUERADE', true],
		['-A INPUT -j REDIRECT --to-ports 80', true],
		['-A INPUT -j CT --notrack', false],
		['-A INPUT -j NOTRACK', false],
		['-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', false],
		['-A INPUT -j CONNECTED', false],
		['-A INPUT -m comment --comment "-m conntrack --ctstate NEW" -j ACCEPT', false],
	])('iptables: %s: %s', (rule, isTracked) => {
		expect(save(rule).tracked).toEqual(
			isTracked ? { family: 'ip', table: 'filter', chain: 'INPUT', number: 1 } : null,
		)
	})

	test('of several rulesets the first that there is', () => {
		expect(mergeRulesets([nft('accept'), save('-A INPUT -j MASQUERADE')]).tracked?.table).toBe('filter')
		expect(mergeRulesets([nft('accept')]).tracked).toBeNull()
	})
})
