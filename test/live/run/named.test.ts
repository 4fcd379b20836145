import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CraftedLab, createCraftedLab } from '../../harness/crafted/lab.ts'
import { RECIPES } from '../../harness/crafted/recipes/recipes.ts'
import { type Lab, skipWithoutLab } from '../../harness/kernel/lab.ts'
import { startCtscope } from '../../harness/program/program.ts'
import { createRunScene, type RunScene } from '../../harness/program/run-scene.ts'
import { until } from '../../harness/until.ts'

const LOOSE = 'net/netfilter/nf_conntrack_tcp_loose'

type Report = {
	readonly reasons: readonly { readonly id: string; readonly verdict: string; readonly count: number }[]
	readonly named: readonly {
		readonly id: string
		readonly protocol: string
		readonly count: number
		readonly confidence: string
		readonly sample: string
	}[]
	readonly accounting: Readonly<Record<'counted' | 'explained' | 'named' | 'silent' | 'lost', number>>
	readonly changes: readonly { readonly knob: string; readonly after: string }[]
	readonly notes: readonly string[]
	readonly undo: string
}

describe.skipIf(skipWithoutLab())('run names packets without a log line', () => {
	let scene: RunScene
	let lab: Lab
	let before: readonly string[]
	let runs = 0

	/** Rules and settings, byte for byte. */
	const all = async (): Promise<readonly string[]> => [
		await lab.inside('nft', '-s', 'list', 'ruleset'),
		JSON.stringify(await lab.snapshot()),
	]
	beforeAll(async () => {
		scene = await createRunScene('name')
		lab = scene.lab
		await lab.write(LOOSE, '0')
	})
	afterAll(() => scene.dispose())
	beforeEach(async () => {
		before = await all()
	})
	afterEach(async () => {
		expect(await all()).toEqual(before)
		expect(scene.readers()).toEqual([])
	})

	/** What `run` says of what is sent while its command runs. */
	const during = async (netns: string, args: readonly string[], sends: () => Promise<void>) => {
		const name = (what: string) => join(scene.folder, `${what}-${runs}`)
		runs += 1
		const [json, started, over] = [name('json'), name('started'), name('over')]
		const waits = `touch ${started}; until test -e ${over}; do sleep 0.05; done`
		const ran = startCtscope([
			...['run', '--netns', netns, '--state-dir', scene.stateDir, '--json', json, ...args],
			...['--', 'sh', '-c', waits],
		])
		try {
			await until(() => existsSync(started), 'the command to start')
			await sends()
		} finally {
			writeFileSync(over, '')
		}
		const { stderr, exitCode } = await ran.ended
		expect(exitCode, stderr).toBe(0)
		const report: Report = JSON.parse(readFileSync(json, 'utf8'))
		const { counted, explained, named, silent, lost } = report.accounting
		expect(explained + named + silent + lost).toBe(counted)
		expect(report.named.reduce((sum, { count }) => sum + count, 0)).toBe(named)
		expect(report.undo).toBe('clean')
		return { ...report, text: stderr.replaceAll(/\s+/g, ' ') }
	}
	const hping = (count: number, ...args: string[]) =>
		lab
			.beside('hping3', '-q', '-c', `${count}`, '-i', 'u2000', ...args, lab.address)
			// It ends with 1 when nothing answers, and nothing answers a packet that is dropped.
			.catch((error: { code?: unknown }) => {
				if (error.code !== 1) throw error
			})
			.then(() => {})
	/** Of a connection without an entry. */
	const data = (count: number) => hping(count, '-A', '-P', '-d', '100', '-p', '5000')
	const replies = (count: number) => hping(count, '-1', '-C', '0', '-K', '0')

	test.each(['nflog', 'kmsg'] as const)(
		'FINs without an entry, and data that tcp_loose keeps out: every packet, by %s',
		async (source) => {
			const { reasons, named, accounting, changes, text } = await during(
				lab.netns,
				['--source', source],
				async () => {
					await lab.sendBad({ kind: 'fin', count: 7 })
					await data(9)
				},
			)
			expect(accounting).toMatchObject({ counted: 16, silent: 0, lost: 0 })
			// From 6.8 on the kernel has a line for a FIN.
			const fins = [...reasons, ...named].filter(({ id }) => ['tcp-new', 'silent-fin'].includes(id))
			expect(fins.map(({ count }) => count)).toEqual([7])
			expect(named.find(({ id }) => id === 'silent-mid-stream')).toMatchObject({
				protocol: 'TCP',
				count: 9,
				confidence: 'high',
				sample: expect.stringMatching(new RegExp(`^IN=veth0 .*SRC=${lab.peerAddress} DST=${lab.address} `)),
			})
			expect(text).toContain('silent: mid-stream packet refused, tcp_loose is 0')
			expect(text).toMatch(/counted 16 = explained 7 \+ named 9 \+ silent 0 \+ lost 0/)
			expect(changes.find(({ knob }) => knob === 'table:ctscope')).toMatchObject({ after: 'absent' })
		},
	)

	test('beside packets with a line: none is told twice', async () => {
		const { reasons, named, accounting } = await during(lab.netns, [], async () => {
			await Promise.all([
				lab.sendBad({ kind: 'syn-fin', count: 30 }),
				data(12),
				replies(10),
				lab.sendBad({ kind: 'udp-checksum', count: 8 }),
			])
		})
		expect(reasons.map(({ id, count }) => `${id} ${count}`)).toEqual(['tcp-flags 30', 'udp-csum 8'])
		expect(named.map(({ id, count }) => `${id} ${count}`)).toEqual([
			'silent-mid-stream 12',
			'silent-echo-reply 10',
		])
		expect(accounting).toMatchObject({ counted: 60, explained: 38, named: 22, silent: 0, lost: 0 })
	})

	test('what is beyond the rate of the copies stays silent, and that is said', async () => {
		const { named, accounting, notes } = await during(lab.netns, [], () =>
			hping(600, '-1', '-C', '0', '-K', '0', '-i', 'u100'),
		)
		expect(accounting.counted).toBe(600)
		expect(named.map(({ id }) => id)).toEqual(['silent-echo-reply'])
		expect(accounting.named).toBeGreaterThanOrEqual(100)
		expect(accounting.silent).toBeGreaterThan(100)
		expect(notes).toContainEqual(expect.stringMatching(/^\d+ of the 600 INVALID packets were copied/))
	})

	test('one protocol: nothing is copied', async () => {
		const { accounting, notes, changes } = await during(lab.netns, ['--protocol', 'tcp'], () => data(3))
		expect(accounting).toMatchObject({ counted: 3, named: 0, silent: 3 })
		expect(changes.map(({ knob }) => knob)).not.toContain('table:ctscope')
		expect(notes.join()).not.toMatch(/looked at/)
	})

	test('killed while it copies: the table and all else go without it', async () => {
		const args = ['run', '--netns', lab.netns, '--state-dir', scene.stateDir, '--', 'sleep', '3']
		const { child, ended } = startCtscope(args)
		const isThere = async () => (await lab.inside('nft', 'list', 'tables')).includes('table inet ctscope')
		await until(isThere, 'a table that copies')
		child.kill('SIGKILL')
		await ended
		const wanted = JSON.stringify(before)
		await until(async () => JSON.stringify(await all()) === wanted, 'everything to be back')
		await until(() => scene.readers().length === 0, 'the reader of NFLOG to end')
	})

	describe('crafted packets', () => {
		let craft: CraftedLab
		beforeAll(async () => {
			craft = await createCraftedLab()
			await craft.lab.write(LOOSE, '0')
		})
		afterAll(() => craft.dispose())

		test('the silent ones have the right names', async () => {
			const silent = RECIPES.map((recipe, index) => ({ ...recipe, index })).filter(
				({ kind, named }) => kind === 'silent' && named !== undefined,
			)
			const { named, accounting } = await during(craft.lab.netns, [], async () => {
				for (const { packets, index } of silent) await craft.send(packets(craft.place(index + 1)))
			})
			const wanted = new Map<string, number>()
			for (const { named: name = '' } of silent) wanted.set(name, (wanted.get(name) ?? 0) + 1)
			const right = [...wanted].reduce((sum, [id, count]) => {
				const got = named.filter((one) => one.id === id).reduce((all, one) => all + one.count, 0)
				return sum + Math.min(count, got)
			}, 0)
			console.log(`silent packets with the right name: ${right} of ${silent.length}`)
			const got = new Map<string, number>()
			for (const { id, count } of named) got.set(id, (got.get(id) ?? 0) + count)
			expect(Object.fromEntries(got)).toEqual(Object.fromEntries(wanted))
			expect(accounting).toMatchObject({ counted: silent.length, explained: 0, silent: 0, lost: 0 })
		})
	})
})
