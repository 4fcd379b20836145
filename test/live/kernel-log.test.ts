import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClock } from '../../src/host/clock.ts'
import { followKmsg } from '../../src/host/log/kmsg-follower.ts'
import { openKmsg } from '../../src/host/log/kmsg-source.ts'
import type { LogEvent } from '../../src/model/log-event.ts'
import { unlimitedKmsg, writeKmsg } from '../harness/kernel/kmsg.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope, type Running, startCtscope } from '../harness/program/program.ts'
import { pause, until } from '../harness/until.ts'

describe.skipIf(skipWithoutLab())('the kernel log', () => {
	let restore: () => void
	beforeAll(() => {
		restore = unlimitedKmsg()
	})
	afterAll(() => restore())

	const follow = async () => {
		const source = openKmsg()
		if (!source.ok) throw new Error('no /dev/kmsg')
		const events: LogEvent[] = []
		const follower = await followKmsg(source.value, createClock(), (batch) => events.push(...batch))
		return { events, follower }
	}
	const lostIn = (events: readonly LogEvent[]) =>
		events.reduce((sum, event) => sum + (event.kind === 'gap' ? event.lost : 0), 0)
	const texts = (events: readonly LogEvent[], mark: string) =>
		events.flatMap((event) =>
			event.kind === 'record' && event.record.text.startsWith(mark) ? [event.record.text] : [],
		)

	test('new records come in order and at once, old ones never', async () => {
		const mark = `ctscope-test-${process.pid}-order`
		writeKmsg([`${mark} old`])
		const { events, follower } = await follow()
		const lines = Array.from({ length: 50 }, (_, index) => `${mark} ${index}`)
		writeKmsg(lines)
		await until(() => texts(events, mark).length >= lines.length, 'all of them')
		await follower.stop()
		expect(texts(events, mark)).toEqual(lines)
		expect(lostIn(events)).toBe(0)
	})

	test('every lost record is counted', async () => {
		const mark = `ctscope-test-${process.pid}-flood`
		const { events, follower } = await follow()
		// This process does not look while it writes, so the buffer goes round.
		const written = writeKmsg(
			Array.from({ length: 20_000 }, (_, index) => `${mark} ${index} ${'x'.repeat(80)}`),
		)
		await until(() => texts(events, mark).length + lostIn(events) >= written, 'the last of them')
		await follower.stop()
		const seen = texts(events, mark).length
		expect(seen).toBeGreaterThan(100)
		expect(seen).toBeLessThan(20_000)
		const others = events.filter((event) => event.kind === 'record').length - seen
		expect(seen + lostIn(events)).toBeGreaterThanOrEqual(written)
		expect(seen + lostIn(events)).toBeLessThanOrEqual(written + others + 50)
	})

	test('2 000 records a second are read without loss', async () => {
		const mark = `ctscope-test-${process.pid}-rate`
		const { events, follower } = await follow()
		for (let batch = 0; batch < 20; batch += 1) {
			writeKmsg(Array.from({ length: 100 }, (_, index) => `${mark} ${batch} ${index} ${'y'.repeat(150)}`))
			await pause(50)
		}
		await until(() => texts(events, mark).length + lostIn(events) >= 2_000, 'the last of them')
		await follower.stop()
		expect(texts(events, mark)).toHaveLength(2_000)
		expect(lostIn(events)).toBe(0)
	})

	test('garbage changes nothing and is never printed raw', async () => {
		const mark = `ctscope-test-${process.pid}`
		const watching = startCtscope(['watch', '--json', '--interval', '1', '--count', '4'])
		await untilLines(1, watching)
		const packet = 'IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=40 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2'
		writeKmsg([
			`${mark} \x1b[2J\x1b]0;owned\x07\x1b[31m`,
			`nf_ct_proto_6: ${mark}\x1b]52;c;AAAA\x07 ${packet}`,
			Buffer.concat([Buffer.from(`nf_ct_proto_6: ${mark} `), Buffer.from([0xff, 0xfe, 0xc0, 0x80])]),
			Buffer.from([0x00, 0x01, 0x80, 0x9b, 0x33, 0x31, 0x6d]),
			`nf_ct_proto_6: ${mark} ${'A'.repeat(100_000)}`,
			`nf_ct_proto_6: ${mark} ${'A'.repeat(900)}`,
			`nf_ct_proto_6: ${mark} \u202egnp.exe\u2066 ${packet}`,
			'nf_ct_proto_6: ',
			'nf_ct_proto_999999999999: x IN= OUT= SRC= DST=',
			';;;,,,\n\n\n continuation=\\x1b',
		])
		const ran = await watching.ended
		expect(ran.exitCode).toBe(0)
		expect(ran.stderr).toBe('')
		expect(ran.stdout).not.toMatch(/[^\P{Cc}\n]/u)
		expect(ran.stdout).not.toMatch(/[\u202e\u2066]/)
		const lines = ran.stdout.trim().split('\n')
		expect(lines).toHaveLength(4)
		const last = JSON.parse(lines.at(-1) ?? '')
		// Programs wrote them, not the kernel: they are records, and no reasons.
		expect(JSON.stringify(last.reasons)).not.toContain(mark)
		expect(last.log.records).toBeGreaterThanOrEqual(8)
		expect(last.log.lost).toBe(0)
	})

	test('the same for text output', async () => {
		const mark = `ctscope-test-${process.pid}`
		const watching = startCtscope(['watch', '--interval', '1', '--count', '3'])
		await untilLines(2, watching)
		writeKmsg([`nf_ct_proto_6: ${mark}\x1b[2J\x9b IN=\x1b[31m OUT= SRC=\x07 DST=`])
		const ran = await watching.ended
		expect(ran.stdout).not.toMatch(/[^\P{Cc}\n]/u)
		expect(ran.stdout.trim().split('\n')).toHaveLength(4)
	})

	test('after SIGKILL nothing of the program is left', async () => {
		const watching = startCtscope(['watch', '--interval', '0.2'])
		await untilLines(2, watching)
		const pid = watching.child.pid ?? 0
		watching.child.kill('SIGKILL')
		await watching.ended
		expect(childrenOf(pid)).toEqual([])
	})

	test.each(['SIGINT', 'SIGTERM'] as const)('%s ends watch in order', async (signal) => {
		const watching = startCtscope(['watch', '--json', '--interval', '0.2'])
		await untilLines(2, watching)
		watching.child.kill(signal)
		const ran = await watching.ended
		expect(ran.exitCode).toBe(signal === 'SIGINT' ? 130 : 143)
		for (const line of ran.stdout.trim().split('\n')) JSON.parse(line)
	})

	test('a closed pipe ends it silently', async () => {
		const ran = await ctscope(['watch', '--interval', '0.1', '--count', '50'], {
			under: ['sh', '-c', '"$@" | head -n 2', 'sh'],
		})
		expect(ran.stderr).toBe('')
		expect(ran.stdout.trim().split('\n')).toHaveLength(2)
	})
})

const untilLines = (count: number, { said }: Running) => until(() => said().split('\n').length > count, said)

function childrenOf(pid: number): string[] {
	return readdirSync('/proc').filter((name) => {
		if (!/^\d+$/.test(name)) return false
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
			return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === `${pid}`
		} catch {
			return false
		}
	})
}
