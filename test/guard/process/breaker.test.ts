import { describe, expect, test } from 'vitest'
import { DEFAULT_TTL_MS, type Entry } from '../../../src/changes/lease.ts'
import { DEFAULT_MAX_RATE } from '../../../src/changes/tap/tap-words.ts'
import { createBreaker, createGauge } from '../../../src/guard/process/breaker.ts'
import { floodMarks, looksLikeOurs, sequenceOf } from '../../../src/guard/process/flood-marks.ts'
import type { KmsgSource } from '../../../src/host/log/kmsg-source.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { fakeGuard } from '../../harness/fake/guard.ts'
import { fakeClock, fakeDisk, fakeKernel } from '../../harness/fake/host.ts'

const SITE = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'

function entryOf(knob: string, given: Partial<Entry> = {}): Entry {
	return {
		seq: 1,
		step: 1,
		knob,
		class: 'logs-more',
		path: '',
		purpose: '',
		was: '0',
		from: '0',
		set: '6',
		detail: [],
		cameWith: null,
		hands: [],
		phase: 'applied',
		at: 0,
		wall: 0,
		confirmed: false,
		end: null,
		failure: null,
		hidden: false,
		...given,
	}
}

const printing = (piece: string, given: Partial<Entry> = {}) =>
	entryOf(SITE, { was: '_', from: '_', set: 'p', detail: ['file a.c line 1', piece], ...given })

describe('which lines count', () => {
	const invalid = '4,12,99,-;nf_ct_proto_6: invalid new IN= OUT= SRC=192.0.2.1'
	const helper = '4,12,99,-;helper ftp dropping packet: IN= OUT='
	const rule = '4,12,99,-;IN=eth0 OUT= MAC= SRC=192.0.2.1'
	const debug = '7,12,99,-;conntrack: invalid new deleting.'
	const bare = '7,12,99,-;7'
	const user = '12,12,99,-;nf_ct_proto_6: written by a program'
	const urgent = '8,12,99,-;nf_ct_proto_6: written by a program'
	const alike = '4,12,99,-;invalid new deleting IN=eth0 OUT='
	const trace = '4,12,99,-;TRACE: raw:PREROUTING:policy:2 IN=eth0 OUT='

	test.each<[string, readonly Entry[], Readonly<Record<string, boolean>>]>([
		[
			'log_invalid',
			[entryOf('log_invalid')],
			{ invalid: true, helper: true, debug: false, user: false, urgent: false, trace: false },
		],
		['a logger', [entryOf('nf_log.2')], { invalid: true, rule: false, trace: true }],
		['all namespaces', [entryOf('nf_log_all_netns')], { invalid: true, rule: true, debug: false }],
		[
			'a call site',
			[printing('invalid new deleting')],
			{ debug: true, alike: false, invalid: false, bare: false },
		],
		['a call site without text', [printing('')], { debug: true, bare: true, invalid: false }],
		[
			'a call site and log_invalid',
			[printing('invalid new deleting'), entryOf('log_invalid')],
			{ debug: true, invalid: true, rule: false },
		],
	])('%s', (_, entries, expected) => {
		const marks = floodMarks(entries)
		const lines = { invalid, helper, rule, debug, bare, user, urgent, alike, trace }
		expect(marks).toBeDefined()
		for (const [name, isOurs] of Object.entries(expected))
			expect(marks && looksLikeOurs(marks, Buffer.from(lines[name as keyof typeof lines])), `${name}`).toBe(
				isOurs,
			)
	})

	test.each<[string, readonly Entry[]]>([
		['nothing', []],
		['what treats packets differently', [entryOf('tcp_be_liberal', { class: 'treats-differently' })]],
		['a site that is decorated', [printing('a piece', { set: 'mf' })]],
		['a site that printed before', [printing('a piece', { was: 'p', from: 'p', set: 'pm' })]],
		['a module', [entryOf('module:nf_conntrack', { was: 'absent', set: 'loaded' })]],
	])('%s prints nothing', (_, entries) => {
		expect(floodMarks(entries)).toBeUndefined()
	})

	test.each([
		['4,12,99,-;x', 12],
		['4,18446744073709551615,99,-;x', 2 ** 64],
		['', undefined],
		[',', undefined],
		['4,', undefined],
		['4,12', undefined],
		['4,x,9', undefined],
		['no comma', undefined],
	])('the number of %j', (record, expected) => {
		expect(sequenceOf(Buffer.from(record))).toBe(expected)
	})
})

