import { describe, expect, test } from 'vitest'
import { flowFromLine, flowFromText } from '../../../src/investigation/join/flow-words.ts'
import { entry, iptables, joined, nft, socket, TRACKING } from './flow-scene.ts'

const OTHERS = [
	'ESTAB 0 0 10.0.0.2:5000 10.0.0.1:40001 users:(("server",pid=7,fd=3))',
	'FIN-WAIT-2 0 0 10.0.0.2:5000 10.0.0.1:40002',
	'LISTEN 0 4096 0.0.0.0:5000 0.0.0.0:* users:(("server",pid=7,fd=4))',
]
const KNOWN =
	'tcp 6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=5000 src=10.0.0.2 dst=10.0.0.1 sport=5000 dport=40001 [ASSURED] mark=0 use=1'
const DROP_OUT = iptables(
	'*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -m state --state INVALID -j DROP\nCOMMIT\n',
)
const DROP_IN = iptables('*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m state --state INVALID -j DROP\nCOMMIT\n')
const DROP_FORWARD =
	'*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n'

describe('the socket of a flow', () => {
	test('is that of exactly these four: others of the same client are none', () => {
		const { text, seen, confidence } = joined({ flow: '10.0.0.1:1 > 10.0.0.2:5000', sockets: OTHERS })
		expect(text).toContain(
			'A socket listens there (server, pid 7), but none has exactly these addresses and ports',
		)
		expect(text).not.toMatch(/ESTABLISHED|FIN_WAIT2/)
		expect(seen).toContain('socket: none with exactly these addresses and ports')
		// The send queue of a listener is the length of its backlog.
		expect(seen).not.toContain('bytes to send')
		expect(confidence).toBe('likely')
	})

	test.each([
		['as it is', 'FIN-WAIT-1 0 1 10.0.0.2:5000 10.0.0.1:1', '10.0.0.2:5000 > 10.0.0.1:1'],
		[
			'IPv4 mapped into IPv6',
			'FIN-WAIT-1 0 1 [::ffff:10.0.0.2]:5000 [::ffff:10.0.0.1]:1',
			'10.0.0.2:5000 > 10.0.0.1:1',
		],
		['IPv6', 'FIN-WAIT-1 0 1 [fd00::2]:5000 [fd00::1]:1', '[fd00::2]:5000 > [fd00::1]:1'],
		['bound to a device', 'FIN-WAIT-1 0 1 [fe80::2]%eth0:5000 [fe80::1]:1', '[fe80::2]:5000 > [fe80::1]:1'],
	])('%s', (_name, line, flow) => {
		const { text, confidence } = joined({ flow, sockets: [...OTHERS, line] })
		expect(text).toBe(
			'Local socket still in FIN_WAIT1, no entry; no rule that matches INVALID drops its FINs on the way out.',
		)
		expect(confidence).toBe('sure')
	})

	test('where an address of it is translated, it has what the entry says', () => {
		const redirected =
			'tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=8080 dport=40001 [ASSURED]'
		const { seen, text } = joined({
			flow: '10.0.0.1:40001 > 10.0.0.2:80',
			entries: [redirected],
			sockets: ['ESTAB 0 7 10.0.0.2:8080 10.0.0.1:40001', 'ESTAB 0 0 10.0.0.2:80 10.0.0.1:40009'],
		})
		expect(seen).toContain('socket: ESTABLISHED, 7 bytes to send')
		expect(text).toContain('10.0.0.1:40001 > 10.0.0.2:80 is 10.0.0.1:40001 > 10.0.0.2:8080 behind it')
	})

	test('one that waits does so at an address of its own', () => {
		const waits = (line: string) => joined({ flow: '10.0.0.1:1 > 10.0.0.2:5000', sockets: [line] }).seen
		expect(waits('LISTEN 0 5 127.0.0.1:5000 0.0.0.0:*')).not.toContain('accepts from anyone')
		expect(waits('LISTEN 0 5 [::]:5000 [::]:*')).not.toContain('accepts from anyone')
		expect(waits('LISTEN 0 5 *:5000 *:*')).toContain('LISTEN on *:5000, accepts from anyone')
		expect(waits('LISTEN 0 5 10.0.0.2:5000 0.0.0.0:*')).toContain('accepts from anyone')
	})

	test('was not looked at: said, and nothing of it', () => {
		const { text, confidence, notChecked } = joined({
			flow: '10.0.0.1:1 > 10.0.0.2:5000',
			facts: { sockets: undefined, missing: ['local sockets (ss is not installed)'] },
		})
		expect(text).toBe('There is no entry; whether a local socket still has the connection was not seen.')
		expect(confidence).toBe('unknown')
		expect(notChecked[0]).toContain('ss is not installed')
	})
})

