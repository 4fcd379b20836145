import { describe, expect, test } from 'vitest'
import { stepDetail } from '../../../../src/app/screens/steps/detail.ts'
import { lineSeconds } from '../../../../src/app/screens/steps/slice.ts'
import { reportFiles } from '../../../../src/app/store/report.ts'
import { lineText } from '../../../../src/words/line.ts'
import type { Bench } from '../../../harness/fake/ports.ts'
import { begun, logOn, state } from '../../../harness/samples/begun.ts'
import { packetText, record } from '../../../harness/samples/states.ts'

let sequence = 1

/** Seconds with packets outside the window: none while be_liberal is on. */
async function traffic(bench: Bench, seconds: number): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		const packets = bench.kernel.get('tcp_be_liberal') === '1' ? 0 : 10 + (second % 3)
		bench.observer.invalid += packets
		if (bench.kernel.get('log_invalid') !== '0')
			bench.observer.log(
				...Array.from({ length: packets }, () =>
					record(sequence++, packetText('SEQ is over upper bound 1 (over the window of the receiver)'), {
						at: bench.clock.monotonic() * 1000,
					}),
				),
			)
		await bench.clock.advance(1000)
	}
}

const lengths = ([experiment]: ReturnType<typeof state>['steps']['experiments']) => [
	experiment?.before.length,
	experiment?.during.length,
	experiment?.after.length,
	experiment?.lines?.before.length,
	experiment?.lines?.during.length,
	experiment?.lines?.after.length,
]

/** To the test of settings, with lines; `seconds` are seen before it. */
async function trying(seconds: number, logged = true): Promise<Bench> {
	const bench = await begun()
	if (logged) await logOn(bench)
	await bench.press('2')
	await traffic(bench, seconds)
	await bench.press('G', 'k', 'space', 'y')
	await bench.clock.advance(0)
	expect(bench.kernel.get('tcp_be_liberal')).toBe('1')
	return bench
}

describe('a setting that is tried', () => {
	test('packets and lines are measured for the same length before, with and after it', async () => {
		const bench = await trying(60)
		await traffic(bench, 32)
		expect(bench.kernel.get('tcp_be_liberal')).toBe('0')
		await traffic(bench, 34)
		const [experiment] = state(bench).steps.experiments
		expect(experiment?.cut).toBe('')
		expect(new Set(lengths(state(bench).steps.experiments)).size).toBe(1)
		expect(experiment?.during.length).toBeGreaterThanOrEqual(28)
		for (const seconds of [experiment?.during, experiment?.lines?.during])
			expect(seconds?.reduce((sum, one) => sum + one, 0)).toBe(0)
		for (const seconds of [experiment?.before, experiment?.lines?.before])
			expect((seconds ?? []).reduce((sum, one) => sum + one, 0) / (seconds?.length ?? 1)).toBeCloseTo(11, 0)
		const [markdown, json] = reportFiles(state(bench), false, '0')
		expect(markdown?.text).toContain('Lines of "TCP ')
		expect(markdown?.text).toContain('net.netfilter.nf_conntrack_tcp_be_liberal = 1')
		expect(markdown?.text).toContain('`/etc/modules-load.d/conntrack.conf`')
		const { experiments, lasting } = JSON.parse(json?.text ?? '{}')
		expect(experiments[0]).toMatchObject({ verdict: 'explains', reason: { verdict: 'explains' } })
		expect(lasting).toHaveLength(2)
	})

	test('while it is measured, the graph is blank where nothing was measured yet, and has no rate there', async () => {
		const bench = await trying(60)
		await traffic(bench, 12)
		const lines = stepDetail(state(bench), 50, 24).map(lineText)
		const at = lines.findIndex((text) => text.includes('before 11/s'))
		expect(lines[at - 1]).toMatch(/^ {3}[▁-█]+│▁+ *│ *$/)
		expect(lines[at]).toMatch(/^ {3}before 11\/s +with 0\/s +after *$/)
	})

	test('kept with K it is measured for as long as it may stay', async () => {
		const bench = await trying(130)
		await bench.press('K')
		await traffic(bench, 100)
		expect(bench.kernel.get('tcp_be_liberal')).toBe('1')
		await traffic(bench, 12)
		expect(bench.kernel.get('tcp_be_liberal')).toBe('0')
		await traffic(bench, 114)
		expect(new Set(lengths(state(bench).steps.experiments)).size).toBe(1)
		expect(state(bench).steps.experiments[0]?.during.length).toBeGreaterThanOrEqual(105)
	})

	test('undone early, or hardly watched before: that is said', async () => {
		const bench = await trying(8)
		await traffic(bench, 16)
		await bench.press('U')
		await traffic(bench, 20)
		const [experiment] = state(bench).steps.experiments
		expect(experiment?.cut).toMatch(/^it was on for \d+ s only, and only \d+ s before it were measured$/)
	})

	test('without lines nothing is said of them', async () => {
		const bench = await trying(60, false)
		await traffic(bench, 70)
		expect(state(bench).steps.experiments[0]?.lines).toBeUndefined()
	})

	test('no is no: nothing is tried, and nothing is measured', async () => {
		const bench = await begun()
		await bench.press('2')
		await traffic(bench, 20)
		await bench.press('G', 'k', 'space', 'esc')
		expect(state(bench).steps.trial).toBeUndefined()
		expect(bench.kernel.get('tcp_be_liberal')).toBe('0')
	})
})

describe('lines of one reason by the second', () => {
	const marks = [0, 1000, 2000, 5000].map((at, index) => ({ at, counts: { a: index * 6, b: 1 } }))

	test('what came in a gap is spread over its seconds', () => {
		expect(lineSeconds(marks, 'a', 10)).toEqual([6, 6, 2, 2, 2])
		expect(lineSeconds(marks, 'a', 2)).toEqual([2, 2])
		expect(lineSeconds(marks, 'b', 3)).toEqual([0, 0, 0])
	})

	test('nothing was seen yet', () => {
		expect(lineSeconds([], 'a', 10)).toEqual([])
		expect(lineSeconds(marks, 'a', 0)).toEqual([])
	})
})
