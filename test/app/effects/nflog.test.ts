import { describe, expect, test } from 'vitest'
import { BYTES_KEPT, createPacketRing, PACKETS_KEPT } from '../../../src/app/effects/saving/capturing.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { type Bench, type FakeObserver, NOT_PERMITTED, WITH_NFLOG } from '../../harness/fake/ports.ts'
import { begun, logOn, state, values } from '../../harness/samples/begun.ts'
import { message, packetText, record } from '../../harness/samples/states.ts'

const listener = (portid: number) => ({
	group: 0,
	portid,
	queued: 0,
	copyMode: 2,
	copyRange: 65_535,
	flushTimeout: 100,
	uses: 1,
})

const able = (bench: Bench): void => {
	bench.observer.factsNow = WITH_NFLOG
	bench.observer.listeners = []
}
const started = (modes: Parameters<typeof begun>[0] = {}) => begun(modes, able)
const BAD = packetText('invalid tcp flag combination')
const told = (bench: Bench) => state(bench).reasons.map(({ reason, count }) => [reason.id, count])

describe('the source of the reasons', () => {
	test('auto takes NFLOG, binds both loggers, and then starts the reader once', async () => {
		const bench = await started()
		expect(bench.observer.calls.followNflog).toHaveLength(0)
		await logOn(bench)
		await bench.clock.advance(1000)
		expect(values(bench)).toMatchObject({
			'nf_log.2': 'nfnetlink_log',
			'nf_log.10': 'nfnetlink_log',
			log_invalid: '255',
		})
		expect(bench.observer.calls.followNflog).toHaveLength(1)
		expect(state(bench).way).toMatchObject({ source: 'nflog', asked: '255' })
		bench.observer.sayNflog(message(1, BAD, bench.clock.monotonic()))
		await bench.clock.advance(200)
		expect(told(bench)).toEqual([['tcp-flags', 1]])
		expect(state(bench).nflog).toMatchObject({ status: 'following', messages: 1 })
	})

	test.each<[string, Pick<FakeObserver, 'factsNow' | 'listeners'>]>([
		[
			'tcpdump is not there',
			{ factsNow: { ...WITH_NFLOG, tools: { ...WITH_NFLOG.tools, tcpdump: null } }, listeners: [] },
		],
		['someone reads the group', { factsNow: WITH_NFLOG, listeners: [listener(812)] }],
	])('the kernel log where %s', async (_name, here) => {
		const bench = await begun({}, ({ observer }) => void Object.assign(observer, here))
		await logOn(bench)
		await bench.clock.advance(3000)
		expect(values(bench)).toMatchObject({ 'nf_log.2': 'nf_log_ipv4', 'nf_log.10': 'nf_log_ipv6' })
		expect(bench.observer.calls.followNflog).toHaveLength(0)
		expect(state(bench).way?.source).toBe('kmsg')
	})

	test('s in the question takes the other one, and y counts only after it was seen', async () => {
		const bench = await started()
		await bench.press('enter', 'enter')
		const dialog = () => state(bench).dialog?.dialog
		expect(dialog()).toMatchObject({ source: { source: 'nflog', other: 'kmsg' } })
		await bench.press('s')
		expect(dialog()).toMatchObject({ source: { source: 'kmsg', other: 'nflog' } })
		bench.store.press('y')
		expect(state(bench).busy).toBeUndefined()
		await bench.press('y')
		await bench.clock.advance(1000)
		expect(values(bench)).toMatchObject({ 'nf_log.2': 'nf_log_ipv4', log_invalid: '255' })
		expect(bench.observer.calls.followNflog).toHaveLength(0)
	})

	test('a session that only reads never starts the reader, whatever is set', async () => {
		const bench = await begun({ readOnly: true }, (one) => {
			able(one)
			one.kernel.set('nf_log.2', 'nfnetlink_log').set('log_invalid', '255')
		})
		await bench.clock.advance(10_000)
		expect(bench.observer.calls.followNflog).toHaveLength(0)
	})

	test('a group that someone reads is left alone', async () => {
		const bench = await begun({}, (one) => {
			able(one)
			one.kernel.set('nf_log.2', 'nfnetlink_log').set('log_invalid', '255')
			one.observer.listeners = [listener(7)]
		})
		await bench.clock.advance(5000)
		expect(bench.observer.calls.followNflog).toHaveLength(0)
	})
})

describe('what someone else opens', () => {
	const open = (bench: Bench): void =>
		void bench.kernel.set('nf_log.2', 'nfnetlink_log').set('log_invalid', '255')

	test('is left to the reader that it was opened for, and read when there is none', async () => {
		const bench = await started()
		open(bench)
		await bench.clock.advance(9_000)
		expect(bench.observer.calls.followNflog).toHaveLength(0)
		await bench.clock.advance(3_000)
		expect(bench.observer.calls.followNflog).toHaveLength(1)
	})

	test('and was open from the beginning is read at once', async () => {
		const bench = await begun({}, (one) => {
			able(one)
			open(one)
		})
		await bench.clock.advance(2_000)
		expect(bench.observer.calls.followNflog).toHaveLength(1)
	})
})

