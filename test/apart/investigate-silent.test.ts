import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope, startCtscope } from '../harness/program/program.ts'
import { createRunScene, type RunScene } from '../harness/program/run-scene.ts'
import { until } from '../harness/until.ts'

type Json = {
	readonly causes: readonly { readonly id: string; readonly confidence: string; readonly flows: string[] }[]
	readonly account: { readonly silent: number }
	readonly notChecked: readonly string[]
	readonly changes: readonly { readonly knob: string; readonly set: string; readonly after: string }[]
}
type Unlined = readonly {
	readonly id: string
	readonly count: number
	readonly flows: readonly { readonly flow: string; readonly count: number; readonly where: string }[]
}[]

describe.skipIf(skipWithoutLab())('INVALID packets without a log line', () => {
	let scene: RunScene
	let lab: Lab
	let before: readonly string[]
	/** Rules and settings of the namespace, byte for byte. */
	const all = async (): Promise<readonly string[]> => {
		const settings = Object.entries(await lab.snapshot()).filter(([name]) => name.startsWith('netns '))
		return [await lab.inside('nft', '-s', 'list', 'ruleset'), JSON.stringify(settings)]
	}
	beforeEach(async () => {
		scene = await createRunScene('sil')
		lab = scene.lab
		before = await all()
	})
	/** Data of a connection without an entry is INVALID then, and no kernel prints a line for it. */
	const withoutLoose = async (): Promise<void> => {
		await lab.write('net/netfilter/nf_conntrack_tcp_loose', '0')
		before = await all()
	}
	afterEach(() => scene.dispose())

	const asked = (...args: string[]) => [
		...['investigate', '--netns', lab.netns, '--state-dir', scene.stateDir],
		...args,
	]
	/** Packets from the peer, until the answer is there. */
	const during = async <T>(hping: readonly string[], does: () => Promise<T>): Promise<T> => {
		let isOver = false
		const sending = (async () => {
			while (!isOver)
				await lab
					.beside('hping3', '-q', '-c', '10', '-i', 'u100000', ...hping, lab.address)
					// It ends with 1 when nothing answers.
					.catch((error: { code?: unknown }) => {
						if (error.code !== 1) throw error
					})
		})()
		try {
			return await does()
		} finally {
			isOver = true
			await sending
		}
	}
	/** Data of a connection that this host has no entry for. */
	const DATA = ['-A', '-P', '-d', '100', '-k', '-s', '4000', '-p', '5000']
	const REPLIES = ['-1', '-C', '0', '-K', '0']
	const report = (): Unlined => JSON.parse(readFileSync(join(scene.folder, 'report.json'), 'utf8')).unlined
	const investigated = async (): Promise<Json> => {
		const args = asked('--for', '30s', '--json', '--report', join(scene.folder, 'report.json'))
		return JSON.parse((await ctscope(args)).stdout)
	}

	test('data that tcp_loose keeps out is seen with its addresses', async () => {
		await withoutLoose()
		const json = await during(DATA, investigated)
		expect(json.account.silent).toBeGreaterThan(20)
		expect(json.changes.find(({ knob }) => knob === 'table:ctscope')).toMatchObject({
			set: expect.stringMatching(/^tap name=unlined .*to=nflog:0 snaplen=512 /),
			after: 'absent',
		})
		expect(json.notChecked.join()).not.toContain('without a log line')
		const [row, ...others] = report()
		expect(row?.id).toBe('unlined-tcp')
		expect(row?.flows[0]).toMatchObject({
			flow: `${lab.peerAddress}:4000 > ${lab.address}:5000`,
			where: 'veth0',
		})
		expect(row?.count).toBeGreaterThan(10)
		expect(others).toEqual([])
		expect(json.causes.map(({ id }) => id)).not.toContain('icmp-unasked')
		expect(await all()).toEqual(before)
	})

	// conntrack -E tells no end of an entry that is older than it: one of a request may have ended without a word.
	test('unsolicited echo replies are a cause, as certain as it can be without kernel probes', async () => {
		const json = await during(REPLIES, investigated)
		expect(json.causes).toMatchObject([
			{ id: 'icmp-unasked', confidence: 'medium', flows: [`${lab.peerAddress} > ${lab.address}`] },
		])
		expect(await all()).toEqual(before)
	})

	test('packets with a line are not among them', async () => {
		// No checksum is right, and each has its line; the others have none.
		const both = async () => {
			const [json] = await Promise.all([
				investigated(),
				during(['-2', '-b', '-d', '32'], async () => untilSeen()),
			])
			return json
		}
		const json = await during(REPLIES, both)
		const ids = json.causes.map(({ id }) => id)
		expect(ids).toEqual(expect.arrayContaining(['checksum', 'icmp-unasked']))
		expect(report().map(({ id }) => id)).toEqual(['unlined-icmp-reply'])
		expect(await all()).toEqual(before)
	})

	/** The table that copies is there, and goes again. */
	const untilSeen = async (): Promise<void> => {
		await untilCopying()
		await until(async () => !(await lab.inside('nft', 'list', 'tables')).includes('ctscope'), 'its end')
	}
	const untilCopying = () =>
		until(
			async () => (await lab.inside('nft', 'list', 'tables')).includes('table inet ctscope'),
			'a table that copies',
		)

	test('killed while it copies: rules and settings are as before, without it', async () => {
		await withoutLoose()
		await during(DATA, async () => {
			const { child, ended } = startCtscope(asked('--for', '10m'))
			await untilCopying()
			child.kill('SIGKILL')
			expect((await ended).stdout).toBe('')
			const wanted = JSON.stringify(before)
			await until(async () => JSON.stringify(await all()) === wanted, 'everything to be back')
			await until(() => scene.readers().length === 0, 'the reader of NFLOG to end')
		})
	})
})