describe('a local socket without an entry', () => {
	const of = (state: string, more: Partial<Parameters<typeof joined>[0]> = {}, queue = 1) =>
		joined({
			flow: '10.0.0.2:5000 > 10.0.0.1:1',
			sockets: [`${state} 0 ${queue} 10.0.0.2:5000 10.0.0.1:1`],
			rules: DROP_OUT,
			...more,
		})

	test.each(['FIN-WAIT-1', 'LAST-ACK', 'CLOSING'])('%s: its FINs never leave', (state) => {
		const { text, confidence } = of(state)
		expect(text).toMatch(
			/^Local socket still in [A-Z_0-9]+, no entry, ip filter OUTPUT rule 1 drops INVALID: its FINs never leave\.$/,
		)
		expect(confidence).toBe('sure')
	})

	test('data in front of the FIN would make one', () => {
		const { text, confidence } = of('FIN-WAIT-1', {}, 700)
		expect(text).toContain('Data queued before the FIN makes an entry')
		expect(confidence).toBe('likely')
	})

	test('SYN_RECV: its SYN/ACKs', () =>
		expect(of('SYN-RECV', {}, 0).text).toContain('its SYN/ACKs never leave'))

	test.each(['ESTAB', 'CLOSE-WAIT'])('%s: what it sends makes one, unless tcp_loose is 0', (state) => {
		expect(of(state).text).toMatch(/data or an ACK makes one, only a FIN or an RST is INVALID/)
		expect(of(state).text).not.toContain('never leave')
		expect(of(state, { facts: { isLoose: false } }).text).toMatch(/tcp_loose is 0.*its packets never leave/)
		const unread = of(state, { facts: { isLoose: undefined } })
		expect(unread.text).toContain('could not be read')
		expect(unread.confidence).toBe('likely')
	})

	test('SYN_SENT, FIN_WAIT2 and TIME_WAIT send nothing that a rule for INVALID could drop', () => {
		for (const state of ['SYN-SENT', 'FIN-WAIT-2', 'TIME-WAIT'])
			expect(of(state).text).not.toMatch(/never leave|drops/)
		expect(of('TIME-WAIT').text).toContain('The connection is over')
		expect(of('FIN-WAIT-2').text).toContain('waits for a FIN')
		expect(of('SYN-SENT').text).toContain('a SYN makes one')
	})

	test('asked from the other side: what comes, and what it sends itself', () => {
		const { text } = of('FIN-WAIT-1', { flow: '10.0.0.1:1 > 10.0.0.2:5000' })
		expect(text).toContain('a FIN or an RST of the other side is INVALID.')
		expect(text).toContain('ip filter OUTPUT rule 1 drops INVALID: its FINs never leave')
		expect(of('ESTAB', { flow: '10.0.0.1:1 > 10.0.0.2:5000', rules: DROP_IN }).text).toContain(
			'INVALID, and ip filter INPUT rule 1 drops it, so the connection hangs',
		)
	})

	test('is not called lost where conntrack does not look', () => {
		const notrack = iptables(
			'*raw\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --sport 5000 -j CT --notrack\nCOMMIT\n',
		)
		const { text, confidence } = of('ESTAB', { rules: notrack })
		expect(text).toBe(
			'ip raw OUTPUT rule 1 exempts it from tracking (notrack): it has no entry because of that, and its packets are UNTRACKED, not INVALID.',
		)
		expect(confidence).toBe('sure')
		const nothing = of('ESTAB', { rules: iptables('') })
		expect(nothing.text).toContain('conntrack may not look at these packets at all')
		expect(nothing.confidence).toBe('likely')
		// The rules of the other family say nothing.
		expect(
			of('FIN-WAIT-1', {
				rules: iptables(
					'*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -m state --state INVALID -j DROP\nCOMMIT\n',
					'ip6',
				),
			}).text,
		).toContain('conntrack may not look')
	})
})