describe('the reader', () => {
	const reading = async () => {
		const bench = await started()
		await logOn(bench)
		await bench.clock.advance(1000)
		return bench
	}

	test('ends with the changes, and begins with the next ones', async () => {
		const bench = await reading()
		await bench.press('U')
		await bench.clock.advance(1000)
		expect(bench.observer.nflogStopped).toBe(1)
		expect(state(bench).nflog.status).toBe('off')
		expect(state(bench).way).toBeUndefined()
		await logOn(bench)
		await bench.clock.advance(1000)
		expect(bench.observer.calls.followNflog).toHaveLength(2)
		expect(state(bench).nflog.status).toBe('following')
	})

	test('that ends by itself is started again after a second, then later and later', async () => {
		const bench = await reading()
		const ended: LogEvent = { kind: 'ended', failure: NOT_PERMITTED }
		bench.observer.failing.followNflog = NOT_PERMITTED
		bench.observer.sayNflog(message(1, BAD, bench.clock.monotonic()), ended)
		expect(state(bench).nflog).toMatchObject({ status: 'failed', failure: NOT_PERMITTED, messages: 1 })
		await bench.clock.advance(999)
		expect(bench.observer.calls.followNflog).toHaveLength(1)
		await bench.clock.advance(2)
		expect(bench.observer.calls.followNflog).toHaveLength(2)
		await bench.clock.advance(2100)
		expect(bench.observer.calls.followNflog).toHaveLength(3)
		delete bench.observer.failing.followNflog
		await bench.clock.advance(5000)
		expect(state(bench).nflog).toMatchObject({ status: 'following', failure: undefined })
	})

	test('an undo waits for a reader that is just being started, and no longer', async () => {
		const bench = await started()
		bench.observer.takesMs.followNflog = 400
		await logOn(bench)
		await bench.clock.advance(50)
		expect(state(bench).nflog.status).toBe('starting')
		await bench.press('U')
		await bench.clock.advance(300)
		expect(values(bench).log_invalid).toBe('255')
		await bench.clock.advance(200)
		expect(values(bench)).toMatchObject({ log_invalid: '0', 'nf_log.2': 'nf_log_ipv4' })
		await bench.clock.advance(3000)
		expect(state(bench).nflog.status).toBe('off')
		expect(bench.observer.calls.followNflog).toHaveLength(1)
		expect(bench.observer.nflogStopped).toBe(1)
	})

	test('losses of both kinds stand apart', async () => {
		const bench = await reading()
		const at = bench.clock.monotonic()
		bench.observer.log(record(1, 'a'), { kind: 'gap', lost: 4, at })
		bench.observer.sayNflog(message(1, BAD, at), { kind: 'nflog-lost', lost: 9, at })
		await bench.clock.advance(200)
		const { log, nflog } = state(bench)
		expect([log.lost, nflog.lost]).toEqual([4, 9])
		expect(log.entries.map(({ source, lost }) => [source, lost])).toEqual([
			['kmsg', 0],
			['kmsg', 4],
			['nflog', 0],
			['nflog', 9],
		])
	})

	test('leaving ends it', async () => {
		const bench = await reading()
		await bench.press('q', 'enter')
		await bench.clock.advance(500)
		expect(state(bench).leaving).toBeDefined()
		expect(bench.observer.nflogStopped).toBe(1)
	})
})

describe('a capture file', () => {
	const filled = async () => {
		const bench = await started()
		await logOn(bench)
		await bench.clock.advance(1000)
		const at = bench.clock.monotonic()
		const flags = Array.from({ length: 3 }, (_, index) => message(index, BAD, at))
		bench.observer.sayNflog(
			...flags,
			message(9, packetText('bad checksum'), at),
			message(10, 'no such line', at),
		)
		await bench.clock.advance(200)
		return bench
	}
	const notice = (bench: Bench) => state(bench).notice?.text

	test('on Watch has the packets of the selected reason, with what is said about them', async () => {
		const bench = await filled()
		await bench.press('C')
		const [file] = bench.recorder.saved
		expect(file?.path).toMatch(/^ctscope-web-07-\d{8}-\d{6}\.pcapng$/)
		expect(file?.packets.map(({ comment }) => comment)).toEqual(
			Array.from({ length: 3 }, () => 'nf_ct_proto_6: invalid tcp flag combination [INVALID; tcp-flags]'),
		)
		expect(notice(bench)).toMatch(/^3 packets in \/root\/ctscope-web-07-.*2000 packets are kept, up to 4 MB/)
	})

	test('on Log has those that pass the filter', async () => {
		const bench = await filled()
		await bench.press('7', '/', ...'checksum', 'enter', 'C')
		expect(bench.recorder.saved[0]?.packets.map(({ message }) => message.number)).toEqual([9])
	})

	test('is refused where the kernel log is the source', async () => {
		const bench = await started({ source: 'kmsg' })
		await bench.press('C')
		expect(notice(bench)).toBe('the kernel log has no packets: use NFLOG')
		expect(bench.recorder.saved).toEqual([])
	})

	test('that cannot be written says why', async () => {
		const bench = await filled()
		bench.recorder.failing = NOT_PERMITTED
		await bench.press('C')
		expect(state(bench).notice?.tone).toBe('bad')
	})
})

describe('the packets that are kept', () => {
	const put = (count: number, size: number) => {
		const ring = createPacketRing()
		for (let number = 1; number <= count; number++) {
			const event = message(number, BAD, 0, size)
			if (event.kind === 'nflog') ring.put(event.message)
		}
		return ring.kept()
	}

	test('are the newest, in their order', () => {
		const kept = put(3 * PACKETS_KEPT + 7, 40)
		expect(kept).toHaveLength(PACKETS_KEPT)
		expect(kept[0]?.number).toBe(2 * PACKETS_KEPT + 8)
		expect(kept.at(-1)?.number).toBe(3 * PACKETS_KEPT + 7)
	})

	test('take no more memory than they may', () => {
		const kept = put(500, 65_000)
		expect(kept.length * 65_000).toBeLessThanOrEqual(BYTES_KEPT)
		expect(kept.at(-1)?.number).toBe(500)
	})
})
