import { describe, expect, test } from 'vitest'
import { listsJson } from '../../../src/commands/lists/json.ts'
import { createListsSession, type ListsReport } from '../../../src/commands/lists/session.ts'
import { listsText } from '../../../src/commands/lists/text.ts'
import { createBench } from '../../harness/fake/ports.ts'
import { held, livesAtRest, livesSeen } from '../../harness/samples/lives.ts'

const KNOB = 'probes:0a0b0c0d'

function bench() {
	const { clock, kernel, observer, changer } = createBench()
	kernel.set(KNOB, 'absent')
	const drawProbes = () => ({ token: '0a0b0c0d', secret: 0x5eed1234 })
	const session = createListsSession({ observer, changer, clock, drawProbes })
	return { clock, kernel, observer, changer, session }
}

describe('a session', () => {
	test('probes are set, read, and removed', async () => {
		const { session, observer, kernel } = bench()
		const started = await session.start()
		expect(kernel.get(KNOB)).toBe('lists 5eed1234')
		expect(started.until).toBeGreaterThan(0)
		observer.lives?.onReading(livesSeen())
		const report = await session.finish()
		expect(report.lives?.unconfirmed.now).toBe(2)
		expect(kernel.get(KNOB)).toBe('absent')
		expect([report.undo, report.failure, observer.lives]).toEqual([0, undefined, undefined])
	})

	test('probes that cannot be set: what the kernel lists is told all the same, and why there is no more', async () => {
		const { session, observer } = bench()
		observer.failing.followLives = {
			kind: 'unsupported',
			what: 'reading kernel probes',
			why: 'no tracefs',
		}
		await session.start()
		await session.ended
		const report = await session.finish()
		expect(report).toMatchObject({ lives: undefined, failure: { why: 'no tracefs' }, kernel: { ok: true } })
		expect(listsText(report, 80).join('\n')).toMatch(
			/reading kernel probes: no tracefs\n\nunconfirmed +n\/a\n +conntrack -L: /,
		)
		expect(listsJson(report)).toMatchObject({
			probes: null,
			failure: { detail: 'reading kernel probes: no tracefs' },
		})
	})

	test('too many connections end it', async () => {
		const { session, observer } = bench()
		await session.start()
		observer.lives?.onReading(livesSeen())
		observer.lives?.onTrouble({ kind: 'unsupported', what: 'x', why: '90000 events a second' })
		await session.ended
		expect(await session.finish()).toMatchObject({
			lives: { lost: 0 },
			failure: { why: '90000 events a second' },
		})
	})
})

const REPORT: ListsReport = {
	netns: { inode: 4_026_531_840, name: 'web', initial: false },
	kernel: {
		ok: true,
		value: {
			at: 0,
			unconfirmed: { kept: 'no', size: 0, staying: [], meaning: 'gone' },
			dying: { kept: 'yes', size: 0, staying: [], meaning: 'undelivered' },
			queues: [
				{
					queue: 7,
					portid: 1,
					waiting: 3,
					copyMode: 1,
					copyRange: 0,
					queueDropped: 0,
					userDropped: 0,
					lastId: 3,
				},
			],
		},
	},
	lives: livesSeen(),
	failure: undefined,
	view: undefined,
	undo: 0,
}
const textOf = (rest: Partial<ListsReport>) => listsText({ ...REPORT, ...rest }, 100).join('\n')

