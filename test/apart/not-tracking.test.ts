import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connecting } from '../harness/kernel/full-table.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope } from '../harness/program/program.ts'
import { freshStateDir, openOn, pressSlowly } from '../harness/program/session.ts'
import { KEYS } from '../harness/program/terminal.ts'

/** The step in view, in the list. */
const STEP = /^▸. (\d) /m

describe.skipIf(skipWithoutLab())('a namespace whose stateful rules are gone', () => {
	let lab: Lab
	let client: ReturnType<typeof connecting>
	beforeAll(async () => {
		lab = await createLab('untracked')
		await lab.sendBad({ kind: 'rst', count: 5 })
		for (const tool of ['iptables', 'ip6tables']) await lab.inside(tool, '-w', '-F')
		await lab.inside('sh', '-c', 'conntrack -F 2>/dev/null; true')
		client = connecting(lab, 10)
	})
	afterAll(async () => {
		await client?.end()
		await lab?.dispose()
	})

	test('what its counters have come to in their life does not say that conntrack works there', async () => {
		const ran = await ctscope(['doctor', '--json', '--netns', lab.netns, '--state-dir', freshStateDir()])
		const { rungs } = JSON.parse(ran.stdout).reasonLines
		expect(rungs.find(({ id }: { id: string }) => id === 'tracking')).toMatchObject({
			answer: 'unknown',
			because: 'no rule here needs conntrack',
		})
	})

	test('Steps says so after ten seconds of traffic, and enter leads from there to the cause in one way', async () => {
		const terminal = await openOn(lab)
		try {
			await pressSlowly(terminal, '2')
			await terminal.until(/│ Conntrack does not track here/)
			const seen: string[] = []
			for (;;) {
				const [, number = ''] = STEP.exec(terminal.text()) ?? []
				seen.push(number)
				if (number === '9') break
				await pressSlowly(terminal, KEYS.enter)
				await terminal.until((text) => STEP.exec(text)?.[1] !== number)
			}
			expect(seen).toEqual(seen.toSorted())
			expect(new Set(seen).size).toBe(seen.length)
			await terminal.until(/conntrack does not track here +high/)
			await terminal.until(/1 Is it rising\?\s*│.*\n +conntrack does not/)
		} finally {
			await terminal.dispose()
		}
	})
})
