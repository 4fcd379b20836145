import { describe, expect, test } from 'vitest'
import { createListGroups } from '../../../src/kernel/conntrack/list-groups.ts'

const tcp = (source: string, target: string, state = 'SYN_SENT', rest = '[UNREPLIED] ') =>
	`tcp      6 117 ${state} src=${source} dst=${target} sport=1024 dport=443 ${rest}src=${target} dst=${source} sport=443 dport=1024 mark=0 use=1`
const udp6 =
	'udp      17 27 src=fd77:0:0:1::9 dst=fd77::2 sport=53000 dport=53 src=fd77::2 dst=fd77:0:0:1::9 sport=53 dport=53000 mark=0 use=1'
const icmp =
	'icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 mark=0 use=1'

const groups = (...lines: readonly string[]) => {
	const made = createListGroups()
	for (const line of lines) made.take(line)
	return made.end()
}

describe('who has the entries of a listing', () => {
	test('by who began them, where they go to, and what they are', () => {
		const found = groups(
			...Array.from({ length: 6 }, () => tcp('10.0.9.66', '10.0.3.7')),
			tcp('10.0.9.5', '10.0.3.7', 'ESTABLISHED', '[ASSURED] '),
			tcp('10.1.9.5', '10.0.3.8', 'ESTABLISHED', '[ASSURED] '),
		)
		expect(found).toMatchObject({ looked: 8, unreplied: 6 })
		expect(found.sources[0]).toEqual({ name: '10.0.9.66', count: 6 })
		expect(found.prefixes[0]).toEqual({ name: '10.0.9.0/24', count: 7 })
		expect(found.targets[0]).toEqual({ name: 'tcp 10.0.3.7:443', count: 7 })
		expect(found.kinds).toEqual([
			{ name: 'tcp SYN_SENT', count: 6 },
			{ name: 'tcp ESTABLISHED', count: 2 },
		])
	})

	test('of IPv6 by /64, and of protocols without ports by their address', () => {
		expect(groups(udp6, icmp)).toMatchObject({
			prefixes: [
				{ name: '10.0.0.0/24', count: 1 },
				{ name: 'fd77:0:0:1::/64', count: 1 },
			],
			targets: [
				{ name: 'icmp 10.0.0.2', count: 1 },
				{ name: 'udp [fd77::2]:53', count: 1 },
			],
			kinds: [
				{ name: 'icmp', count: 1 },
				{ name: 'udp', count: 1 },
			],
		})
	})

	test('the five largest of each, and garbage is none', () => {
		const found = groups(
			...Array.from({ length: 40 }, (_, at) => tcp(`10.0.${at}.1`, `10.9.${at}.1`)),
			'',
			'conntrack v1.4.7 (conntrack-tools): 8 flow entries have been shown.',
			'tcp 6 1 src=\u001b]0;x dst=10.0.0.1 sport=1 dport=2',
			'tcp      6 117 SYN_SENT src=evil;rm dst=10.0.0.1 sport=1 dport=2',
		)
		expect(found.looked).toBe(40)
		for (const list of [found.sources, found.prefixes, found.targets]) expect(list).toHaveLength(5)
	})
})