describe('a rule in the way', () => {
	const fin = (rules: ReturnType<typeof iptables> | undefined) =>
		joined({
			flow: '10.0.0.2:5000 > 10.0.0.1:1',
			sockets: ['FIN-WAIT-1 0 1 10.0.0.2:5000 10.0.0.1:1'],
			rules,
		})
	const output = (...lines: readonly string[]) =>
		iptables(
			`*filter\n:OUTPUT ACCEPT [0:0]\n:BAD - [0:0]\n${lines.map((line) => `-A ${line}\n`).join('')}COMMIT\n`,
		)

	test('of another port, protocol or address is none', () => {
		for (const match of ['-p udp', '-p tcp -m tcp --dport 443', '-d 10.9.0.0/16', '-o lo']) {
			const { text, seen, confidence } = fin(output(`OUTPUT ${match} -m state --state INVALID -j DROP`))
			expect(text).toContain('no rule that matches INVALID drops its FINs')
			expect(seen).not.toContain('(drop)')
			expect(confidence).toBe('sure')
		}
	})

	test('with a condition that nobody knows of a flow, or behind others: likely', () => {
		for (const rules of [
			output('OUTPUT -m limit --limit 1/sec -m state --state INVALID -j DROP'),
			output('OUTPUT -o eth0 -m state --state INVALID -j DROP'),
			output('OUTPUT -o lo -j ACCEPT', 'OUTPUT -m state --state INVALID -j DROP'),
			output('OUTPUT -p tcp -j BAD', 'BAD -m mark --mark 1 -m state --state INVALID -j DROP'),
		]) {
			const { text, confidence } = fin(rules)
			expect(text).toContain('its FINs never leave, if they reach that rule')
			expect(confidence).toBe('likely')
		}
	})

	test('by a jump of its own', () => {
		expect(fin(output('OUTPUT -p tcp -j BAD', 'BAD -m state --state INVALID -j DROP'))).toMatchObject({
			confidence: 'sure',
		})
		expect(fin(output('OUTPUT -p udp -j BAD', 'BAD -m state --state INVALID -j DROP')).text).toContain(
			'no rule that matches',
		)
		// What a chain does with it is not followed.
		expect(fin(output('OUTPUT -m state --state INVALID -j BAD', 'BAD -j DROP')).text).toContain(
			'passes INVALID on (-> BAD)',
		)
	})

	test('not read: nothing is said of it', () => {
		const { text, confidence, notChecked } = fin(undefined)
		expect(text).toContain('whether a rule drops its FINs was not read')
		expect(confidence).toBe('likely')
		expect(notChecked).toContain('the rules')
		const partial = {
			...TRACKING,
			failures: [{ kind: 'missing-tool', tool: 'nft', debianPackage: 'nftables' } as const],
		}
		expect(fin(partial).text).toContain('was not read')
	})
})