describe('what is a flood', () => {
	/** Lines of each half second; answers after how many there was a flood. */
	const noticedAfter = (lines: readonly number[], maxRate = 200) => {
		const gauge = createGauge(maxRate)
		const at = lines.findIndex((count) => gauge(count, 500) !== undefined)
		return at < 0 ? undefined : at + 1
	}
	const many = (count: number, times: number) => Array.from({ length: times }, () => count)

	test.each<[string, readonly number[], number | undefined]>([
		['just the rate, however long', many(100, 100), undefined],
		['a little more', many(101, 6), 6],
		['a burst of two seconds', [...many(5_000, 4), ...many(0, 10)], undefined],
		['once a second, and then nothing', Array.from({ length: 12 }, (_, at) => (at % 2 ? 0 : 300)), 6],
		['with a pause of a second each three', [...many(900, 4), 0, 0, ...many(900, 4), 0, 0], undefined],
		['with a little before', [1, ...many(900, 6)], 7],
	])('%s', (_, lines, expected) => {
		expect(noticedAfter(lines)).toBe(expected)
	})

	test('a flood has a rate, and counting begins again', () => {
		const gauge = createGauge(200)
		for (const _ of [1, 2, 3, 4, 5]) expect(gauge(206, 500)).toBeUndefined()
		expect(gauge(206, 500)).toEqual({ rate: 412, seconds: 3 })
		expect(gauge(206, 500)).toBeUndefined()
	})

	test.each([
		[0, 0],
		[5, 0],
		[5, -1],
	])('%i lines in %i ms are nothing', (lines, ms) => {
		const gauge = createGauge(200)
		for (let at = 0; at < 20; at++) expect(gauge(lines, ms)).toBeUndefined()
	})
})

/** A kernel log with so many new lines at each look; `missed` of them can no more be read. */
function fakeKmsg(given: { isBroken?: boolean } = {}) {
	const state = { next: 0, read: 0, text: 'nf_ct_proto_6: x OUT=', closed: 0, opened: 0 }
	const source: KmsgSource = {
		read() {
			if (given.isBroken === true)
				return { kind: 'broken', failure: { kind: 'unsupported', what: '', why: '' } }
			if (state.read >= state.next) return { kind: 'nothing' }
			state.read += 1
			return { kind: 'record', bytes: Buffer.from(`4,${state.read},9,-;${state.text}`) }
		},
		close: () => {
			state.closed += 1
		},
	} as KmsgSource
	return {
		state,
		open: () => {
			state.opened += 1
			return ok(source)
		},
		add(lines: number, missed = 0) {
			state.next += lines + missed
			state.read += missed
		},
	}
}

describe('the breaker', () => {
	const start = (kmsg = fakeKmsg(), maxRate = DEFAULT_MAX_RATE) => {
		const clock = fakeClock()
		const floods: { readonly rate: number; readonly seconds: number }[] = []
		const breaker = createBreaker({ open: kmsg.open, clock, maxRate, onFlood: (flood) => floods.push(flood) })
		const pass = (halves: number, lines: number, missed = 0) => {
			for (let at = 0; at < halves; at++) {
				kmsg.add(lines, missed)
				clock.pass(500)
			}
		}
		return { kmsg, clock, floods, breaker, pass }
	}

	test('what was in the log before does not count', () => {
		const { kmsg, breaker, pass, floods } = start()
		kmsg.add(100_000)
		breaker.attend([entryOf('log_invalid')])
		pass(20, 10)
		expect(floods).toEqual([])
		// The first half second is one with the calm one before it.
		pass(7, 150)
		expect(floods).toEqual([{ rate: 300, seconds: 3 }])
	})

	test('overwritten lines count as read ones', () => {
		const { breaker, pass, floods } = start()
		breaker.attend([entryOf('log_invalid')])
		pass(1, 1)
		pass(6, 10, 490)
		expect(floods).toEqual([{ rate: 1000, seconds: 3 }])
	})

	test('foreign lines are no flood of ours', () => {
		const { kmsg, breaker, pass, floods } = start()
		kmsg.state.text = 'a driver that complains'
		breaker.attend([entryOf('log_invalid')])
		pass(20, 5_000)
		expect(floods).toEqual([])
	})

	test('the log is not read while nothing prints, nor with limit 0', () => {
		const { kmsg, breaker } = start()
		breaker.attend([entryOf('acct', { class: 'treats-differently' })])
		expect(kmsg.state.opened).toBe(0)
		breaker.attend([entryOf('log_invalid')])
		breaker.attend([entryOf('log_invalid'), printing('a piece')])
		expect(kmsg.state).toMatchObject({ opened: 1, closed: 0 })
		breaker.attend([])
		expect(kmsg.state.closed).toBe(1)
		const never = start(fakeKmsg(), 0)
		never.breaker.attend([entryOf('log_invalid')])
		expect(never.kmsg.state.opened).toBe(0)
	})

	test('a broken log ends only the watch', () => {
		const { breaker, pass, floods } = start(fakeKmsg({ isBroken: true }))
		breaker.attend([entryOf('log_invalid')])
		pass(20, 5_000)
		expect(floods).toEqual([])
		const words: string[] = []
		const blind = createBreaker({
			open: () => fail({ kind: 'not-permitted', what: '/dev/kmsg', need: 'CAP_SYSLOG' }),
			clock: fakeClock(),
			maxRate: 200,
			onFlood: () => {},
			onBlind: (why) => words.push(why),
		})
		blind.attend([entryOf('log_invalid')])
		blind.attend([entryOf('log_invalid')])
		blind.attend([])
		expect(words).toHaveLength(1)
	})
})

