import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipWithoutLab } from '../../harness/kernel/lab.ts'
import { ctscope } from '../../harness/program/program.ts'
import { createRunScene, type RunScene } from '../../harness/program/run-scene.ts'

describe.skipIf(skipWithoutLab()).each(['nflog', 'kmsg'])('run --packets and --expect, from %s', (source) => {
	let scene: RunScene
	beforeAll(async () => {
		scene = await createRunScene('packets')
	})
	afterAll(() => scene.dispose())

	const bad = (...flags: string[]) =>
		scene.hping('-c', '3', '-i', 'u20000', ...flags, '-s', '4000', '-p', '80', scene.lab.address)

	test('each packet is told in order, with its numbers, and JSON has the same', async () => {
		const json = join(scene.folder, `${source}.json`)
		const ran = await ctscope(
			scene.run(
				...['--source', source, '--packets', '--expect', 'tcp-flags=3', '--expect', 'counted=3'],
				...['--json', json, '--'],
				...bad('-S', '-F', '-M', '77', '-L', '99'),
			),
		)
		// What hping3 ends with when nobody answers.
		expect(ran.exitCode).toBe(1)
		expect(ran.stderr).toMatch(/expected: tcp-flags: 3 came/)
		const lines = ran.stderr.split('\n').filter((line) => /^ {2}\d\d:\d\d:\d\d\.\d{3} /.test(line))
		expect(lines).toHaveLength(3)
		for (const [index, line] of lines.entries())
			expect(line).toMatch(
				new RegExp(
					`:${4000 + index} > .*:80 +TCP +SYN,FIN +77 +99 +- +tcp-flags +INVALID +invalid tcp flag comb`,
				),
			)
		const report = JSON.parse(readFileSync(json, 'utf8'))
		expect(report.packets).toMatchObject({ bound: 10_000, notKept: 0 })
		expect(report.packets.list).toHaveLength(3)
		expect(report.packets.list[0]).toMatchObject({
			flags: ['SYN', 'FIN'],
			seq: 77,
			ack: 99,
			bound: null,
			reason: 'tcp-flags',
			verdict: 'invalid',
		})
		const times = report.packets.list.map(({ at }: { at: string }) => Date.parse(at))
		expect(times).toEqual(times.toSorted((a: number, b: number) => a - b))
		expect(Math.abs(Date.now() - times[0])).toBeLessThan(60_000)
		expect(report.expected).toMatchObject([{ id: 'tcp-flags', expected: 3, came: 3, isMet: true }, {}])
	})

	test('another number ends with 8, whatever the command ended with, and says what came', async () => {
		const ran = await ctscope(
			scene.run(
				'--source',
				source,
				'--expect',
				'tcp-flags=4',
				'--expect',
				'silent=0',
				'--',
				...bad('-S', '-F'),
			),
		)
		expect(ran.exitCode).toBe(8)
		expect(ran.stderr).toMatch(/expected: MISMATCH: tcp-flags: 4 expected, 3 came/)
		expect(ran.stderr).toMatch(/expected: silent: 0 came/)
	})

	test('a packet without a log line is among them', async () => {
		// An echo reply that nobody has asked for.
		const reply = scene.hping('-c', '1', '-1', '--icmptype', '0', scene.lab.address)
		const ran = await ctscope(
			scene.run('--source', source, '--packets', '--expect', 'tcp-rst=0', '--', ...reply),
		)
		expect(ran.exitCode).not.toBe(8)
		expect(ran.stderr).toMatch(/^ {2}\d\d:\d\d:\d\d\.\d{3} .* ICMP +- +- +- +- +silent\S* +INVALID,silent /m)
	})
})