describe('an entry', () => {
	test('without a log line there is no packet: the connection alone is spoken of', () => {
		const { text, confidence } = joined({
			flow: '10.0.0.1:40001 > 10.0.0.2:5000',
			entries: [KNOWN],
			sockets: OTHERS,
		})
		expect(text).toBe(
			'The connection is known, in ESTABLISHED: conntrack has seen both directions, and 10.0.0.1:40001 > 10.0.0.2:5000 is its original direction.',
		)
		expect(confidence).toBe('sure')
	})

	test('with a line, what it said of its packet', () => {
		const said = (line: object) =>
			joined({ flow: '10.0.0.1:40001 > 10.0.0.2:5000', entries: [KNOWN], line }).text
		expect(said({ id: 'tcp-csum', title: 'bad checksum' })).toContain(
			'A packet of it was INVALID for what is in it (bad checksum), not because no entry existed.',
		)
		expect(said({ id: 'tcp-new', title: 'invalid new' })).toContain(
			'had no entry when it came: this one was made since',
		)
		expect(said({ id: 'tcp-ign', title: 'packet ignored', verdict: 'accepted' })).not.toContain('INVALID')
	})

	test('that translates: no INVALID packet without a log line', () => {
		const nated =
			'tcp 6 431999 ESTABLISHED src=10.0.0.1 dst=198.51.100.7 sport=40001 dport=443 src=198.51.100.7 dst=203.0.113.1 sport=443 dport=40001 [ASSURED]'
		const scene = { flow: '10.0.0.1:40001 > 198.51.100.7:443', entries: [nated] }
		expect(joined(scene).text).not.toContain('INVALID')
		expect(joined(scene).text).toContain(
			'10.0.0.1:40001 > 198.51.100.7:443 is 203.0.113.1:40001 > 198.51.100.7:443 behind it',
		)
		const line = { id: 'tcp-win-seq-over', title: 'SEQ is over upper bound' }
		expect(joined({ ...scene, line }).text).toContain('An INVALID packet is not translated')
		const dropped = joined({ ...scene, line, rules: iptables(DROP_FORWARD) })
		expect(dropped.text).toContain('ip filter FORWARD rule 1 drops INVALID packets of it')
	})

	describe('of which one direction was seen', () => {
		const unreplied =
			'tcp 6 119 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=5000 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=5000 dport=40001'
		const there = { flow: '10.0.0.1:40001 > 10.0.0.2:5000', entries: [unreplied] }
		const back = { flow: '10.0.0.2:5000 > 10.0.0.1:40001', entries: [unreplied] }

		test('says which, and does not call the answer missing', () => {
			for (const scene of [there, back]) {
				expect(joined(scene).text).toContain('only one direction of it, 10.0.0.1:40001 > 10.0.0.2:5000.')
				expect(joined(scene).text).toContain('the entry does not show which')
			}
		})

		test('where the packet of the line is the answer', () => {
			const line = { id: 'tcp-state', title: 'packet in dir invalid' }
			expect(joined({ ...back, line }).text).toContain(
				'it does pass here, and conntrack did not take it for an answer',
			)
			expect(joined({ ...there, line }).text).toContain('the entry does not show which')
		})

		test('where a rule takes the other one out of conntrack', () => {
			const rules = nft(
				'table inet raw {\n chain out {\n  type filter hook output priority raw; policy accept;\n  tcp sport 5000 notrack\n }\n}\n',
			)
			expect(joined({ ...there, rules }).text).toContain(
				'inet raw out rule 1 exempts the other direction from tracking: it may well pass here.',
			)
			expect(joined({ ...back, rules }).text).toContain('exempts the other direction from tracking')
		})

		test('by its counters', () => {
			const counted =
				'tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=5000 packets=0 bytes=0 src=10.0.0.2 dst=10.0.0.1 sport=5000 dport=40001 packets=9 bytes=900'
			expect(joined({ ...there, entries: [counted] }).text).toContain(
				'only one direction of it, 10.0.0.2:5000 > 10.0.0.1:40001 (0 packets in its original direction, 9 back).',
			)
		})
	})

	test('and a socket that are out of step', () => {
		const step = (state: string, sock: string) =>
			joined({
				flow: '10.0.0.1:40001 > 10.0.0.2:5000',
				entries: [KNOWN.replace('ESTABLISHED', state)],
				sockets: [`${sock} 0 0 10.0.0.2:5000 10.0.0.1:40001`],
			}).text.includes('disagree')
		expect(step('ESTABLISHED', 'ESTAB')).toBe(false)
		expect(step('CLOSE_WAIT', 'ESTAB')).toBe(false)
		expect(step('SYN_RECV', 'ESTAB')).toBe(false)
		expect(step('TIME_WAIT', 'ESTAB')).toBe(true)
		expect(step('ESTABLISHED', 'TIME-WAIT')).toBe(true)
	})
})

