import { describe, expect, test } from 'vitest'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import type { Evidence } from '../../../src/investigation/evidence.ts'
import type { EndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import type { SocketLine } from '../../../src/kernel/conntrack/socket-list.ts'
import { endedEntry } from '../../harness/samples/ended.ts'
import { SURROUNDINGS } from '../../harness/samples/samples.ts'
import {
	base,
	CLIENT,
	CONNTRACK,
	end,
	fin,
	many,
	midStream,
	rules,
	SERVER,
	seen,
	someRules,
} from './scene.ts'

const told = (evidence: Evidence) => findCauses(evidence).map(({ id, confidence }) => `${id} ${confidence}`)
/** Other facts of each flow that was looked at; the tool looks at 6 flows of a reason. */
const withFacts = (one: Evidence, facts: object, count = 6): Evidence => ({
	...one,
	sampled: one.sampled.slice(0, count).map((sample) => ({ ...sample, facts: { ...sample.facts, ...facts } })),
})
const [ENTRY] = base.sampled[0]?.facts.entries ?? []
if (ENTRY === undefined) throw new Error('no entry')
const ways = (there: number, back: number, port: number, client = CLIENT): Evidence['bothWays'] => ({
	...{ there, back, backWithoutSyn: null, seconds: 30 },
	of: { protocol: 'tcp', client, server: SERVER, port },
})
const socket = (state: string, local: SocketLine['local'], peer: SocketLine['peer']): SocketLine => ({
	...{ state, local, peer, receiveQueue: 0, sendQueue: 0, processes: [], timer: '' },
})

describe('what a NAT rule exempts, or is not about', () => {
	const pass = (flow: string, where: string, ...texts: readonly string[]) =>
		seen('tcp-new', [{ flow, where, count: 6, segments: { fin: 6, again: 5 } }], {
			rules: rules(...texts.map((text) => ['nat', text] as const)),
		})
	test.each([
		'-s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE',
		'ip saddr 10.244.0.0/16 ip daddr != 10.244.0.0/16 masquerade',
		'-s 10.244.0.0/16 -d 192.0.2.0/24 -j MASQUERADE',
	])('pod to pod: %s', (text) => {
		const one = pass('10.244.1.5:40001 > 10.244.2.7:443', 'cni0>flannel.1', text)
		expect(told(one)).not.toContain('leak-without-nat medium')
	})
	const DOCKER = '-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE'
	test('Docker, container to container', () => {
		const one = pass('172.17.0.2:40001 > 172.17.0.3:443', 'docker0>docker0', DOCKER)
		expect(told(one)).not.toContain('leak-without-nat medium')
	})
	test('Docker, container to the Internet: the leak is not named', () => {
		const ended = [
			endedEntry({
				...{ at: 1, ...CONNTRACK },
				original: { src: '172.17.0.2', dst: '198.51.100.9', sport: 40_001, dport: 443 },
				reply: { src: '198.51.100.9', dst: '10.66.1.2', sport: 443, dport: 40_001 },
			}),
		]
		const one = (text: string) =>
			told({ ...pass('172.17.0.2:40001 > 198.51.100.9:443', 'docker0>eth0', text), ended })
		expect(one('ip saddr 172.17.0.0/16 oifname != "docker0" counter masquerade')).toContain(
			'leak-without-nat high',
		)
		expect(one(DOCKER)).toContain('leak-without-nat high')
	})
	test.each([
		['a range that has it', 'tcp dport 8000-9000 dnat to 10.0.0.5', 8_080, true],
		['a range that does not', 'tcp dport 8000-9000 dnat to 10.0.0.5', 22, false],
		['a set that has it', 'tcp dport { 80, 8080 } dnat to 10.0.0.5', 8_080, true],
		[
			'a list that does not',
			'-p tcp -m multiport --dports 80,443 -j DNAT --to-destination 10.0.0.5',
			22,
			false,
		],
		['a set with a name', 'tcp dport @web dnat to 10.0.0.5', 22, false],
		['another network alone', 'ip saddr 192.0.2.0/24 tcp dport 22 dnat to 10.0.0.5', 22, false],
		['every port but it', 'tcp dport != 22 dnat to 10.0.0.5', 22, false],
	] as const)('a port is published, or not: %s', (_, text, port, is) => {
		const one = pass(`198.51.100.9:40001 > 10.66.1.2:${port}`, 'left', text)
		expect(/reply-not-translated/.test(told(one).join())).toBe(is)
	})
	test('QUIC is published from a container; TCP 443 is a server of this host, and its socket lives', () => {
		const one = pass(
			'198.51.100.9:40001 > 10.66.1.2:443',
			'left',
			'! -i docker0 -p udp -m udp --dport 443 -j DNAT --to-destination 172.17.0.3:443',
		)
		const here = withFacts(one, {
			query: {
				protocol: 'tcp',
				source: '198.51.100.9',
				sourcePort: 40_001,
				destination: '10.66.1.2',
				destinationPort: 443,
			},
			sockets: [
				socket('CLOSE-WAIT', { address: '10.66.1.2', port: 443 }, { address: '198.51.100.9', port: 40_001 }),
			],
		})
		expect(told(here)).not.toContain('reply-not-translated medium')
	})
})

test('established is 3600, and another timeout was in force (300 s unacknowledged, retransmitted or zero window; 10 s behind an RST)', () => {
	const values = {
		...base.values,
		...{ tcp_timeout_established: '3600', tcp_timeout_unacknowledged: '300', tcp_timeout_max_retrans: '300' },
	}
	const ended = [end(40_001, 80, { how: 'timed-out' })]
	expect(told(seen('tcp-new', [fin(40_001)], { values, ended }))).not.toContain('small-timeout high')
})

test('one stray SYN/ACK to the router itself rules out asymmetric routing of all the others', () => {
	const rows = [
		{ flow: '198.51.100.7:443 > 10.66.1.2:51000', count: 6, where: 'left', segments: { synAck: 6 } },
		...many(24, (at) => ({
			flow: `${SERVER}:443 > 10.66.1.${20 + (at % 8)}:${40_001 + at}`,
			...{ count: 5, segments: { synAck: 5 } },
		})),
	]
	const of = (bothWays: Evidence['bothWays']) =>
		told(withFacts(seen('tcp-new', rows, { bothWays }), { askedElsewhere: [] }))
	expect.soft(of(undefined)).not.toContain('backscatter high')
	expect.soft(of(ways(0, 300, 443, '10.66.1.20'))).not.toContain('backscatter high')
})

test.each([
	[50_051, 'high'],
	[443, 'medium'],
])(
	'answers alone pass, with their SYN/ACK, nothing is picked up, before Linux 6.8 (port %s)',
	(port, confidence) => {
		const rows = many(6, (at) => ({
			flow: `${SERVER}:${port} > ${CLIENT}:${40_001 + at}`,
			...{ count: 40, segments: { synAck: 1, data: 30, ack: 9, again: 5 } },
		}))
		const causes = told(midStream(rows, { bothWays: ways(0, 900, port) }))
		expect.soft(causes).not.toContain(`not-picked-up ${confidence}`)
	},
)

test.each([
	[50_051, 'high'],
	[443, 'medium'],
])(
	'the same since Linux 6.8: the SYN/ACK has a line, the data behind it has none (port %s)',
	(port, confidence) => {
		const flows = many(6, (at) => `${SERVER}:${port} > ${CLIENT}:${40_001 + at}`)
		const answers = seen(
			'tcp-new',
			flows.map((flow) => ({ flow, count: 2, segments: { synAck: 2 } })),
		)
		const rest = midStream(
			flows.map((flow) => ({ flow, count: 40, segments: { data: 30, ack: 10, again: 5 } })),
			{ bothWays: ways(0, 900, port) },
		)
		const accounting = rest.accounting && { ...rest.accounting, explained: 12 }
		const one = withFacts(
			{ ...rest, accounting, reasons: answers.reasons, sampled: answers.sampled },
			{ askedElsewhere: [] },
		)
		expect.soft(told(one)).not.toContain(`not-picked-up ${confidence}`)
		console.log(
			told(one),
			findCauses(one).map(({ share }) => share),
		)
	},
)

test.each([
	['some time ago, and they are slow', { least: 20_000_000, most: 28_000_000 }],
	['just now', { least: 1_448, most: 900_000 }],
])(
	'the way back of some connections has changed, the rest of the service goes both ways: %s',
	(_, beyond) => {
		const rows = many(4, (at) => ({
			flow: `${CLIENT}:${40_001 + at} > ${SERVER}:8080`,
			...{ count: 30, segments: { data: 30 } },
		}))
		const { original, reply } = ENTRY
		const of = (back: number) => {
			const entry = {
				...{ ...ENTRY, unreplied: false, assured: true },
				...{ original: { ...original, packets: 9_000 }, reply: reply && { ...reply, packets: back } },
			}
			const one = withFacts(seen('tcp-win-seq-over', rows, { bothWays: ways(900, 450, 8080) }), {
				entries: [entry],
			})
			const reasons = one.reasons.map((row) => ({
				...row,
				flows: row.flows.map((flow) => ({ ...flow, beyond })),
			}))
			return told({ ...one, reasons })
		}
		expect(of(20).join()).not.toMatch(/rewritten high|unknown (?:high|medium)/)
		expect(of(4_500).join()).toMatch(/rewritten high|unknown medium/)
	},
)

describe('flushed, or deleted', () => {
	const deleted = (count: number, first = 40_001) =>
		many(count, (at) =>
			end(first + at, at % 2 === 0 ? 443 : 80, { ...CONNTRACK, at: 10_000 + (at * 100) / count }),
		)
	const of = (ended: readonly EndedEntry[], before: number, after: number, endsMissed = false) =>
		told(
			seen('tcp-new', [fin(ended[0]?.original.sport ?? 0, 443)], {
				...{ ended, endsMissed },
				levels: [
					{ at: 9_500, entries: before },
					{ at: 10_500, entries: after },
				],
			}),
		)
	test('a table of 40 000 is flushed, of which 5 000 ends are kept', () =>
		expect(of(deleted(5_000, 10_001), 40_000, 30, true)).toContain('entry-flushed high'))
	test('one client is banned, which has most of the entries', () =>
		expect(of(deleted(60), 100, 40)).not.toContain('entry-flushed high'))
	test('the cost grows with what ended in one moment, not with its square', () => {
		const costOf = (count: number) => {
			const ended = deleted(count, 10_001)
			const rounds = many(3, () => {
				const from = process.cpuUsage()
				of(ended, count, 30)
				const { user, system } = process.cpuUsage(from)
				return user + system
			})
			return Math.min(...rounds)
		}
		costOf(5_000)
		expect(costOf(5_000) / Math.max(500, costOf(500))).toBeLessThan(40)
	})
})

test('kernel probes do not tell zones: tc sets them without a rule of netfilter, and rules that are unread may', () => {
	const ended = [end(40_001, 80, { ...CONNTRACK, pid: 7 })]
	expect(ended[0]).not.toHaveProperty('isZoned')
	const of = (known: Evidence['rules'], ingress: readonly string[] | undefined) => {
		const last = { ...SURROUNDINGS, ingress }
		const surroundings = { at: 0, first: last, last }
		return told(seen('tcp-new', [fin(40_001)], { ended, rules: known, surroundings }))
	}
	for (const known of [undefined, someRules()]) expect.soft(of(known, [])).not.toContain('entry-deleted high')
	for (const ingress of [undefined, ['eth0']])
		expect.soft(of(rules(), ingress)).not.toContain('entry-deleted high')
	expect(of(rules(), [])).toContain('entry-deleted high')
})

test('lines of a helper in the shared kernel log', () => {
	const [template] = base.reasons
	if (template === undefined) throw new Error('no situation')
	const reasons = [
		{ ...template, reason: { ...template.reason, id: 'helper-sip', verdict: 'dropped' as const }, count: 3 },
	]
	const of = (known: Evidence['rules']) =>
		told({ ...base, accounting: undefined, reasons, rules: known, isShared: true })
	expect.soft(of(rules(['helper', 'udp dport 5060 ct helper set "sip"']))).not.toContain('helper-drop high')
	expect.soft(of(undefined)).not.toContain('helper-drop high')
})

describe('flows of which little is known', () => {
	test('an NFS server ends its connections; those that were looked at have entries', () => {
		const rows = many(24, (at) => ({
			flow: `${SERVER}:2049 > ${CLIENT}:${700 + 7 * at}`,
			segments: { fin: 1 },
		}))
		expect(told(withFacts(seen('tcp-new', rows), { entries: [ENTRY] }))).not.toContain('scan high')
	})
	test('a scan beside connections that are known is one all the same', () => {
		const probes = many(40, (at) => ({
			flow: `10.66.1.77:50000 > ${SERVER}:${1 + at}`,
			segments: { odd: 1 },
		}))
		const visitors = seen(
			'tcp-new',
			many(6, (at) => fin(40_001 + at)),
		)
		const scan = seen('tcp-flags', probes)
		const both = withFacts(visitors, { entries: [ENTRY] })
		const causes = told({
			...scan,
			reasons: [...scan.reasons, ...both.reasons],
			sampled: [...scan.sampled.slice(0, 6), ...both.sampled],
		})
		expect(causes).toContain('scan high')
		expect(causes.join()).not.toMatch(/malformed/)
	})
	test('replies to pings whose requests take another path', () => {
		const rows = many(2, (at) => ({
			flow: `198.51.100.${7 + at} > 10.66.1.1`,
			count: 60,
			where: 'eth0>eth1',
		}))
		const found = midStream(rows)
		const unlined = found.unlined?.map((row) => ({
			...row,
			reason: { ...row.reason, id: 'unlined-icmp-reply', protocol: 'ICMP' },
		}))
		expect(told({ ...found, values: base.values, unlined })).not.toContain('icmp-unasked high')
	})
})
