import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { type Cause, findCauses } from '../../../src/investigation/causes/causes.ts'
import type { Evidence, SeenFlow } from '../../../src/investigation/evidence.ts'
import type { EndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import { endedEntry } from '../../harness/samples/ended.ts'
import { SURROUNDINGS } from '../../harness/samples/samples.ts'
import * as s from '../../ui/situations.ts'
import {
	base,
	CLIENT,
	CONNTRACK,
	data,
	end,
	fin,
	many,
	midStream,
	type Row,
	rules,
	SERVER,
	seen,
	someRules,
} from './scene.ts'

const brief = (one: Evidence) =>
	Object.fromEntries(findCauses(one).map(({ id, confidence, share }) => [id, `${confidence} ${share}`]))
const one = (id: string, evidence: Evidence): Cause | undefined =>
	findCauses(evidence).find((cause) => cause.id === id)
const CLOSED = { isClosed: true, state: 'TIME_WAIT' } as const
const SILENT = [
	{ id: 'silent-tcp-loose', standing: 'likely', title: '', because: '', tellApart: '' },
] as never
const synAcks = (came?: SeenFlow['came']) =>
	many(6, (at) => ({
		flow: `${SERVER}:8080 > ${CLIENT}:${40_001 + at}`,
		count: 4,
		segments: { synAck: 4 },
		...(came === undefined ? {} : { came }),
	}))
const counted = (there: number, back: number): Evidence['bothWays'] => ({
	...{ there, back, backWithoutSyn: null, seconds: 20 },
	of: { protocol: 'tcp', client: CLIENT, server: SERVER, port: 8080 },
})

describe('an end that these packets have not followed', () => {
	const came = { first: 9_000, last: 9_500 }
	const told = (...ended: readonly EndedEntry[]) => brief(seen('tcp-new', [fin(40_001, 80, came)], { ended }))

	test('the entry was deleted before the first of them', () =>
		expect(told(end(40_001, 80, { ...CONNTRACK, at: 8_000 }))).toEqual({ 'entry-deleted': 'high 1' }))
	test('between two of them', () =>
		expect(told(end(40_001, 80, { ...CONNTRACK, at: 9_200 }))).toEqual({ 'entry-deleted': 'high 1' }))
	test('a flush that came later, as one that should mend it', () =>
		expect(told(end(40_001, 80, { ...CONNTRACK, at: 50_000 }))).toEqual({ 'entry-gone': 'medium 1' }))
	test('the ports were used again, and that connection was closed', () =>
		expect(
			told(end(40_001, 80, { ...CONNTRACK, at: 1_000 }), end(40_001, 80, { ...CLOSED, at: 5_000 })),
		).not.toHaveProperty('entry-deleted'))
	test('the entry of a SYN whose answers are in another zone, when it times out', () => {
		const rows = synAcks({ first: 1_000, last: 9_000 })
		const ended = rows.map((_, at) => end(40_001 + at, 8080, { at: 120_000 + at, state: 'SYN_SENT' }))
		const zone = rules(['zone', 'iif "left" ct zone set 7'])
		expect(brief(seen('tcp-new', rows, { rules: zone, bothWays: counted(900, 300), ended }))).toEqual({
			'zone-mismatch': 'high 1',
		})
	})
	test('an entry that a later packet of one direction has made, when all are flushed', () => {
		const rows = synAcks({ first: 1_000, last: 9_000 })
		const ended = rows.map((_, at) => end(40_001 + at, 8080, { ...CONNTRACK, at: 120_000 }))
		expect(Object.keys(brief(seen('tcp-new', rows, { bothWays: counted(0, 300), ended })))).toEqual([
			'one-direction',
		])
	})
})

describe('a program that deletes other entries too', () => {
	test('another run of it, or another one without a name, has flushed the table', () => {
		const told = (program: string) =>
			one(
				'entry-deleted',
				seen('tcp-new', [fin(40_001)], {
					ended: [
						...many(30, (at) => end(50_000 + at, 53, { ...CONNTRACK, at: 10, program, portId: 5 })),
						end(40_001, 80, { ...CONNTRACK, program, portId: 9 }),
					],
				}),
			)?.sentence
		expect(told('conntrack')).toMatch(/^conntrack \(netlink port 9\) .*: 1 of those/)
		expect(told('')).toMatch(/netlink port 9 .*: 1 of those/)
	})

	test('each run of a program has a port of its own, and what it deletes is told together', () => {
		const rows = many(4, (at) => fin(40_001 + at))
		const ended = rows.map((_, at) => end(40_001 + at, 80, { ...CONNTRACK, program: '', portId: 20 + at }))
		expect(one('entry-deleted', seen('tcp-new', rows, { ended }))?.sentence).toMatch(
			/^a program with netlink ports 20 and 3 more .*: 4 of those/,
		)
	})

	test('two programs delete: each is told with what it did', () => {
		const rows = many(4, (at) => fin(40_001 + at))
		const ended = rows.map((_, at) =>
			end(40_001 + at, 80, at === 0 ? CONNTRACK : { ...CONNTRACK, program: 'kube-proxy', portId: 99 }),
		)
		const cause = one('entry-deleted', seen('tcp-new', rows, { ended }))
		expect(cause?.sentence).toMatch(/^kube-proxy .*: 3 of those/)
		expect(cause?.remedies.join()).toMatch(/kube-proxy.*Stop conntrack/)
		const silent = one('entry-deleted', {
			...midStream([data(1)], { ended }),
			...{ unlined: undefined, silent: SILENT },
		})
		expect(silent?.sentence).toMatch(/^kube-proxy .*: 3\./)
	})

	test('few ends of the flows of a service were told: the others may have gone otherwise', () => {
		const told = (deleted: number) =>
			brief(
				seen(
					'tcp-new',
					many(6, (at) => fin(40_001 + at)),
					{
						ended: many(deleted, (at) => end(40_001 + at, 80, CONNTRACK)),
					},
				),
			)
		expect(told(3)).toEqual({ 'entry-deleted': 'high 1' })
		expect(told(1)).toEqual({ 'entry-deleted': 'medium 1' })
	})

	test('what the kernel has evicted is not what a program deleted of the same service', () => {
		const rows = [fin(40_001), fin(40_002)]
		const ended = [end(40_001, 80, CONNTRACK), end(40_002, 80, { how: 'evicted' })]
		expect(brief(seen('tcp-new', rows, { ended }))).toEqual({
			'entry-deleted': 'high 0.5',
			'entry-gone': 'high 0.5',
		})
	})

	test('an entry of another zone may have had the same addresses and ports', () => {
		const ended = [end(40_001, 80, CONNTRACK)]
		const zone = rules(['zone', 'iif "left" ct zone set 7'])
		expect(brief(seen('tcp-new', [fin(40_001)], { ended, rules: zone }))).toEqual({
			'entry-deleted': 'medium 1',
		})
		// Open vSwitch and tc need no rule for that; the event tells its zone.
		const zoned = [end(40_001, 80, { ...CONNTRACK, isZoned: true })]
		expect(brief(seen('tcp-new', [fin(40_001)], { ended: zoned }))).toEqual({ 'entry-deleted': 'medium 1' })
		const unzoned = [end(40_001, 80, { ...CONNTRACK, isZoned: false })]
		expect(brief(seen('tcp-new', [fin(40_001)], { ended: unzoned }))).toEqual({ 'entry-deleted': 'high 1' })
	})

	test('what nobody has looked at may have timed out as well', () => {
		const told = (...ended: readonly EndedEntry[]) =>
			findCauses({
				...midStream([data(1)], { ended }),
				...{ unlined: undefined, silent: SILENT },
			}).map(({ id, confidence }) => `${id} ${confidence}`)
		const timedOut = many(10, (at) => end(51_000 + at))
		expect(told(end(50_001, 25, CONNTRACK))).toEqual(['entry-deleted medium'])
		expect(told(end(50_001, 25, CONNTRACK), ...timedOut)).toEqual(['entry-deleted low'])
		expect(told()).toEqual(['not-picked-up medium'])
		expect(told(...timedOut)).toEqual(['not-picked-up low'])
	})
})

describe('entries that the kernel itself has ended', () => {
	const rows = many(5, (at) => data(40_001 + at))
	test.each<[string, Partial<EndedEntry>]>([
		['an interface that went away', { how: 'cleaned-up' }],
		['all in one moment, and nobody tells how', {}],
	])('are no connections from before: %s', (_, how) => {
		const ended = rows.map((_row, at) => end(40_001 + at, 80, { at: 10, ...how }))
		expect(brief(midStream(rows, { ended }))).toEqual({ 'entry-gone': 'high 1' })
	})

	test('that they are gone is not said beside why', () => {
		const told = (established: string) => {
			const ended = rows.map((_row, at) => end(40_001 + at, 80, { at: 10, state: 'ESTABLISHED' }))
			const values = { ...midStream(rows).values, tcp_timeout_established: established }
			return Object.keys(brief(midStream(rows, { ended, values })))
		}
		expect(told('432000')).toEqual(['entry-gone'])
		expect(told('2')).toEqual(['small-timeout'])
	})

	test('it is said how they went', () => {
		const ended = [end(40_001, 80, { how: 'evicted' })]
		const cause = one('entry-gone', seen('tcp-new', [{ ...fin(40_001), segments: { fin: 4 } }], { ended }))
		expect(cause?.sentence).toBe(
			'The kernel itself has ended the entries of 1 of 1 flow while their connections were open.',
		)
		expect(cause?.evidence.join()).toMatch(/evicted it/)
	})

	test('by IPVS with its own connections', () => {
		const virtual = { ...SURROUNDINGS, virtualServers: { services: 3, direct: 0, tracks: true } }
		const told = (how: EndedEntry['how']) =>
			brief(
				seen('tcp-new', [fin(40_001)], {
					surroundings: { at: 0, first: virtual, last: virtual },
					ended: [end(40_001, 80, { how })],
				}),
			)
		expect(told(null)).toEqual({ 'entry-timed-out': 'medium 1' })
		expect(told('timed-out')).toEqual({ 'entry-timed-out': 'high 1' })
	})
})

test('a synproxy of another port keeps tcp_loose at 0, and none of these flows is its own', () => {
	const synproxy = rules(['synproxy', 'tcp dport 443 ct state invalid,untracked synproxy mss 1460'])
	const cause = one('not-picked-up', midStream([data(40_001)], { rules: synproxy }))
	expect(cause?.excluded.join()).toMatch(/synproxy.*no rule for them has synproxy/)
	expect(cause?.remedies.join()).not.toMatch(/tcp_loose 1/)
	expect(one('not-picked-up', midStream([data(40_001)]))?.remedies.join()).toMatch(/tcp_loose/)
})

test('connections that were opened at once time out at once', () => {
	const rows = many(5, (at) => fin(40_001 + at))
	const ended = rows.map((_, at) => end(40_001 + at, 80, { at: 10, how: 'timed-out' }))
	expect(brief(seen('tcp-new', rows, { ended }))).toEqual({ 'entry-timed-out': 'high 1' })
})

describe('a small timeout', () => {
	const values = { ...base.values, tcp_timeout_established: '120' }
	const told = (rows: readonly Row[], change: Partial<Evidence>) =>
		brief(seen('tcp-new', rows, { values, ...change }))['small-timeout']

	test('explains those that have timed out, not those that were closed', () => {
		const closed = many(3, (at) => end(40_002 + at, 80, CLOSED))
		expect(
			told(
				many(4, (at) => fin(40_001 + at)),
				{ ended: [end(40_001), ...closed] },
			),
		).toBe('high 0.25')
	})
	test('is not why entries go where an address may have gone, or the table is nearly full', () => {
		const ended = [end(40_001)]
		const { table } = base
		expect(told([fin(40_001)], { ended })).toBe('high 1')
		expect(told([fin(40_001)], { ended, rules: rules(['nat', 'oifname "right" masquerade']) })).toBe(
			'medium 1',
		)
		// Of data that nobody acknowledges, behind a window that is closed: 300 s, whatever the state has.
		expect(told([fin(40_001)], { ended, values: { ...values, tcp_timeout_established: '3600' } })).toBe(
			'medium 1',
		)
		expect(told([fin(40_001)], { ended, table: table && { ...table, fullness: 'nearly-full' } })).toBe(
			'medium 1',
		)
	})
})

test('the ports of one connection that were closed three times say nothing of five others', () => {
	const rows = many(6, (at) => ({ ...fin(40_001 + at), segments: { fin: 4 } }))
	const ended = many(3, (at) => end(40_001, 80, { ...CLOSED, at }))
	const late = one('late', seen('tcp-new', rows, { ended }))
	expect(late?.excluded.join()).not.toMatch(/entries are deleted/)
})

describe('a host that translates', () => {
	const translated = { reply: { src: SERVER, dst: '10.66.2.1', sport: 80, dport: 40_001 } }
	const nat = rules(['nat', 'oifname "right" masquerade'])
	const leak = (rows: readonly Row[], ...ended: readonly EndedEntry[]) =>
		one('leak-without-nat', seen('tcp-new', rows, { rules: nat, ended }))

	test('one connection is in use: the strays beside it hurt nobody', () => {
		const strays = many(12, (at) => ({
			flow: `${CLIENT}:${50_000 + at} > ${SERVER}:443`,
			count: 4,
			segments: { fin: 4 },
		}))
		const found = leak([fin(40_001), ...strays], end(40_001, 80, { ...CONNTRACK, ...translated }))
		expect(found).toMatchObject({ confidence: 'high', flows: [fin(40_001).flow] })
	})
	test('the entry that a later packet has made is not the one that was lost', () => {
		const came = { first: 9_000, last: 9_500 }
		const lost = end(40_001, 80, { ...CONNTRACK, ...translated, at: 8_000 })
		const plain = { src: SERVER, dst: CLIENT, sport: 80, dport: 40_001 }
		const made = end(40_001, 80, { at: 400_000, reply: plain })
		expect(leak([fin(40_001, 80, came)], lost, made)?.confidence).toBe('high')
	})
	test('that one entry was translated says nothing of five others', () => {
		const rows = many(6, (at) => fin(40_001 + at))
		const found = leak(rows, end(40_001, 80, { ...CONNTRACK, ...translated }))
		expect(found?.confidence).toBe('medium')
	})
})

test('what a rule is called says nothing of what it is about', () => {
	const told = (text: string) =>
		brief(seen('tcp-new', synAcks(), { rules: rules(['notrack', text]), bothWays: counted(300, 300) }))[
			'notrack-one-way'
		]
	expect(told('iif "left" notrack comment "tcp dport 99 is another"')).toBe('high 1')
	expect(told('tcp dport 99 notrack')).toBeUndefined()
})

describe('only a part of the rules is known', () => {
	test('a tool of this host could not read its rules', () => {
		const state = s.sampled()
		const { value } = state.rules
		if (value === undefined) throw new Error('no rules')
		const failures = [{ kind: 'missing-tool', tool: 'nft', debianPackage: 'nftables' }] as const
		const read = (change: Partial<typeof value>) =>
			stepEvidence({ ...state, rules: { ...state.rules, value: { ...value, ...change } } }).rules?.isPart
		expect(read({})).toBeUndefined()
		expect(read({ failures })).toBe(true)
	})
	test('an unread one may masquerade', () => {
		const dnat = ['nat', 'iif "x" tcp dport 99 dnat to 10.9.9.9'] as const
		const told = (known: Evidence['rules']) =>
			brief(seen('tcp-new', [fin(40_001)], { rules: known, ended: [end(40_001)] }))
		expect(told(rules(dnat))).toEqual({ 'entry-timed-out': 'high 1' })
		// Or put them into zones.
		expect(told(someRules(dnat))).toEqual({ 'entry-timed-out': 'low 1' })
	})
	test('an unread one may take these flows out of tracking', () => {
		const others = [
			['notrack', 'udp dport 53 notrack'],
			['zone', 'udp dport 53 ct zone set 3'],
		] as const
		const excluded = (known: Evidence['rules']) =>
			one('one-direction', seen('tcp-new', synAcks(), { rules: known, bothWays: undefined }))?.excluded.join()
		expect(excluded(rules(...others))).toMatch(/not tracked: no rule.*zones.*no rule/)
		expect(excluded(someRules(...others))).not.toMatch(/no rule for them/)
	})
})

describe('packets of ICMP without a log line', () => {
	const REPLIES = '198.51.100.7 > 203.0.113.9'
	const icmp = (id: string, names: readonly string[], count: number, change: Partial<Evidence> = {}) => {
		const rows = names.map((flow) => ({ flow, count, where: 'eth0' }))
		const found = midStream(rows, change)
		return findCauses({
			...found,
			unlined: found.unlined?.map((row) => ({ ...row, reason: { ...row.reason, id, protocol: 'ICMP' } })),
		}).find((cause) => cause.id.startsWith('icmp'))
	}
	const ping = (reply: EndedEntry['reply']) =>
		endedEntry({
			protocol: 'icmp',
			original: { src: CLIENT, dst: '198.51.100.7', sport: null, dport: null },
			reply,
		})
	const behind = ping({ src: '198.51.100.7', dst: '203.0.113.9', sport: null, dport: null })

	test('the request had another address before NAT', () => {
		const nat = rules(['nat', 'oifname "eth0" masquerade'])
		const told = (one: EndedEntry, known = nat) =>
			icmp('unlined-icmp-reply', [REPLIES], 30, { ended: [one], rules: known })?.confidence
		expect(told(behind)).toBe('medium')
		expect(told(ping(null))).toBe('medium')
		expect(told(ping(null), rules())).toBe('high')
	})
	test.each([
		['tcp dport 80 notrack', 'high'],
		['iif "eth0" notrack comment "all but tcp"', 'medium'],
		['-i eth0 -m comment --comment udp -j CT --notrack', 'medium'],
		['meta l4proto { tcp, icmp } notrack', 'medium'],
	])('the requests may not be tracked: %s', (text, is) => {
		const known = rules(['notrack', text])
		expect(icmp('unlined-icmp-reply', [REPLIES], 30, { rules: known })?.confidence).toBe(is)
	})
	test('rules that were not read may keep the requests from being tracked', () => {
		const others = [
			['notrack', 'tcp dport 80 notrack'],
			['zone', 'tcp dport 80 ct zone set 3'],
		] as const
		const told = (known: Evidence['rules']) =>
			icmp('unlined-icmp-reply', [REPLIES], 30, { rules: known })?.confidence
		expect(told(rules(...others))).toBe('high')
		expect(told(someRules(...others))).toBe('medium')
	})
	test('one error each of three routers is no connection that is stuck', () => {
		const names = many(3, (at) => `198.51.100.${at + 1} > ${CLIENT}`)
		expect(icmp('unlined-icmp-too-big', names, 1)).toBeUndefined()
		expect(icmp('unlined-icmp-too-big', names.slice(1), 3)?.remedies.join()).toMatch(/frag-needed/)
	})
})

describe('what was right before, and has to stay so', () => {
	const told = (change: Partial<EndedEntry>) =>
		brief(seen('tcp-new', [fin(40_001)], { ended: [end(40_001, 80, change)] }))
	test.each<[string, Partial<EndedEntry>, string]>([
		['a half-closed connection that rests too long', { state: 'CLOSE_WAIT' }, 'entry-timed-out high'],
		[
			'one in which only one end is closed, deleted',
			{ ...CONNTRACK, state: 'FIN_WAIT' },
			'entry-deleted high',
		],
		['a closed one that conntrackd deletes', { ...CONNTRACK, ...CLOSED }, 'entry-gone medium'],
		['a datagram of the same ports', { ...CONNTRACK, protocol: 'udp' }, 'entry-gone medium'],
		['SCTP of the same ports', { ...CONNTRACK, protocol: 'sctp' }, 'entry-gone medium'],
		['a removed helper', { how: 'kernel', caller: 'unhelp' }, 'entry-gone high'],
	])('%s', (_, change, is) =>
		expect(told(change)).toEqual({ [is.split(' ')[0] ?? '']: `${is.split(' ')[1]} 1` }),
	)

	test('both directions of one entry behind NAT', () => {
		const back = { ...fin(1), flow: `${SERVER}:80 > 10.66.2.1:61000` }
		const reply = { src: SERVER, dst: '10.66.2.1', sport: 80, dport: 61_000 }
		const ended = [end(40_001, 80, { ...CONNTRACK, reply })]
		expect(brief(seen('tcp-new', [fin(40_001), back], { ended }))).toEqual({ 'entry-deleted': 'high 1' })
	})
	test('datagrams that kube-proxy deletes', () => {
		const ended = [end(5, 53, { ...CONNTRACK, protocol: 'udp' })]
		expect(brief(midStream([data(40_001)], { ended }))).toEqual({ 'not-picked-up': 'medium 1' })
	})
	test('a trial that was cut short proves nothing', () => {
		const trial = { knob: 'tcp_loose', from: '0', to: '1', before: [5, 5], during: [0], after: [] }
		const experiments = [{ ...trial, lines: undefined, cut: 'ended', said: undefined }]
		const rows = [{ ...data(40_001), segments: { ack: 4 } }]
		expect(brief(midStream(rows, { experiments }))).toEqual({ 'not-picked-up': 'medium 1' })
	})
	test('more has ended than was told', () => {
		const rows = many(20, (at) => data(40_001 + at))
		const ended = many(100, (at) => end(50_000 + at, 53, { protocol: 'udp' }))
		expect(brief(midStream(rows, { ended, endsMissed: true }))).toEqual({ 'not-picked-up': 'medium 1' })
	})
})
