import { describe, expect, test } from 'vitest'
import type { RuleFlow } from '../../../../src/kernel/rules/fit/fit.ts'
import { ruleFit, wayFit } from '../../../../src/kernel/rules/fit/rule-fit.ts'
import type { Backend, RuleFamily } from '../../../../src/kernel/rules/rule.ts'

const tcp: RuleFlow = {
	family: 4,
	protocol: 6,
	source: '10.0.3.7',
	sourcePort: 51022,
	destination: '198.51.100.7',
	destinationPort: 443,
	isLoopback: false,
	isToHere: false,
}
const six: RuleFlow = { ...tcp, family: 6, source: 'fd77::2', destination: '2001:db8::7' }
const fitOf = (backend: Backend, text: string, flow = tcp, family: RuleFamily = 'ip') =>
	ruleFit({ backend, family, text, number: 1 }, flow)

describe('a rule of iptables', () => {
	test.each([
		['-m conntrack --ctstate INVALID -j DROP', 'yes'],
		['-m comment --comment "all of it" -m state --state INVALID -j DROP', 'yes'],
		['-p tcp -m state --state INVALID -j DROP', 'yes'],
		['-p udp -m state --state INVALID -j DROP', 'no'],
		['-s 10.0.0.0/8 -j MASQUERADE', 'yes'],
		['! -s 10.0.0.0/8 -j MASQUERADE', 'no'],
		['-s 172.16.0.0/255.240.0.0 -j MASQUERADE', 'no'],
		['-s 10.0.0.0/255.0.0.0 ! -d 10.0.0.0/8 -j MASQUERADE', 'yes'],
		['-d 198.51.100.7/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.9', 'yes'],
		['-d 198.51.100.7/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.9', 'no'],
		['-p tcp -m tcp --dport 400:500 -j DROP', 'yes'],
		['-p tcp -m multiport --dports 80,443 -j DROP', 'yes'],
		['-p tcp -m multiport ! --dports 80,443 -j DROP', 'no'],
		['-m iprange --src-range 10.0.3.1-10.0.3.9 -j DROP', 'yes'],
		['-i lo -j DROP', 'no'],
		['! -i lo -j DROP', 'yes'],
		['-o eth0 -j MASQUERADE', 'perhaps'],
		['-o eth0 -s 192.168.0.0/16 -j MASQUERADE', 'no'],
		['-m addrtype --dst-type LOCAL -j DOCKER', 'no'],
		['-m limit --limit 5/min -m state --state INVALID -j DROP', 'perhaps'],
		['-m set --match-set bad src -j DROP', 'perhaps'],
		['-p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -j DROP', 'perhaps'],
		['-j MASQUERADE --to-ports 1024-2000', 'yes'],
	])('%s: %s', (text, is) => expect(fitOf('iptables-nft', text)).toBe(is))

	test('of the other family is never met', () => {
		expect(fitOf('iptables-legacy', '-m state --state INVALID -j DROP', tcp, 'ip6')).toBe('no')
		expect(fitOf('iptables-legacy', '-m state --state INVALID -j DROP', six, 'ip6')).toBe('yes')
		expect(fitOf('iptables-nft', '-s fd77::/16 -j MASQUERADE', six, 'ip6')).toBe('yes')
	})
})

describe('a rule of nft', () => {
	test.each([
		['ct state invalid counter drop # handle 4', 'yes'],
		['ct state { established, invalid } drop', 'yes'],
		['ct state vmap { established : accept, invalid : drop }', 'yes'],
		['ip saddr 10.0.0.0/8 oifname "eth0" masquerade', 'perhaps'],
		['ip saddr 192.168.0.0/16 oifname "eth0" masquerade', 'no'],
		['ip saddr != 10.0.0.0/8 masquerade', 'no'],
		['ip saddr { 10.0.3.0/24, 10.0.9.1-10.0.9.7 } masquerade', 'yes'],
		['ip saddr @inside masquerade', 'perhaps'],
		['ip daddr . tcp dport { 198.51.100.7 . 443 } drop', 'perhaps'],
		['ip daddr 198.51.100.7 tcp dport 443 dnat to 10.0.0.9', 'yes'],
		['ip daddr 198.51.100.7 tcp dport { 80, 8080 } dnat to 10.0.0.9', 'no'],
		['tcp dport 1-1023 ct state invalid drop', 'yes'],
		['udp dport 443 ct state invalid drop', 'no'],
		['udp dport != 53 ct state invalid drop', 'no'],
		['udp dport > 53 ct state invalid drop', 'no'],
		['tcp dport > 53 ct state invalid drop', 'perhaps'],
		['th dport 443 drop', 'yes'],
		['meta l4proto { tcp, udp } ct state invalid log prefix "bad: udp dport 1" level warn drop', 'yes'],
		['meta l4proto udp ct state invalid drop', 'no'],
		['tcp flags syn drop', 'perhaps'],
		['limit rate 5/minute ct state invalid drop', 'perhaps'],
		['iifname "lo" accept', 'no'],
		['fib daddr type local jump docker', 'no'],
		['counter packets 5 bytes 300 jump x', 'yes'],
	])('%s: %s', (text, is) => expect(fitOf('nft', text)).toBe(is))

	test('knows the families of a table inet', () => {
		const family = 'inet'
		expect(fitOf('nft', 'ip saddr 10.0.0.0/8 masquerade', six, family)).toBe('no')
		expect(fitOf('nft', 'ip saddr != 10.0.0.0/8 masquerade', six, family)).toBe('no')
		expect(fitOf('nft', 'ip6 saddr fd00::/8 masquerade', six, family)).toBe('yes')
		expect(fitOf('nft', 'meta nfproto ipv4 ct state invalid drop', six, family)).toBe('no')
		expect(fitOf('nft', 'ct state invalid drop', six, family)).toBe('yes')
		expect(fitOf('nft', 'ct state invalid drop', six, 'ip')).toBe('no')
		expect(fitOf('nft', 'ct state invalid drop', six, 'bridge')).toBe('perhaps')
	})

	test('what is not known of the flow is perhaps', () => {
		expect(fitOf('nft', 'ip daddr 198.51.100.7 dnat to 10.0.0.9', { ...tcp, destination: null })).toBe(
			'perhaps',
		)
		expect(fitOf('nft', 'tcp dport 80 drop', { ...tcp, destinationPort: null })).toBe('perhaps')
	})
})

test('what stands before a rule, or before a jump to it, may end the way', () => {
	const rule = (text: string, number: number) => ({
		backend: 'nft' as const,
		family: 'ip' as const,
		text,
		number,
	})
	expect(wayFit([rule('ct state invalid drop', 1)], tcp)).toBe('yes')
	expect(wayFit([rule('ct state invalid drop', 2)], tcp)).toBe('perhaps')
	expect(wayFit([rule('tcp dport 443 jump x', 1), rule('ct state invalid drop', 1)], tcp)).toBe('yes')
	expect(wayFit([rule('tcp dport 80 jump x', 1), rule('ct state invalid drop', 1)], tcp)).toBe('no')
})
