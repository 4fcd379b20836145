import { describe, expect, test } from 'vitest'
import { parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import type { Beside } from '../../src/reasons/suspects/suspect.ts'
import { saysInvalid, suspectsOf } from '../../src/reasons/suspects/suspects.ts'

const lineOf = (text: string) => {
	const line = parsePacketLine(text)
	if (line === undefined) throw new Error(text)
	return line
}

const tcp = (flags: string, more: { in?: string; out?: string; seq?: number; turn?: boolean } = {}) => {
	const [src, dst] = more.turn === true ? ['198.51.100.2', '192.0.2.7'] : ['192.0.2.7', '198.51.100.2']
	const [spt, dpt] = more.turn === true ? [51514, 443] : [443, 51514]
	return `STATE_INVALID_DROP: IN=${more.in ?? 'eth0'} OUT=${more.out ?? ''} SRC=${src} DST=${dst} LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=${spt} DPT=${dpt} SEQ=${more.seq ?? 5000} ACK=9 WINDOW=5 RES=0x00 ${flags} URGP=0`
}

const idsOf = (text: string, beside: readonly Beside[] = []) =>
	suspectsOf({ line: lineOf(text), beside }).map(({ id, standing }) => `${standing} ${id}`)

const ICMP = 'INVALID: IN=eth0 OUT= SRC=203.0.113.1 DST=198.51.100.2 LEN=96 TTL=60 ID=1 PROTO=ICMP'
const quote = (src: string) => `[SRC=${src} DST=192.0.2.7 LEN=60 TTL=50 ID=2 DF PROTO=TCP SPT=443 DPT=51514 ]`

describe('what a line suggests', () => {
	test.each<[string, string, readonly string[]]>([
		['no flags', tcp(''), ['shown bad-flags']],
		['all at once', tcp('URG PSH FIN'), ['shown bad-flags']],
		['SYN FIN', tcp('SYN FIN'), ['shown bad-flags']],
		['SYN RST', tcp('ACK RST SYN'), ['shown bad-flags']],
		[
			'SYN ACK',
			tcp('ACK SYN'),
			['likely syn-ack-without-syn', 'possible syn-ack-backscatter', 'possible one-direction'],
		],
		[
			'SYN ACK that goes back out of its device',
			tcp('ACK SYN', { out: 'eth0' }),
			['likely syn-ack-without-syn', 'likely one-direction', 'possible syn-ack-backscatter'],
		],
		['SYN', tcp('SYN'), ['likely syn-on-open-connection', 'possible checksum']],
		['RST', tcp('RST'), ['likely late-rst', 'possible rst-outside-window', 'possible one-direction']],
		['RST of this host', tcp('ACK RST', { in: '', out: 'eth0' }), ['likely own-rst', 'possible late-rst']],
		[
			'FIN',
			tcp('ACK FIN'),
			['likely late-end', 'possible one-direction', 'possible outside-window', 'possible checksum'],
		],
		[
			'data',
			tcp('ACK PSH'),
			['possible one-direction', 'possible outside-window', 'possible checksum', 'possible no-entry'],
		],
		[
			'data of this host',
			tcp('ACK', { in: '', out: 'eth0' }),
			['possible outside-window', 'possible no-entry'],
		],
		[
			'a shortened line',
			'INVALID: IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.2 PROTO=TCP SPT=443 DPT=51514',
			['possible no-entry', 'possible one-direction'],
		],
		[
			'an ICMP error',
			`${ICMP} TYPE=3 CODE=1 ${quote('198.51.100.2')}`,
			['likely quote-unknown', 'possible checksum'],
		],
		[
			'an error for someone else',
			`${ICMP} TYPE=3 CODE=1 ${quote('198.51.100.77')}`,
			['shown quote-not-ours'],
		],
		[
			'a masked quote',
			`${ICMP} TYPE=3 CODE=1 ${quote('x.x.x.x')}`,
			['likely quote-unknown', 'possible checksum'],
		],
		['an echo reply', `${ICMP} TYPE=0 CODE=0 ID=5 SEQ=1`, ['likely late-echo-reply']],
		['an unknown type', `${ICMP} TYPE=42 CODE=0`, ['shown icmp-type']],
		[
			'a redirect for nobody',
			`${ICMP} TYPE=5 CODE=1 GATEWAY=1.1.1.1 ${quote('198.51.100.2')}`,
			['likely quote-unknown', 'possible checksum'],
		],
		[
			'UDP',
			'INVALID: IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=UDP SPT=5 DPT=53 LEN=9',
			['likely udp-damaged'],
		],
		['SCTP', 'INVALID: IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=132', ['likely sctp-out-of-the-blue']],
		['GRE', 'INVALID: IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=47', ['possible gre-without-helper']],
		['ESP', 'INVALID: IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=ESP', ['possible other-protocol']],
		[
			'a fragment',
			'INVALID: IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2 FRAG:185 PROTO=UDP',
			['likely fragment', 'likely udp-damaged'],
		],
		[
			'a cut header',
			'INVALID: IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=UDP INCOMPLETE [4 bytes]',
			['shown cut-header', 'likely udp-damaged'],
		],
	])('%s', (_, text, ids) => {
		expect(idsOf(text)).toEqual(ids)
	})

	test('a prefix that does not say INVALID: perhaps it is none', () => {
		expect(idsOf(tcp('ACK SYN').replace('STATE_INVALID_DROP', 'denied'))).toContain('possible not-said')
		expect(idsOf(tcp('ACK SYN'))).not.toContain('possible not-said')
	})

	test.each([
		['[UFW AUDIT INVALID]', true],
		['STATE_INVALID_DROP:', true],
		['DROP_INV:', true],
		['INVLD-DROP', true],
		['ctstate', true],
		['[UFW BLOCK]', false],
		['denied:', false],
		['invite:', false],
	])('%s says INVALID: %s', (prefix, expected) => {
		expect(saysInvalid(prefix)).toBe(expected)
	})
})

describe('lines beside it', () => {
	const beside = (text: string): Beside => ({ line: lineOf(text) })

	test('a message of conntrack about the same packet says why', () => {
		const told: Beside = {
			line: lineOf(tcp('RST').replace('STATE_INVALID_DROP:', 'nf_ct_proto_6: invalid rst')),
			reason: { id: 'tcp-rst', title: 'invalid rst' },
		}
		expect(idsOf(tcp('RST'), [told])).toEqual(['shown told'])
		expect(idsOf(tcp('RST', { seq: 1 }), [told])[0]).toBe('likely late-rst')
	})

	test('the SYN before a SYN ACK: it was seen here', () => {
		const ids = idsOf(tcp('ACK SYN'), [beside(tcp('SYN', { turn: true }))])
		expect(ids[0]).toBe('possible syn-ack-without-syn')
		expect(ids).not.toContain('possible one-direction')
	})

	test('the other direction is seen: not asymmetric', () => {
		expect(idsOf(tcp('ACK'), [beside(tcp('ACK', { turn: true }))])).not.toContain('possible one-direction')
	})

	test('what comes again is said', () => {
		const says = (text: string, lines: readonly Beside[]) =>
			suspectsOf({ line: lineOf(text), beside: lines })[0]?.says
		expect(says(tcp('RST'), [beside(tcp('RST')), beside(tcp('RST'))])).toContain('It repeats here: 3')
		expect(says(tcp('ACK FIN'), [beside(tcp('ACK FIN'))])).toContain('retransmitted')
		expect(says(tcp('ACK FIN'), [])).toContain('harmless')
	})

	test('a full table', () => {
		expect(idsOf(tcp('ACK'), [{ isTableFull: true }])[0]).toBe('likely table-was-full')
	})
})

test('every suspect says what would decide, and is safe to print', () => {
	for (const text of [
		tcp('ACK'),
		tcp('RST'),
		tcp('ACK SYN'),
		`${ICMP} TYPE=3 CODE=1 ${quote("';reboot'")}`,
	]) {
		for (const { says, decides } of suspectsOf({ line: lineOf(text), beside: [] })) {
			expect(says.length).toBeGreaterThan(20)
			expect(decides.length).toBeGreaterThan(0)
			expect(decides.join()).not.toContain('reboot')
		}
	}
})
