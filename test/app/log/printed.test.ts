import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountOf } from '../../../src/app/log/account.ts'
import { printkReader } from '../../../src/app/log/printing.ts'
import { logDetail, logGrid, logStatus } from '../../../src/app/screens/log/grid.ts'
import { logPane } from '../../../src/app/screens/log/rows.ts'
import { explanation } from '../../../src/app/screens/watch/explanation.ts'
import { watchGrid } from '../../../src/app/screens/watch/grid.ts'
import { watchPane } from '../../../src/app/screens/watch/rows.ts'
import type { State } from '../../../src/app/state/state.ts'
import { type PrintkSite, siteIds } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { ok } from '../../../src/words/failure.ts'
import { gridText } from '../../../src/words/grid.ts'
import { lineText } from '../../../src/words/line.ts'
import { controlOf, events, recordsOf, withSites } from '../../harness/samples/printed-scene.ts'
import {
	countersOf,
	FACTS,
	heldChange,
	leaseView,
	settingsOf,
	VALUES,
} from '../../harness/samples/samples.ts'
import { emptyState, packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const ON = controlOf('6.1')
const isTcpNew = ({ func }: PrintkSite) => func === 'tcp_new'
const TEXT = 'nf_ct_tcp: invalid new deleting.'
/** Only tcp_new prints. */
const ONE = ON.map((site) => (isTcpNew(site) ? site : { ...site, flags: '' }))
const OFF = controlOf('6.1', '')
const ID = [...siteIds(ON)].find(([, site]) => isTcpNew(site))?.[0] ?? ''

const log = (state: State, at: number, seen: readonly LogEvent[]): State =>
	stepped(state, at, { type: 'log', events: seen })
const printed = (seq: number, text = TEXT, at = seq * 1000): LogEvent => record(seq, text, { level: 7, at })

describe.each([
	['6.1', 'tcp-fin', 'tcp-ack-loose'],
	['6.1', 'p', 'pm'],
	['6.12', 'p', 'pm'],
])('what a running %s printed (%s)', (kernel, from, to) => {
	test('is recognised, line for line', () => {
		const records = recordsOf(kernel, from, to).filter(({ level }) => level === 7)
		expect(records.length).toBeGreaterThan(0)
		const state = log(withSites(emptyState(), controlOf(kernel)), 5, events(records))
		const heads = records.filter(({ text }) => text.trim() === 'tcp_conntracks:').length
		expect(state.log).toMatchObject({ records: records.length, printkLines: records.length, packetLines: 0 })
		expect(state.log.entries.map(({ kind }) => kind)).toEqual(
			Array.from({ length: records.length - heads }, () => 'printk'),
		)
		expect(state.told.reduce((sum, { count }) => sum + count, 0)).toBe(records.length - heads)
		expect(state.reasons).toEqual([])
	})
})

describe('which lines are looked at', () => {
	const kinds = (state: State, ...seen: readonly LogEvent[]) =>
		log(state, 5, seen).log.entries.map(({ kind }) => kind)
	const lease = (rest: Parameters<typeof heldChange>[0]) =>
		leaseView({ changes: [heldChange({ knob: `printk:${ID}`, set: 'p', ...rest })] })
	const wall = 1_700_000_000_000

	test.each<[string, State, LogEvent, string]>([
		['no control file', emptyState(), printed(1), 'other'],
		['no site prints', withSites(emptyState(), OFF), printed(1), 'other'],
		['the site prints', withSites(emptyState(), ONE), printed(1), 'printk'],
		['another one prints', withSites(emptyState(), ONE), printed(1, "Can't invert tuple."), 'other'],
		['another level', withSites(emptyState(), ONE), record(1, TEXT, { level: 6 }), 'other'],
		['a program wrote it', withSites(emptyState(), ONE), record(1, TEXT, { level: 7, facility: 1 }), 'other'],
		[
			'a rule with level debug',
			withSites(emptyState(), ON),
			printed(1, 'x: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=40 PROTO=TCP SPT=1 DPT=2'),
			'rule',
		],
		[
			'our own, and the file is not read again yet',
			{ ...withSites(emptyState(), OFF), lease: lease({ endedAt: null }) },
			printed(1),
			'printk',
		],
		[
			'our own, off since a moment',
			{ ...withSites(emptyState(), OFF), lease: lease({ state: 'undone', endedAt: wall - 2_000 }) },
			printed(1),
			'printk',
		],
		[
			'our own, off for long',
			{ ...withSites(emptyState(), OFF), lease: lease({ state: 'undone', endedAt: wall - 60_000 }) },
			printed(1),
			'other',
		],
		[
			'our own, decorated only',
			{ ...withSites(emptyState(), OFF), lease: lease({ set: 'mfl', endedAt: null }) },
			printed(1),
			'other',
		],
	])('%s', (_, state, event, kind) => expect(kinds(state, event)).toEqual([kind]))

	test('the reader is made once for a reading, and none is made while no site prints', () => {
		expect(printkReader(withSites(emptyState(), OFF))).toBeUndefined()
		const state = withSites(emptyState(), ON)
		expect(printkReader(state)).toBe(printkReader(log(state, 5, [printed(1)])))
		expect(printkReader(withSites(state, ON, 20))).toBe(printkReader(state))
		const own = { ...withSites(emptyState(), OFF), lease: lease({ endedAt: null }) }
		expect(printkReader(own)).toBe(printkReader({ ...own, wall: own.wall + 1 }))
	})

	test('thousands of lines in one batch', () => {
		const state = withSites(emptyState(), ON)
		const many = Array.from({ length: 20_000 }, (_, at) =>
			printed(
				at + 1,
				at % 2 === 0 ? TEXT : `nf_conntrack: new packet for ${String(at % 97).padStart(16, '0')}`,
			),
		)
		const { told } = log(state, 5, many)
		expect(told.map(({ count }) => count)).toEqual([10_000, 10_000])
	})
})

describe('on Log', () => {
	const state = log(
		{ ...withSites(emptyState(), ON), screen: 'log' },
		5,
		events(recordsOf('6.1', 'tcp-fin', 'tcp-ack-loose').filter(({ level }) => level === 7)),
	)
	const text = (one: State) => gridText(logGrid(one, 20)).join('\n')
	const detail = (one: State) =>
		logDetail(one, 100)
			.map((line) => lineText(line).trim())
			.join('\n')

	test('a row: no protocol, P, the words, the entry', () => {
		const row = text(state)
			.split('\n')
			.find((one) => one.includes('new packet for'))
		expect(row).toMatch(/ - +P +nf_conntrack: new packet/)
		expect(row).toMatch(/entry [\da-f]{16}/)
		expect(text(state)).toMatch(/P +nf_ct_tcp: invalid new deleting\./)
		expect(lineText(logStatus(state))).toContain('5 of printk')
	})

	test('the detail: who printed it, what that tells, the line, the story of its entry', () => {
		const second = stepped(state, 6, { type: 'move-to', where: 'first' }, { type: 'move', by: 1 })
		const lines = detail(second)
		expect(lines).toContain('Printed by tcp_new nf_conntrack_proto_tcp.c:889.')
		expect(lines).toMatch(/It means: TCP without an entry/)
		expect(lines).toContain(TEXT)
		expect(lines).toMatch(/History of entry [\da-f]{16}, which is gone:/)
		expect(lines).toMatch(/> .*invalid new deleting\. \(names none, came right after\)/)
		expect(lines.indexOf('new packet for')).toBeLessThan(lines.indexOf('returning ct='))
		expect(lines.replaceAll('\n', ' ')).toContain('A printk names no packet and no network namespace')
	})

	test('two records that are one line are one entry, with its numbers in words', () => {
		const pair = [printed(1, 'tcp_conntracks: '), printed(2, 'syn=0 ack=1 fin=1 rst=0 old=3 new=4')]
		const inTwo: readonly (readonly LogEvent[])[] = pair.map((one) => [one])
		for (const batches of [[pair], inTwo]) {
			const after = batches.reduce<State>((one, batch) => log(one, 5, batch), {
				...withSites(emptyState(), ON),
				screen: 'log' as const,
			})
			expect(after.log.entries).toHaveLength(1)
			expect(text(after)).toContain('ESTABLISHED to FIN_WAIT on FIN+ACK')
			expect(detail(after)).toContain(
				'ESTABLISHED to FIN_WAIT on FIN+ACK. Printed by nf_conntrack_tcp_packet',
			)
			expect(after.told[0]).toMatchObject({
				count: 1,
				sample: 'tcp_conntracks: syn=0 ack=1 fin=1 rst=0 old=3 new=4',
				lastDetail: 'ESTABLISHED to FIN_WAIT on FIN+ACK',
			})
		}
	})

	test('a text of several places says so, and one that may be of anybody is probable', () => {
		const twice = ONE.filter(isTcpNew).flatMap((site) => [site, { ...site, line: site.line + 90 }])
		const short = { ...(ONE.find(isTcpNew) as PrintkSite), format: 'too short\n', func: 'f' }
		const seen = { ...withSites(emptyState(), [...twice, short]), screen: 'log' as const }
		expect(detail(log(seen, 5, [printed(1)]))).toContain('1 other call site has the same text.')
		const probable = log(seen, 5, [printed(1, 'usb: too short')])
		expect(detail(probable)).toContain('Probably printed by f ')
		expect(text(probable)).toContain('probably usb: too short')
		expect(probable.told[0]).toMatchObject({ count: 1, probable: 1, packets: 0 })
	})

	test('the filter finds it by function, by its words, and by "printk"', () => {
		for (const filter of ['tcp_new', 'cannot open', 'printk']) {
			const found = stepped(state, 6, { type: 'filter-text', text: filter })
			expect(logPane(found).rows.length, filter).toBeGreaterThan(0)
		}
	})
})

/** One second: lines, then the counters, then the tick at its end. */
function second(state: State, index: number, invalid: number, ...seen: readonly LogEvent[]): State {
	const at = index * 1000
	const lines = stepped(state, at + 450, { type: 'log', events: seen })
	const result = ok(countersOf(at + 500, { invalid, error: 0, drop: 0 }))
	const read = stepped(lines, at + 500, { type: 'counters', result })
	return stepped(read, at + 1000, { type: 'tick', wall: at + 1000 })
}

const BAD = packetText('invalid tcp flag combination')

/** 20 packets: 12 with a reason, 8 without, 7 of these with a line of tcp_new. */
function silentScene(sites: readonly PrintkSite[], values: Record<string, string> = {}): State {
	const kernel = new Map(
		Object.entries({ ...VALUES, log_invalid: '255', 'nf_log.10': 'nf_log_ipv6', ...values }),
	)
	let state = stepped(
		seenState({}, {}, { ...FACTS, kernel: '6.1.0-25' }),
		10,
		{ type: 'log-started' },
		{ type: 'settings', result: ok(settingsOf(10, kernel)) },
	)
	state = withSites(state, sites, 20)
	const lines = [
		...Array.from({ length: 12 }, (_, at) => record(10 + at, BAD, { at: 2_400_000 })),
		...Array.from({ length: 7 }, (_, at) => printed(30 + at, TEXT, 2_400_000)),
	]
	state = second(state, 1, 100)
	state = second(state, 2, 120, ...lines)
	return second(state, 3, 120)
}

describe('the account', () => {
	test('silent packets that a call site speaks of', () => {
		expect(accountOf(silentScene(ONE)).accounting).toMatchObject({
			counted: 20,
			explained: 12,
			silent: 8,
			told: 7,
			sentence: 'counted 20 = explained 12 + silent 8 (7 shown by printk, likely) + lost 0',
		})
		expect(accountOf(silentScene(OFF)).accounting).toMatchObject({ silent: 8, told: 0 })
	})

	test('of the packets of other network namespaces nobody can tell', () => {
		expect(accountOf(silentScene(ONE, { nf_log_all_netns: '1' })).accounting?.sentence).toContain(
			'(at most 7 shown by printk)',
		)
		const blue = {
			...silentScene(ONE),
			facts: { ...FACTS, netns: { inode: 7, name: 'blue', initial: false } },
		}
		expect(accountOf(blue).accounting?.sentence).toContain('at most 7')
	})

	test('begins with the way: lines from before are not in it', () => {
		const state = silentScene(ONE)
		const before = log(withSites(seenState(), ONE), 5, [printed(1), printed(2)])
		expect(before.told[0]?.count).toBe(2)
		expect(accountOf(before).accounting).toBeUndefined()
		// More lines than silent packets: those of others.
		const more = second(
			state,
			4,
			120,
			...Array.from({ length: 30 }, (_, at) => printed(90 + at, TEXT, 4_400_000)),
		)
		expect(accountOf(second(more, 5, 120)).accounting).toMatchObject({ silent: 8, told: 8 })
	})
})

describe('on Watch', () => {
	const keys = (state: State) => watchPane(state).rows.map(({ key }) => key)
	const shownText = (state: State) =>
		explanation(state, 110, 40)
			.map((line) => lineText(line).trim())
			.join(' ')

	test('below the reasons, with count and rate', () => {
		const state = silentScene(ONE)
		expect(keys(state)).toEqual(['TCP tcp-flags', 'silent', `printk ${ID}`])
		const row = gridText(watchGrid(state, 10, true)).at(-1)
		expect(row).toMatch(/TCP without an entry, .* P +- +7 +\d/)
	})

	test('its detail says how sure it is', () => {
		const last = stepped(silentScene(ONE), 4_100, { type: 'move-to', where: 'last' })
		expect(shownText(last)).toMatch(
			/TCP without an entry.*\. Printed by tcp_new nf_conntrack_proto_tcp\.c:889\. 7 lines, one packet each, likely of the 8 not logged\. A printk names no packet/,
		)
	})

	test('the silent row proposes the call site that this kernel has', () => {
		const on = (sites: readonly PrintkSite[]) =>
			shownText(stepped(silentScene(sites), 4_100, { type: 'move', by: 1 }))
		expect(on(OFF)).toContain(`key 4: switch on call site "${TEXT}" of tcp_new`)
		expect(on(ONE)).toContain(`call site "${TEXT}" of tcp_new is on`)
		expect(on(ONE)).toContain('The call sites below likely print for 7.')
		expect(on([])).not.toContain('key 4')
	})

	test('in the rows also while the way is shut, and kept while the view stands still', () => {
		const shut = log(withSites(seenState(), ONE), 5, [printed(1)])
		expect(keys(shut)).toEqual(['not-told', `printk ${ID}`])
		const paused = log(stepped(shut, 6, { type: 'pause' }), 7, [printed(2)])
		expect(gridText(watchGrid(paused, 10, true)).at(-1)).toMatch(/ P +- +1 /)
	})

	test('seconds pass over the rates', () => {
		let state = log(withSites(emptyState(), ONE), 100, [printed(1), printed(2)])
		expect(state.told[0]?.recent).toEqual([2])
		for (let at = 1; at <= 8; at++) state = stepped(state, at * 1000, { type: 'tick', wall: at * 1000 })
		expect(state.told[0]).toMatchObject({ count: 2, recent: [0, 0, 0, 0, 0, 0] })
	})
})

test('whatever is printed: nothing throws, and nothing is lost', () => {
	const texts = recordsOf('6.1', 'p').map(({ text }) => text)
	const mutated = fc
		.tuple(
			fc.constantFrom(...texts),
			fc.nat(200),
			fc.nat(20),
			fc.oneof(
				fc.string({ unit: 'binary', maxLength: 6 }),
				fc.constantFrom('%s', ': ', '(', '0x', '<intr> '),
			),
		)
		.map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut))
	const whole = withSites(emptyState(), ON)
	fc.assert(
		fc.property(fc.array(fc.oneof(mutated, fc.constantFrom(...texts)), { maxLength: 20 }), (lines) => {
			const seen = lines.map((text, at) => printed(at + 1, text))
			const state = { ...log(whole, 50, seen), screen: 'log' as const }
			const count = state.told.reduce((sum, one) => sum + one.count, 0)
			const { entries, printkLines, records } = state.log
			const heads = printkLines - count
			expect(records).toBe(lines.length)
			expect(entries.length + heads).toBe(lines.length)
			expect(entries.filter(({ kind }) => kind === 'printk')).toHaveLength(count)
			gridText(logGrid(state, 30))
			logDetail(state, 80)
			explanation({ ...state, screen: 'watch' }, 80, 30)
		}),
		{ numRuns: 300 },
	)
})