test('both lists for people', () => {
	expect(textOf({})).toMatchInlineSnapshot(`
		"Unconfirmed and dying entries, network namespace web, followed for 10.0 s by kernel probes

		unconfirmed   2 now, 2 of them for 1 s or longer, the oldest for 9.8 s; at most 3 at once (kernel
		              probes)
		  conntrack -L: this kernel keeps no such list
		     9.8 s  UDP 10.0.0.1:4053 > 10.0.0.2:53
		     9.6 s  UDP 10.0.0.1:4054 > 10.0.0.2:53
		  made until confirmed: 1 204 entries, the longest 350 us
		    less than 10 us          1 100
		    10 us to 100 us            100
		    100 us to 1 ms               4
		  made until freed unconfirmed: 3 entries, the longest 40 us
		    less than 10 us              2
		    10 us to 100 us              1
		  > In NFQUEUE 7 3 packets wait: these entries may be theirs.
		  > An entry stays unconfirmed as long as the first packet of its connection is held inside of this
		    host. Possible: an NFQUEUE whose reader gives no verdict (/proc/net/netfilter/nfnetlink_queue
		    shows what waits), a queue discipline that ct of tc or Open vSwitch has sent it to (tc -s qdisc:
		    backlog), a socket, or, when none of these holds a packet, a fault of the kernel or of a module.

		dying         1 now, 1 of them for 1 s or longer, the oldest for 6.1 s (kernel probes)
		  conntrack -L: none. undelivered
		     6.1 s  UDP 10.0.0.1:4060 > 10.0.0.2:53
		  removed until freed: no entry
		  > In NFQUEUE 7 3 packets wait: these entries may be theirs.
		  > An entry stays dying as long as someone uses it. Possible: a packet of it in an NFQUEUE
		    (/proc/net/netfilter/nfnetlink_queue), in a queue discipline (tc -s qdisc: backlog) or in a
		    socket, a connection that it expected (conntrack -L, such as FTP data), a listener that takes no
		    DESTROY event (conntrack -L dying lists those from Linux 5.19 on), or, when there is none of
		    these, a fault of the kernel or of a module.

		Entries that were made, or removed, before the probes were set are in no list here, however long
		they are held."
	`)
})

test('where nothing is held no possibilities are told', () => {
	const text = textOf({ lives: livesAtRest() })
	expect(text).toMatch(/unconfirmed +none now; at most 3 at once \(kernel probes\)/)
	expect(text).not.toMatch(/Possible|may be theirs/)
})

test('what cannot be known is said', () => {
	const text = textOf({
		lives: livesSeen({
			lost: 12,
			unfollowed: 3,
			before: { confirmed: 1, freed: 2 },
			elsewhere: { unconfirmed: 4, dying: 5 },
			unconfirmed: { now: 1, held: 0, doubtful: 7, oldest: [held(400)] },
		}),
	}).replaceAll(/\s+/g, ' ')
	expect(text).toMatch(
		/1 now, the oldest for 400 us; at most 3 at once; 7 more may be in it: events were lost/,
	)
	expect(text).toMatch(/12 events lost/)
	expect(text).toMatch(/3 entries not followed/)
	expect(text).toMatch(/1 entry had been made before the probes were set, and confirmed since/)
	expect(text).toMatch(/2 entries had been made, or removed, before/)
	expect(text).toMatch(/In other network namespaces there are 4 unconfirmed and 5 dying entries now/)
})

test('a kernel on which nobody sees entries being made', () => {
	const lives = livesSeen({ unconfirmed: { isKnown: false } })
	expect(textOf({ lives })).toMatch(/unconfirmed +n\/a\n[\s\S]*dying +1 now[\s\S]*no __nf_conntrack_alloc/)
	expect(listsJson({ ...REPORT, lives })).toMatchObject({ probes: { unconfirmed: null, dying: { now: 1 } } })
})

test('as JSON, with the tuples', () => {
	expect(listsJson(REPORT)).toMatchObject({
		probes: {
			seconds: 10,
			unconfirmed: {
				now: 2,
				held: 2,
				oldest: [{ micros: 9_800_000, flow: 'UDP 10.0.0.1:4053 > 10.0.0.2:53', tuple: { protocol: 17 } }, {}],
				untilConfirmed: { count: 1_204, longest: 350 },
			},
		},
		kernel: { unconfirmed: { kept: 'no' } },
	})
	const { probes } = listsJson(REPORT)
	expect(probes?.unconfirmed?.untilConfirmed.histogram.map(({ below }) => below)).toEqual([
		10,
		100,
		1_000,
		10_000,
		100_000,
		1_000_000,
		10_000_000,
		null,
	])
})
