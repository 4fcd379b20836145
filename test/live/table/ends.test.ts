import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listsKept, tellsOlderEnds } from '../../../src/host/conntrack/lists.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import { createLab, type Lab, skipWithoutLab } from '../../harness/kernel/lab.ts'
import { until } from '../../harness/until.ts'

const EVENTS = 'net/netfilter/nf_conntrack_events'

describe.skipIf(skipWithoutLab())('ends of entries that are older than who listens', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('oldends')
	})
	afterAll(() => lab?.dispose())

	const make = (port: number) =>
		lab.inside(
			'conntrack',
			...['-I', '-p', 'udp', '-s', '192.0.2.1', '-d', '192.0.2.2', '--timeout', '100'],
			...['--sport', '7', '--dport', `${port}`],
		)
	const forget = (port: number) => lab.inside('conntrack', '-D', '-p', 'udp', '--dport', `${port}`)

	/** Whether the kernel has told of the first, which was made before anybody listened. */
	async function isOlderTold(change: () => Promise<void>): Promise<boolean> {
		await make(1000)
		await change()
		let heard = ''
		const listener = spawn('ip', ['netns', 'exec', lab.netns, 'conntrack', '-E', '-e', 'DESTROY'])
		listener.stdout.setEncoding('utf8').on('data', (text: string) => {
			heard += text
		})
		try {
			// Until it listens, nobody is told of anything.
			await until(async () => {
				await make(2000)
				await forget(2000)
				return heard.includes('dport=2000')
			}, 'conntrack -E')
			await forget(1000)
			await make(3000)
			await forget(3000)
			await until(() => heard.includes('dport=3000'), 'what came last')
			return heard.includes('dport=1000')
		} finally {
			listener.kill('SIGKILL')
		}
	}

	test.each<[string, string | undefined]>([
		['as it is', undefined],
		['switched on afterwards', '1'],
	])('are told where we say so: nf_conntrack_events %s', async (_, value) => {
		const before = await lab.read(EVENTS)
		const told = await isOlderTold(async () => {
			if (value !== undefined) await lab.write(EVENTS, value)
		})
		await lab.write(EVENTS, before)
		const tools = createToolPath()
		// Where events are only made for who listens, one that was made before has none, whatever is written later.
		expect(told).toBe((await listsKept(tools)) === 'per-cpu')
		if (value === undefined) expect(await tellsOlderEnds(tools)).toBe(told)
	})
})
