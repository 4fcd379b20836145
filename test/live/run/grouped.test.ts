import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Groups } from '../../../src/commands/who/groups.ts'
import { GROUPINGS } from '../../../src/model/grouping.ts'
import { type KnobSnapshot, skipWithoutLab } from '../../harness/kernel/lab.ts'
import { ctscope } from '../../harness/program/program.ts'
import { createRunScene, type RunScene } from '../../harness/program/run-scene.ts'

describe.skipIf(skipWithoutLab())('run --by', () => {
	let scene: RunScene
	let before: KnobSnapshot
	let runs = 0
	beforeAll(async () => {
		scene = await createRunScene('run-by')
	})
	afterAll(() => scene.dispose())
	beforeEach(async () => {
		before = await scene.lab.snapshot()
	})
	afterEach(async () => {
		expect(await scene.lab.snapshot()).toEqual(before)
	})

	/** Twenty ports of the lab are tried with flags that no packet may have. */
	async function scanned(by: string, ...options: readonly string[]) {
		// A file that is there is not written over.
		const json = join(scene.folder, `${by}-${++runs}.json`)
		const command = scene.hping('-c', '20', '-i', 'u1000', '-S', '-F', '-p', '++2001', scene.lab.address)
		const ran = await ctscope(
			scene.run(
				'--by',
				by,
				'--source',
				'kmsg',
				'--protocol',
				'tcp',
				'--json',
				json,
				...options,
				'--',
				...command,
			),
		)
		const { groups, accounting, reasons } = JSON.parse(readFileSync(json, 'utf8')) as {
			groups: Groups
			accounting: { silent: number; named: number }
			reasons: readonly { count: number }[]
		}
		return { ran, groups, accounting, reasons }
	}

	test.each(GROUPINGS)('%s: as many packets as by reason', async (by) => {
		const { groups, accounting, reasons } = await scanned(by)
		const told = reasons.reduce((sum, { count }) => sum + count, accounting.silent + accounting.named)
		expect(groups.total).toBe(told)
		expect(groups.list.reduce((sum, { count }) => sum + count, groups.beyond + groups.rest)).toBe(told)
		expect(groups.total).toBeGreaterThanOrEqual(20)
	})

	test('a scan is one row with its number of ports, and has a name only when that is asked for', async () => {
		const { ran, groups } = await scanned('source')
		expect(ran.stderr).toMatch(/by source address, \d+ packets:/)
		const scan = groups.list.find(({ ports }) => ports.count >= 20)
		expect(scan).toMatchObject({ targets: { count: 1 }, ports: { count: 20, isMore: false } })
		expect(scan?.name).toBeUndefined()
		const named = await scanned('source', '--names')
		// Whatever the name service of this host says: it was asked, and everything was back by then.
		const again = named.groups.list.find(({ ports }) => ports.count >= 20)
		expect(again?.name?.kind).toMatch(/^(?:named|none|late|failed)$/)
		expect(named.ran.stderr).toMatch(/all put back/)
	})
})