describe('entries of several zones', () => {
	const of = (zone: string, flags = '') =>
		`tcp 6 119 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=5000 ${flags} src=10.0.0.2 dst=10.0.0.1 sport=5000 dport=40001 mark=0 ${zone} use=1`

	test('are told apart', () => {
		const { text, seen, notChecked } = joined({
			flow: '10.0.0.1:40001 > 10.0.0.2:5000',
			entries: ['zone=1', 'zone=2', 'zone=5'].map((zone) => of(zone)),
		})
		expect(text).toContain('3 entries have this flow, in the zones 1, 2, 5')
		expect(seen).toMatch(/zone 1 no NAT.*\n.*zone 2 no NAT.*\n.*zone 5 no NAT/)
		expect(notChecked.join(' ')).not.toContain('zone')
	})

	test('each with one direction: no zone knows both', () => {
		const back =
			'tcp 6 59 SYN_RECV src=10.0.0.2 dst=10.0.0.1 sport=5000 dport=40001 [UNREPLIED] src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=5000 mark=0 zone=2 use=1'
		const { text } = joined({
			flow: '10.0.0.1:40001 > 10.0.0.2:5000',
			entries: [of('zone=1', '[UNREPLIED]'), back],
		})
		expect(text).toContain('Zone 1 has seen only this direction, zone 2 only the other')
	})

	test('one of a zone awaits its answer there', () => {
		const { text, seen } = joined({
			flow: '10.0.0.1:40001 > 10.0.0.2:5000',
			entries: [of('zone=7', '[UNREPLIED]')],
		})
		expect(text).toContain('takes the other direction in zone 7 only')
		expect(seen).toContain('zone 7')
		const half = of('', '[UNREPLIED]').replace('dport=5000 ', 'dport=5000 zone-orig=8 ')
		const { text: other, seen: both } = joined({ flow: '10.0.0.1:40001 > 10.0.0.2:5000', entries: [half] })
		expect(other).toContain('takes the other direction in zone 0 only')
		expect(both).toContain('zone 8 (reply: zone 0)')
	})

	test('in one zone they are before NAT and behind it', () => {
		const { text } = joined({
			flow: '10.0.0.1:40001 > 10.0.0.2:5000',
			entries: [of(''), of('').replaceAll('10.0.0.1', '10.0.0.1 ')],
		})
		expect(text).toContain('2 entries have this flow, before NAT or behind it')
	})
})