describe('a lease that a flood ends', () => {
	const host = () => ({
		kernel: fakeKernel({ log_invalid: '0', acct: '0', [SITE]: 'mt' }),
		disk: fakeDisk(),
		clock: fakeClock(),
	})
	const change = (knob: string, from: string, to: string) => ({
		purpose: 'test',
		changes: [{ knob, from, to }],
	})

	test('all changes that log are undone at once, others stay', () => {
		const given = host()
		const { lifetime, views } = fakeGuard(given, 'L1')
		lifetime.apply(change('acct', '0', '1'))
		lifetime.apply(change('log_invalid', '0', '6'))
		lifetime.apply(change(SITE, 'mt', 'pmt'))
		lifetime.flood({ rate: 412, seconds: 3 })
		expect(Object.fromEntries(given.kernel.values)).toEqual({ log_invalid: '0', acct: '1', [SITE]: 'mt' })
		expect(views.at(-1)).toMatchObject({
			phase: 'holding',
			why: 'log flood: 412 lines/s for 3 s',
			flood: { rate: 412 },
		})
		// Once more something is changed, that is over.
		lifetime.apply(change('log_invalid', '0', '6'))
		expect(views.at(-1)).toMatchObject({ flood: null })
		lifetime.undo('all', 'at your request', () => {})
		expect(views.at(-1)).toMatchObject({ phase: 'closed', why: 'at your request', flood: null })
	})

	test('a lease with nothing left ends and says so', () => {
		const given = host()
		const guard = fakeGuard(given, 'L1')
		guard.lifetime.apply(change(SITE, 'mt', 'pmt'))
		guard.lifetime.flood({ rate: 2_700, seconds: 3 })
		expect(guard.views.at(-1)).toMatchObject({
			phase: 'closed',
			outcome: 'clean',
			flood: { rate: 2_700 },
		})
		given.clock.pass(DEFAULT_TTL_MS)
		guard.lifetime.flood({ rate: 1, seconds: 3 })
		expect(guard.views.at(-1)).toMatchObject({ flood: { rate: 2_700 } })
	})

	test('a refused undo is tried again', () => {
		const given = host()
		const guard = fakeGuard(given, 'L1')
		guard.lifetime.apply(change('log_invalid', '0', '6'))
		given.kernel.refuse.set('log_invalid', ['EBUSY', 'EBUSY'])
		guard.lifetime.flood({ rate: 412, seconds: 3 })
		// Another one meanwhile changes nothing.
		guard.lifetime.flood({ rate: 999, seconds: 3 })
		expect(given.kernel.values.get('log_invalid')).toBe('6')
		given.clock.pass(2_000)
		expect(given.kernel.values.get('log_invalid')).toBe('0')
		expect(guard.views.at(-1)).toMatchObject({ phase: 'closed', flood: { rate: 412 } })
	})
})
