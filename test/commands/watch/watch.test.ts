import { describe, expect, test } from 'vitest'
import { type WatchPorts, watchHost } from '../../../src/commands/watch/watch.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import type { FakeObserver } from '../../harness/fake/observer.ts'
import { drawInTurn } from '../../harness/fake/ports.ts'
import { createYesChanger } from '../../harness/fake/yes-changer.ts'
import { FACTS, hostObserver, probeEvent, SETTINGS, SILENT_FIN } from '../../harness/samples/readings.ts'
import { countersOf, PRINTK } from '../../harness/samples/samples.ts'

const LINE =
	'nf_ct_proto_6: invalid new IN=eth0 OUT= MAC=00 SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1000 DPT=80 SEQ=1 ACK=0 WINDOW=512 RES=0x00 RST URGP=0 '

/** Runs watch with one interval of `between` before each reading. */
async function watch(
	json: boolean,
	count: number,
	between: (observer: FakeObserver, interval: number) => void,
	prepare: (observer: FakeObserver) => void = () => {},
	probe?: WatchPorts['probe'],
	columns: number | 'pipe' = 160,
) {
	const clock = new FakeClock()
	const observer = hostObserver(clock)
	prepare(observer)
	const lines: string[] = []
	const stop = new AbortController()
	let isOver = false
	const watching = watchHost(
		{ json, intervalMs: 1_000, count },
		{
			observer,
			clock,
			probe,
			out: {
				...(columns === 'pipe' ? {} : { columns }),
				write: (text) => lines.push(...text.trimEnd().split('\n')),
			},
		},
		stop.signal,
	).then((code) => {
		isOver = true
		return code
	})
	for (let interval = 1; !isOver; interval += 1) {
		await new Promise((resolve) => setImmediate(resolve))
		if (observer.isFollowing()) between(observer, interval)
		clock.advanceAtOnce(1_000)
		await new Promise((resolve) => setImmediate(resolve))
	}
	return { lines, code: await watching, observer }
}

test('each line has the rise since the last one and since the start', async () => {
	const { lines, code, observer } = await watch(true, 3, (one, interval) => {
		one.answers.counters = ok(countersOf(0, { entries: 5, invalid: 18_231 + interval * 10, error: 7 }))
		one.say(LINE)
		if (interval === 3) one.lose(9)
	})
	expect(code).toBe(0)
	expect(observer.isFollowing()).toBe(false)
	const read = lines.map((line) => JSON.parse(line))
	expect(read).toHaveLength(3)
	expect(read[2]).toMatchObject({
		v: 1,
		seconds: 1,
		conntrack: { stat: { invalid: 18_261 }, since: { invalid: 30 }, delta: { invalid: 10, error: 0 } },
		reasons: [
			{ text: 'invalid new', protocol: 'TCP', count: 3, delta: 1, flow: expect.stringContaining('10.0.0.1') },
		],
		log: { following: true, lines: 3, lost: 9, delta: { lines: 1, lost: 9 } },
		logging: { logInvalid: 0 },
		failures: [],
	})
})

test('in text a header and a line a reading', async () => {
	const { lines } = await watch(false, 2, (one, interval) => {
		one.answers.counters = ok(countersOf(0, { invalid: 18_231 + interval * 42 }))
		one.say(LINE)
	})
	expect(lines).toHaveLength(3)
	expect(lines[0]).toMatch(/TIME +INVALID\/s/)
	expect(lines[2]).toMatch(/ 42 .* TCP invalid new, 10\.0\.0\.1:1000 > 10\.0\.0\.2:80$/)
})

test.each([
	[80, 2],
	[139, 2],
	[140, 1],
	[60, 2],
])('on a terminal of %i columns a reading takes %i lines, and none is longer', async (columns, each) => {
	const { lines } = await watch(
		false,
		2,
		(one, interval) => {
			one.answers.counters = ok(countersOf(0, { invalid: interval * 4_200, drop: interval * 3 }))
			one.say(LINE)
		},
		undefined,
		undefined,
		columns,
	)
	expect(lines).toHaveLength(3 * each)
	for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
	expect(lines.join('\n')).toMatch(/TCP invalid new/)
})

test('where the kernel says nothing, one line is enough on a narrow one too', async () => {
	const { lines } = await watch(false, 3, () => {}, undefined, undefined, 80)
	expect(lines).toHaveLength(2 + 3)
	expect(lines[0]).toBe('    TIME INVALID/s error/s drop/s early_drop/s insert_failed/s entries     max')
})

test('a pipe gets every counter as a column, in plain digits', async () => {
	const { lines } = await watch(
		false,
		2,
		(one, interval) => {
			one.answers.counters = ok(
				countersOf(0, {
					invalid: interval * 4_200,
					error: 0,
					drop: interval * 3,
					early_drop: interval * 20,
					insert_failed: interval,
				}),
			)
			one.say(LINE)
		},
		undefined,
		undefined,
		'pipe',
	)
	expect(lines[0]?.trim().split(/\s+/).slice(0, 11)).toEqual([
		'TIME',
		'INVALID/s',
		'error/s',
		'drop/s',
		'early_drop/s',
		'insert_failed/s',
		'entries',
		'max',
		'log_inv',
		'lines/s',
		'lost',
	])
	expect(lines[2]?.trim().split(/\s+/).slice(1, 11)).toEqual([
		...['4200', '0', '3', '20', '1', '41022', '262144', '0', '1', '0'],
	])
})

