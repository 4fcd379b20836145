import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
	connecting,
	counterOf,
	emptyTable,
	FILLER,
	fillTable,
	skipWithoutSmallTable,
} from '../harness/kernel/full-table.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { openOn, pressSlowly } from '../harness/program/session.ts'
import { until } from '../harness/until.ts'

const DROPPING = /conntrack table full: new connections are dropped now, [\d.]+\/s/
const PROMISED_MS = 2_000

describe.skipIf(skipWithoutLab() || skipWithoutSmallTable())('a full table on a real terminal', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('fulltty')
		await fillTable(lab, 'assured')
	})
	afterAll(async () => {
		await emptyTable(lab)
		await lab.dispose()
	})

	test('the first connection that finds no room is told of within 2 s, on every screen and at every size', async () => {
		const terminal = await openOn(lab)
		let client: ReturnType<typeof connecting> | undefined
		try {
			await terminal.until(/conntrack table full: [\d ]+ of [\d ]+ entries/)
			expect(terminal.text()).not.toMatch(DROPPING)
			const before = await counterOf(lab, 'drop')
			client = connecting(lab, 5)
			await until(async () => (await counterOf(lab, 'drop')) > before, 'drop to move')
			const dropped = performance.now()
			await terminal.until(DROPPING)
			expect(performance.now() - dropped).toBeLessThan(PROMISED_MS)
			for (const key of ['2', '3', '4', '5', '6', '7', '8', '1']) {
				await pressSlowly(terminal, key)
				await terminal.until((text) => text.includes(`▸${key} `) && DROPPING.test(text))
			}
			await pressSlowly(terminal, '?')
			await terminal.until((text) => text.includes('Help: Watch') && DROPPING.test(text))
			await pressSlowly(terminal, '\u001B', '5')
			await terminal.until(FILLER)
			await pressSlowly(terminal, '2')
			await terminal.until(/│ Conntrack table full: new/)
			for (const [columns, rows] of [
				[120, 40],
				[40, 10],
				[20, 5],
			] as const) {
				terminal.resize(columns, rows)
				await terminal.until(columns < 60 ? /table full: [\d.]+/ : DROPPING)
			}
			terminal.resize(80, 24)
			await client.end()
			client = undefined
			await emptyTable(lab)
			await terminal.until((text) => text.includes('▸2 Steps') && !text.includes('table full'))
		} finally {
			await client?.end()
			await terminal.dispose()
		}
	})
})
