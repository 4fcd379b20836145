import { describe, expect, test } from 'vitest'
import { decisionText, pathsOf } from '../../../src/investigation/join/traced.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { createSaveReader } from '../../../src/kernel/rules/read/save-reader.ts'
import { createTraceReader } from '../../../src/kernel/rules/trace.ts'

/** nft 1.0.6 -a monitor trace on Linux 6.18. */
const TRACE = `trace id 9ebe7821 inet ctscope t packet: iif "lo" @ll,0,112 0x800 ip saddr 127.0.0.1 ip daddr 127.0.0.1 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 47356 ip protocol tcp ip length 40 tcp sport 1234 tcp dport 80 tcp flags == 0x11 tcp window 1000
trace id 9ebe7821 inet ctscope t rule tcp flags fin,ack / fin,ack limit rate 5/second meta nftrace set 1 # handle 2 (verdict continue)
trace id 9ebe7821 inet ctscope t policy accept
trace id 9ebe7821 ip filter INPUT packet: iif "lo" @ll,0,112 0x800 ip saddr 127.0.0.1 ip daddr 127.0.0.1 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 47356 ip length 40 tcp sport 1234 tcp dport 80 tcp flags == 0x11 tcp window 1000
trace id 9ebe7821 ip filter INPUT rule meta l4proto tcp ct state invalid  counter packets 0 bytes 0 drop # handle 2 (verdict drop)
trace id 406d616e ip filter2 INPUT rule tcp dport 22 counter packets 0 bytes 0 jump foo # handle 4 (verdict jump foo)
trace id 406d616e ip filter2 foo rule ip saddr 127.0.0.1 counter packets 0 bytes 0 accept # handle 5 (verdict accept)
trace id 7 ip filter INPUT policy drop
`

describe('what a trace tells', () => {
	const reader = createTraceReader()
	for (const character of TRACE) reader.push(character)
	const packets = reader.packets()

	test('packets, step by step', () => {
		expect(reader.unread).toEqual([])
		expect(packets.map(({ id, steps }) => [id, steps.length])).toEqual([
			['9ebe7821', 3],
			['406d616e', 2],
			['7', 1],
		])
		expect(packets[0]?.fields).toMatchObject({ 'ip saddr': '127.0.0.1', 'tcp dport': '80', 'ip id': '47356' })
		expect(packets[1]?.steps[0]).toMatchObject({
			verdict: { kind: 'jump', chain: 'foo' },
			handle: 4,
			text: 'tcp dport 22 counter jump foo',
		})
	})

	test('beside the rules and the reason of the same packet', () => {
		const save = createSaveReader('iptables-nft', 'ip')
		save.push(
			'*filter\n:INPUT ACCEPT [0:0]\n[1:40] -A INPUT -p tcp -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n',
		)
		const ruleset = save.end()
		const rules = ruleset.rules.map((rule) => ({ ...rule, handle: 2 }))
		const reason = parsePacketLine(
			'nf_ct_proto_6: invalid new IN=lo OUT= SRC=127.0.0.1 DST=127.0.0.1 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=47356 PROTO=TCP SPT=1234 DPT=80 SEQ=1 ACK=1 WINDOW=1000 RES=0x00 ACK FIN URGP=0 ',
		)
		const [path, jumped, policy] = pathsOf(
			packets,
			{ ...ruleset, rules },
			reason === undefined ? [] : [reason],
		)
		expect(path?.steps.map(({ hook }) => hook)).toEqual(['input'])
		expect(path?.flow).toBe('TCP 127.0.0.1:1234 > 127.0.0.1:80 FIN ACK')
		expect(path?.reason?.body).toBe('invalid new')
		expect(path && decisionText(path)).toBe(
			'drop by rule 1 of ip filter INPUT: -p tcp -m conntrack --ctstate INVALID -j DROP',
		)
		expect(jumped && decisionText(jumped)).toContain('accept by ip filter2 foo handle 5')
		expect(policy && decisionText(policy)).toBe('drop by the policy of ip filter INPUT')
	})

	test('garbage is kept aside, and never throws', () => {
		const other = createTraceReader()
		other.push('Error: x\ntrace id zz\ntrace id 1 ip t c rule\n\n')
		expect(other.unread.length).toBe(2)
		expect(other.packets().length).toBe(1)
	})
})