test('unreadable values are reported, and the rest goes on', async () => {
	const { lines } = await watch(true, 1, (one) => {
		one.answers.counters = fail({ kind: 'unsupported', what: 'x', why: 'gone' })
	})
	expect(JSON.parse(lines[0] ?? '').failures).toEqual([
		{ kind: 'unsupported', title: 'not available here', detail: 'x: gone', next: '' },
	])
})

describe('call sites that print', () => {
	const site = {
		file: 'net/netfilter/nf_conntrack_proto_tcp.c',
		line: 889,
		module: 'nf_conntrack',
		func: 'tcp_new',
		flags: 'p',
		format: 'nf_ct_tcp: invalid new deleting.\n',
		class: null,
	}
	const on = (one: FakeObserver) => {
		one.answers.printk = ok({ ...PRINTK, path: '/proc/dynamic_debug/control', why: '', sites: [site] })
	}
	const speak = (one: FakeObserver) => {
		one.say('nf_ct_tcp: invalid new deleting.', 7)
		one.say('nf_ct_tcp: invalid new deleting.', 7)
	}

	test('in JSON one object for each', async () => {
		const { lines } = await watch(true, 2, speak, on)
		const [first, second] = lines.map((line) => JSON.parse(line))
		expect(first.printk).toMatchObject([
			{
				site: expect.stringMatching(/^net\/netfilter\/nf_conntrack_proto_tcp\.c:tcp_new#1:/),
				function: 'tcp_new',
				file: site.file,
				line: 889,
				text: 'nf_ct_tcp: invalid new deleting.',
				tells: expect.stringContaining('cannot open a connection'),
				count: 2,
				delta: 2,
				packets: 2,
				sure: true,
				sample: 'nf_ct_tcp: invalid new deleting.',
			},
		])
		expect(second.printk).toMatchObject([{ count: 4, delta: 2 }])
		expect(second).toMatchObject({ reasons: [], log: { lines: 0, printk: 4, records: 4 } })
	})

	test('in text a paragraph below the line', async () => {
		const { lines } = await watch(false, 1, speak, on)
		expect(lines[2]).toMatch(/^ {8}2 {2}tcp_new: TCP without an entry/)
	})

	test('a call site switched on later is seen too', async () => {
		const { lines } = await watch(true, 17, (one) => {
			on(one)
			speak(one)
		})
		const last = JSON.parse(lines.at(-1) ?? '')
		expect(last.printk[0].count).toBeGreaterThanOrEqual(2)
		expect(last.log.records).toBe(34)
	})
})

test('a table that has no room is in each line of JSON, and below each line of text', async () => {
	const full = (one: FakeObserver) => {
		one.answers.settings = ok({ ...SETTINGS, count: 300, max: 300 })
	}
	const dropping = (one: FakeObserver, interval: number) => {
		const at = 10_000 + interval * 1000
		one.answers.counters = ok(countersOf(at, { entries: 300, invalid: 0, drop: 50 + interval * 4 }))
	}
	const { lines } = await watch(true, 3, dropping, full)
	const tables = lines.map((line) => JSON.parse(line).conntrack.table)
	expect(tables.at(-1)).toMatchObject({ state: 'dropping', count: 300, max: 300 })
	const text = await watch(false, 3, dropping, full)
	expect(text.lines.at(-1)).toMatch(/^ {2}conntrack table full: new connections are dropped now, \d/)
	const roomy = await watch(false, 2, () => {})
	expect(roomy.lines.join('\n')).not.toContain('table full')
})

test('with probes: their reasons, names and the account; nothing of conntrack is switched, and they go at the end', async () => {
	const changer = createYesChanger()
	const told: string[] = []
	const { lines, code } = await watch(
		true,
		4,
		(one, interval) => {
			const invalid = 18_231 + (interval > 2 ? 2 : 0)
			one.answers.counters = ok(countersOf(10_000 + interval * 1_000, { entries: 5, invalid, error: 7 }))
			if (interval !== 3) return
			const { inode } = FACTS.netns
			// Not one that only kernels print which tell of a FIN too.
			const flags = LINE.replace('invalid new', 'invalid tcp flag combination')
			one.sayProbes('reasons', probeEvent('probe', flags, inode), probeEvent('probe', flags, inode + 1))
			one.sayProbes('invalid', probeEvent('silent', SILENT_FIN, inode))
		},
		(one) => {
			one.factsNow = { ...FACTS, kernel: '6.1.0', probes: { canBe: true, tellsPackets: true, says: [] } }
		},
		{ changer, drawProbes: drawInTurn(), warn: (text) => void told.push(text) },
	)
	expect(code).toBe(0)
	expect(changer.plans.map(({ changes }) => changes.map(({ to }) => to.split(' ')[0]))).toEqual([
		['reasons'],
		['ends'],
		['invalid'],
	])
	expect(changer.closed).toBe(1)
	expect(told).toEqual([])
	expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
		source: 'probe',
		reasons: [{ id: 'tcp-flags', count: 1 }],
		named: [{ protocol: 'TCP', count: 1 }],
		account: { counted: 2, explained: 1, named: 1, silent: 0, lost: 0 },
		elsewhere: [{ netns: FACTS.netns.inode + 1, reasons: [{ count: 1 }] }],
		probes: { packets: 3, lost: 0 },
	})
})

test('probes that cannot be set: why, status 1, and nothing is printed', async () => {
	const { lines, code } = await watch(
		true,
		4,
		() => {},
		(one) => {
			one.factsNow = {
				...FACTS,
				probes: { canBe: false, tellsPackets: true, says: ['tracefs is not mounted'] },
			}
		},
		{ changer: createYesChanger(), drawProbes: drawInTurn(), warn: () => {} },
	)
	expect(code).not.toBe(0)
	expect(lines).toEqual([])
})
