import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KNOBS } from '../../src/changes/knobs.ts'
import { TERMS, termsIn, termWithin } from '../../src/reasons/terms/find-term.ts'

const first = (asked: string) => termsIn(asked)[0]?.term.names[0]

describe('words of conntrack', () => {
	test.each([
		['insert_failed', 'insert_failed'],
		['insert_failed=12', 'insert_failed'],
		['What does search_restart mean?', 'search_restart'],
		['clashres', 'clash_resolve'],
		['[UNREPLIED]', '[UNREPLIED]'],
		['unreplied', '[UNREPLIED]'],
		['use=', 'use='],
		['use=3', 'use='],
		['mark=0', 'mark='],
		['net.netfilter.nf_conntrack_max', 'nf_conntrack_max'],
		['/proc/sys/net/netfilter/nf_conntrack_tcp_loose', 'nf_conntrack_tcp_loose'],
		['net.nf_conntrack_max = 262144', 'nf_conntrack_max'],
		['tcp_timeout_established', 'nf_conntrack_tcp_timeout_established'],
		['nf_log/2', 'nf_log.2'],
		['ct state invalid', 'ct state invalid'],
		['-m conntrack --ctstate INVALID', 'ct state invalid'],
		['--state  invalid', 'ct state invalid'],
		['table full', 'table full'],
		['Connection reset by peer', 'connection reset by peer'],
		['ECONNRESET', 'connection reset by peer'],
	])('%s', (asked, name) => {
		expect(first(asked)).toBe(name)
	})

	test('a line of conntrack -S: what is not 0, with its value', () => {
		const line =
			'cpu=0   \tfound=0 invalid=15 insert=0 insert_failed=2 drop=0 early_drop=0 error=7 search_restart=0 '
		expect(termsIn(line).map(({ name, value }) => `${name}=${value}`)).toEqual([
			'invalid=15',
			'insert_failed=2',
			'error=7',
		])
	})

	test.each([
		['iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP', 'ct state invalid'],
		['read tcp 10.0.0.1:5->10.0.0.2:80: read: connection reset by peer', 'connection reset by peer'],
		['ct state established,related accept', 'ct state established'],
		['ct state vmap { established : accept }', 'ct state vmap'],
	])('within %s', (text, name) => {
		expect(termWithin(text)?.names[0]).toBe(name)
	})

	test.each(['', 'asymmetric routing', 'nf_ct_proto_6: invalid rst', '10.0.0.1', 'nonsense=5'])(
		'%j is none',
		(text) => {
			expect(termsIn(text)).toEqual([])
			expect(termWithin(text)).toBeUndefined()
		},
	)
})

describe('nothing is left out', () => {
	const COLUMNS =
		'entries clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error expect_new expect_create expect_delete search_restart searched delete_list error clash_resolve chaintoolong'

	test.each(COLUMNS.split(' '))('counter %s', (name) => {
		expect(termsIn(name)[0]?.term.kind).toBe('counter')
	})

	test.each([
		...'[UNREPLIED] [ASSURED] [OFFLOAD] [HW_OFFLOAD] mark= zone= zone-orig= zone-reply= packets= bytes= secmark= secctx= delta-time= helper= use= id= labels= srckey= dstkey= type= code= src= dst= sport= dport= timeout ESTABLISHED TIME_WAIT'.split(
			' ',
		),
	])('field %s', (name) => {
		expect(termsIn(name)[0]?.term.kind).toBe('field')
	})

	test.each(KNOBS.filter(({ sysctl }) => /^net\.|^kernel\./.test(sysctl)).map(({ sysctl }) => sysctl))(
		'setting %s',
		(sysctl) => {
			expect(termsIn(sysctl)[0]?.term.kind).toBe('setting')
		},
	)

	test('each has its parts, and a name of its own', () => {
		const names = TERMS.flatMap((term) => term.names.map((name) => `${term.kind} ${name.toLowerCase()}`))
		expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
		for (const { means, normal, look } of TERMS) {
			expect(means.length).toBeGreaterThan(20)
			expect(normal).toMatch(/\.$/)
			expect(look.length).toBeGreaterThan(0)
		}
	})
})

test('whatever is asked: no exception, and in a moment', () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 300 }), (text) => {
			termsIn(text)
			termWithin(text)
		}),
		{ numRuns: 1000 },
	)
	for (const piece of ['a', ' ', 'what is ', 'a=', '-', 'ct state ']) {
		termsIn(piece.repeat(16_384 / piece.length))
		termWithin(piece.repeat(16_384 / piece.length))
	}
})
