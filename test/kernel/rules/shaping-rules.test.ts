import { expect, test } from 'vitest'
import { createNftReader } from '../../../src/kernel/rules/read/nft-reader.ts'
import { createSaveReader } from '../../../src/kernel/rules/read/save-reader.ts'

const saved = (text: string) => {
	const reader = createSaveReader('iptables-nft', 'ip')
	reader.push(text)
	return reader.end()
}

test('rules that translate, or keep packets from conntrack, with the jumps to them', () => {
	const { shaping, rules, total } = saved(`*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
:OTHER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A PREROUTING -p udp -j OTHER
-A PREROUTING -m conntrack --ctstate NEW -m comment --comment "-j DNAT" -j DOCKER
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80
-A OTHER -j RETURN
COMMIT
*raw
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp -m udp --dport 53 -j CT --notrack
-A OUTPUT -p tcp -m tcp --dport 21 -j CT --helper ftp
COMMIT
`)
	expect(shaping?.rules.map(({ chain, number }) => `${chain} ${number}`)).toEqual([
		'PREROUTING 1',
		'PREROUTING 3',
		'DOCKER 1',
		'OUTPUT 1',
		'OUTPUT 2',
	])
	expect(shaping?.leftOut).toBe(0)
	// What acts on a state is told apart, as before.
	expect(rules.map(({ chain, number }) => `${chain} ${number}`)).toEqual(['PREROUTING 3'])
	expect(total).toBe(7)
})

test('those of nft, not what stands in quotes', () => {
	const reader = createNftReader()
	reader.push(`table inet x {
	chain pre {
		type nat hook prerouting priority dstnat; policy accept;
		log prefix "dnat to x: " comment "masquerade"
		tcp dport 80 jump web
	}
	chain web {
		dnat ip to 10.9.0.5:8080
	}
	chain raw {
		type filter hook prerouting priority raw; policy accept;
		udp dport 53 notrack
		iifname "a" ct zone set 7
	}
}
`)
	expect(reader.end().shaping?.rules.map(({ chain, number }) => `${chain} ${number}`)).toEqual([
		'pre 2',
		'web 1',
		'raw 1',
		'raw 2',
	])
})

test('of very many the first, and it is said how many there are besides', () => {
	const lines = Array.from(
		{ length: 2_500 },
		(_, at) => `-A PREROUTING -d 10.0.${at >> 8}.${at & 255}/32 -j DNAT --to-destination 10.9.0.5`,
	)
	const { shaping } = saved(`*nat\n:PREROUTING ACCEPT [0:0]\n${lines.join('\n')}\nCOMMIT\n`)
	expect(shaping?.rules).toHaveLength(2_000)
	expect(shaping?.leftOut).toBe(500)
})
