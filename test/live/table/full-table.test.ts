import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
	connecting,
	counterOf,
	emptyTable,
	FILLER,
	fillTable,
	mostEntries,
	skipWithoutSmallTable,
} from '../../harness/kernel/full-table.ts'
import { createLab, type Lab, skipWithoutLab } from '../../harness/kernel/lab.ts'
import { ctscope } from '../../harness/program/program.ts'
import { freshStateDir } from '../../harness/program/session.ts'
import { until } from '../../harness/until.ts'

describe.skipIf(skipWithoutLab() || skipWithoutSmallTable())('the table of a network namespace', () => {
	let lab: Lab
	let before: object
	let client: ReturnType<typeof connecting> | undefined
	beforeAll(async () => {
		lab = await createLab('full')
		before = await lab.snapshot()
	})
	afterAll(async () => {
		await emptyTable(lab)
		const after = await lab.snapshot()
		await lab.dispose()
		expect(after).toEqual(before)
	})
	beforeEach(() => emptyTable(lab))
	afterEach(() => client?.end())

	const run = async (...args: readonly string[]) => {
		const ran = await ctscope([...args, '--netns', lab.netns, '--state-dir', freshStateDir()])
		expect(ran.stderr).toBe('')
		expect(ran.exitCode).toBe(0)
		return ran.stdout
	}
	const tableOf = async () => JSON.parse(await run('status', '--json')).conntrack.table

	/** Real connections meet the full table: the counter says so. */
	const meeting = async (counter: 'drop' | 'early_drop', perSecond: number) => {
		const was = await counterOf(lab, counter)
		client = connecting(lab, perSecond)
		await until(async () => (await counterOf(lab, counter)) > was, `${counter} to move`)
	}

	test('with room nothing is said of it', async () => {
		client = connecting(lab, 5)
		expect(await tableOf()).toMatchObject({ state: 'roomy', max: mostEntries(), perSecond: null })
		expect(await run('status')).not.toMatch(/TABLE FULL/i)
	})

	test('full of ASSURED entries: new connections are dropped now, and who has the entries', async () => {
		await fillTable(lab, 'assured')
		expect(await tableOf()).toMatchObject({ state: 'full', perSecond: { dropped: 0, evicted: 0 } })
		await meeting('drop', 5)
		const table = await tableOf()
		expect(table).toMatchObject({ state: 'dropping', max: mostEntries(), limitOfHost: true })
		expect(table.perSecond.dropped).toBeGreaterThan(1)
		expect(table.perSecond.dropped).toBeLessThan(20)
		expect(table.holders.sources[0]).toMatchObject({ name: FILLER })
		expect(table.holders.sources[0].count / table.holders.looked).toBeCloseTo(0.9, 1)
		const text = (await run('status')).replaceAll(/\s+/g, ' ')
		expect(text).toMatch(/table conntrack table full: new connections are dropped now, [\d.]+\/s/i)
		expect(text).toContain(`${FILLER}`)
		expect(text).toMatch(/in the initial network namespace.*sysctl -w net\.netfilter\.nf_conntrack_max=\d+/)
		const lines = (await run('watch', '--json', '--count', '3', '--interval', '1')).trim().split('\n')
		expect(JSON.parse(lines.at(-1) ?? '').conntrack.table).toMatchObject({ state: 'dropping' })
		expect(await run('watch', '--count', '3', '--interval', '1')).toMatch(
			/conntrack table full: new connections/,
		)
	})

	test('full of entries without a reply: they are evicted, and nothing is dropped', async () => {
		await fillTable(lab, 'unreplied')
		const dropped = await counterOf(lab, 'drop')
		await meeting('early_drop', 20)
		const table = await tableOf()
		expect(table).toMatchObject({ state: 'evicting', perSecond: { dropped: 0 } })
		expect(table.perSecond.evicted).toBeGreaterThan(1)
		expect(await counterOf(lab, 'drop')).toBe(dropped)
	})
})