describe('translation', () => {
	const router = (nat: string) =>
		iptables(
			`${DROP_FORWARD.replace('DROP', 'ACCEPT')}*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${nat}COMMIT\n`,
		)
	const inside = '10.9.0.5:51000 > 198.51.100.7:443'

	test('no rule for the flow, no word of it: a private source leaks nothing by itself', () => {
		for (const nat of [
			'',
			'-A POSTROUTING -s 172.16.0.0/12 -j MASQUERADE\n',
			'-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.0.7\n',
		])
			expect(joined({ flow: inside, rules: router(nat) }).text).not.toMatch(/translat|leaves with/)
	})

	test('a rule for its source', () => {
		const { text, seen, confidence } = joined({
			flow: inside,
			rules: router('-A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE\n'),
		})
		expect(text).toContain(
			'ip nat POSTROUTING rule 1 (MASQUERADE) translates its source, but not of an INVALID packet: such a one leaves with 10.9.0.5, unless a rule drops it.',
		)
		expect(seen).toContain('rule: ip nat POSTROUTING rule 1 (MASQUERADE)')
		expect(confidence).toBe('likely')
		expect(joined({ flow: inside, rules: router('-A POSTROUTING -o eth0 -j MASQUERADE\n') }).text).toContain(
			'may translate its source',
		)
		// What comes back from there is not what this rule is for.
		expect(
			joined({
				flow: '198.51.100.7:443 > 10.9.0.5:51000',
				rules: router('-A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE\n'),
			}).text,
		).not.toContain('translates')
	})

	test('of what this host sends only where it would get another address', () => {
		const sent = (nat: string) =>
			joined({
				flow: '10.0.0.2:5000 > 198.51.100.7:1',
				sockets: ['FIN-WAIT-1 0 1 10.0.0.2:5000 198.51.100.7:1'],
				rules: router(nat),
			}).text
		expect(sent('-A POSTROUTING -j MASQUERADE\n')).not.toContain('translates')
		expect(sent('-A POSTROUTING -j SNAT --to-source 10.0.0.2\n')).not.toContain('translates')
		expect(sent('-A POSTROUTING -j SNAT --to-source 203.0.113.9\n')).toContain('(SNAT) translates its source')
	})

	test('the answer of what is published under another address', () => {
		const rules = router(
			'-A PREROUTING -d 10.0.0.2/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.0.5:8080\n',
		)
		expect(joined({ flow: '10.9.0.5:8080 > 198.51.100.7:51000', rules }).text).toContain(
			'(DNAT) may translate what others send to 10.9.0.5: an answer without an entry keeps that address',
		)
		expect(joined({ flow: '10.9.0.5:9090 > 198.51.100.7:51000', rules }).text).not.toContain('DNAT')
		expect(joined({ flow: '10.9.0.6:8080 > 198.51.100.7:51000', rules }).text).not.toContain('DNAT')
	})

	test('a client of it reaches this host, which answers with a reset', () => {
		const rules = router(
			'-A PREROUTING -d 10.0.0.2/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.0.5:8080\n',
		)
		const { text } = joined({ flow: '198.51.100.7:51000 > 10.0.0.2:80', rules })
		expect(text).toContain(
			'(DNAT) translates its destination, but not of an INVALID packet: such a one stays with 10.0.0.2',
		)
		expect(text).toContain('the other side sees "connection reset"')
	})

	test('in nft, through a chain, in a map', () => {
		const rules = nft(`table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		ip daddr 10.0.0.2 jump services
	}
	chain services {
		tcp dport 80 dnat to 10.9.0.5:8080
	}
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 10.9.0.0/16 oifname "eth0" counter packets 9 bytes 900 masquerade
	}
}
`)
		expect(joined({ flow: '198.51.100.7:51000 > 10.0.0.2:80', rules }).text).toContain(
			'ip nat services rule 1 (dnat) translates its destination',
		)
		expect(joined({ flow: '198.51.100.7:51000 > 10.0.0.3:80', rules }).text).not.toContain('dnat')
		expect(joined({ flow: inside, rules }).text).toContain(
			'ip nat postrouting rule 1 (masquerade) may translate its source',
		)
	})
})

