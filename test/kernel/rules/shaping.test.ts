import { expect, test } from 'vitest'
import { createCollector } from '../../../src/kernel/rules/collect.ts'
import { shapingOf } from '../../../src/kernel/rules/shaping.ts'

test.each([
	['ip saddr 10.0.0.0/8 notrack', 'notrack'],
	['-A PREROUTING -s 10.0.0.0/8 -j NOTRACK', 'notrack'],
	['-A PREROUTING -i eth0 -j CT --notrack', 'notrack'],
	['CT  all  --  eth0 *  0.0.0.0/0  0.0.0.0/0  CT notrack', 'notrack'],
	['iifname "eth0" ct zone set 5', 'zone'],
	['ct original zone set 7', 'zone'],
	['-A PREROUTING -i eth0 -j CT --zone 5', 'zone'],
	['oifname "eth0" masquerade', 'nat'],
	['tcp dport 80 dnat ip to 10.0.0.2:8080', 'nat'],
	['ip daddr 10.66.1.2 tcp dport 80 dnat to 10.66.2.2:8080', 'nat'],
	['snat to 192.0.2.1', 'nat'],
	['-A POSTROUTING -o eth0 -j MASQUERADE', 'nat'],
	['DNAT  tcp  --  *  *  0.0.0.0/0  10.0.0.1  tcp dpt:80 to:10.0.0.2:8080', 'nat'],
	['tcp dport 80 ct state invalid,untracked synproxy mss 1460 wscale 7', 'synproxy'],
	['-A INPUT -p tcp -m state --state INVALID,UNTRACKED -j SYNPROXY --sack-perm', 'synproxy'],
	['ip protocol tcp flow add @f', 'offload'],
	['-A FORWARD -j FLOWOFFLOAD', 'offload'],
	['ct helper set "ftp-standard"', 'helper'],
	['-A PREROUTING -p tcp --dport 21 -j CT --helper ftp', 'helper'],
	['ct state invalid drop comment "no MASQUERADE here, notrack"', undefined],
	['-A INPUT -m comment --comment "SNAT of old" -j ACCEPT', undefined],
	['ct status dnat accept', undefined],
	['ct zone 5 counter', undefined],
	['-A INPUT -m conntrack --ctstate DNAT -j ACCEPT', 'nat'],
])('%s: %s', (text, kind) => expect(shapingOf(text)).toBe(kind))

test('each with its place; of very many the first ones', () => {
	const collector = createCollector()
	const place = { backend: 'nft', family: 'ip', table: 'raw', chain: 'pre' } as const
	collector.next(place, 'tcp dport 22 accept')
	collector.next(place, 'udp dport 53 notrack')
	for (let number = 0; number < 600; number++) collector.next({ ...place, chain: 'many' }, 'masquerade')
	const { shaping, total } = collector.end()
	expect(total).toBe(602)
	expect(shaping?.[0]).toEqual({
		kind: 'notrack',
		family: 'ip',
		table: 'raw',
		chain: 'pre',
		number: 2,
		text: 'udp dport 53 notrack',
	})
	expect(shaping?.filter(({ kind }) => kind === 'nat')).toHaveLength(500)
})