describe('a stray packet to this host', () => {
	const stray = { flow: '10.0.0.1:1 > 10.0.0.2:5000', sockets: [] }

	test('is answered with a reset, unless a rule keeps it or the reset', () => {
		expect(joined(stray).text).toMatch(
			/this host answers such a packet .*with an RST, and the other side sees "connection reset"/,
		)
		expect(joined({ ...stray, rules: DROP_IN }).text).not.toContain('RST')
		expect(joined({ ...stray, rules: DROP_OUT }).text).not.toContain('RST')
	})

	test('to an address that is nobody here is said to pass only where it does', () => {
		const { text } = joined({ flow: '10.0.0.1:1 > 10.0.0.9:5000' })
		expect(text).toContain('Neither end is here')
		expect(text).toContain('or it does not pass here')
	})

	test('addresses may be prefixes', () => {
		const facts = { addresses: ['10.0.0.0/24'] }
		expect(joined({ flow: '192.0.2.1:1 > 10.0.0.9:5000', facts }).text).toContain(
			'neither an entry nor a local socket',
		)
	})
})

describe('other protocols', () => {
	test('UDP without an entry is not INVALID', () => {
		const { text } = joined({
			protocol: 'udp',
			flow: '10.0.0.1:53 > 10.0.0.2:4000',
			sockets: ['UNCONN 0 0 0.0.0.0:4000 0.0.0.0:*'],
		})
		expect(text).toBe(
			'There is no entry: the next packet makes one. No packet of UDP is INVALID because it has no entry.',
		)
	})

	test('SCTP begins with what begins it, and its sockets were not looked at', () => {
		const { text, seen } = joined({
			protocol: 'sctp',
			flow: '10.0.0.1:2 > 10.0.0.2:3',
			facts: { sockets: undefined },
		})
		expect(text).toContain('only a packet that begins a connection of SCTP makes one')
		expect(seen).not.toContain('socket')
	})

	test('ICMP has an id, else several may fit', () => {
		const ping = (id: number) =>
			`icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=${id} src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=${id} mark=0 use=1`
		const open = joined({ protocol: 'icmp', flow: '10.0.0.1 > 10.0.0.2', entries: [ping(1), ping(2)] })
		expect(open.text).toContain('2 entries are between these addresses')
		expect(open.confidence).toBe('unknown')
	})

	test('without ports TCP is not one connection', () => {
		const { text, confidence } = joined({ flow: '10.0.0.1 > 10.0.0.2', entries: [KNOWN] })
		expect(text).toContain('Without both ports this is not one connection: 1 entry fits')
		expect(confidence).toBe('unknown')
	})
})

describe('the flow of a line', () => {
	test('of ICMP with its id; of an error, that of the packet which it quotes', () => {
		const echo =
			'nf_ct_proto_1: x IN=a OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=84 TTL=64 ID=1 PROTO=ICMP TYPE=0 CODE=0 ID=77 SEQ=1 '
		expect(flowFromLine(echo)).toMatchObject({ protocol: 'icmp', icmp: { type: 0, id: 77 } })
		const error =
			'IN=a OUT= SRC=10.0.0.9 DST=10.0.0.2 LEN=68 TTL=64 ID=1 PROTO=ICMP TYPE=3 CODE=1 [SRC=10.0.0.2 DST=10.0.0.1 LEN=40 TTL=63 ID=2 PROTO=TCP SPT=5000 DPT=1 WINDOW=1 RES=0x00 ACK FIN URGP=0 ] '
		expect(flowFromLine(error)).toMatchObject({
			protocol: 'tcp',
			source: '10.0.0.2',
			sourcePort: 5000,
			destinationPort: 1,
			isQuoted: true,
		})
	})

	test('is written as the tools print it', () => {
		expect(flowFromText('tcp', '[fd00:0:0:0:0:0:0:1]:1 > [FD00::0002]:80')).toMatchObject({
			source: 'fd00::1',
			destination: 'fd00::2',
		})
		expect(flowFromText('tcp', '[::ffff:10.0.0.1]:1 > 10.0.0.2:80')).toMatchObject({ source: '10.0.0.1' })
	})
})

test('the samples are what they say', () => {
	expect(entry(KNOWN).assured).toBe(true)
	expect(socket(OTHERS[0] ?? '').processes).toEqual([{ name: 'server', pid: 7 }])
})
