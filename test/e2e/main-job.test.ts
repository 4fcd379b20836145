import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROMISED_MS } from '../harness/guard/undone.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { openOn, pressSlowly, switchLogOn } from '../harness/program/session.ts'
import { KEYS } from '../harness/program/terminal.ts'
import { until } from '../harness/until.ts'

const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'

describe.skipIf(skipWithoutLab())('the main job in a real terminal', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('e2e')
	})
	afterAll(() => lab?.dispose())

	test('logging on shows reasons, and q restores everything', async () => {
		const before = await lab.snapshot()
		await lab.sendBad({ count: 20, kind: 'syn-fin' })
		const terminal = await openOn(lab)
		try {
			expect(terminal.text()).toContain(`netns ${lab.netns}`)
			await terminal.until(/INVALID +20/)
			await terminal.until(/does not log why/)
			await switchLogOn(terminal)
			expect(await lab.read(LOG_INVALID)).toBe('255')
			await lab.sendBad({ count: 30, kind: 'syn-fin' })
			await lab.sendBad({ count: 10, kind: 'rst' })
			const screen = await terminal.until(
				(text) =>
					/invalid tcp flag combination +I TCP +30 /.test(text) && /invalid new +I TCP +10 /.test(text),
			)
			expect(screen).toMatch(/now [\d.]*[1-9][\d.]*\/s/)
			terminal.type('q')
			await terminal.until('undo and leave')
			await pressSlowly(terminal, KEYS.enter)
			expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 })
			expect(terminal.alternate()).toBe(false)
			expect(terminal.text()).toContain('undone, none in force')
		} finally {
			await terminal.dispose()
		}
		expect(await lab.snapshot()).toEqual(before)
	})

	test('U undoes at once on any screen, and the program goes on', async () => {
		const before = await lab.snapshot()
		const terminal = await openOn(lab)
		try {
			await switchLogOn(terminal)
			terminal.type('5')
			await terminal.until('-L ipv4')
			terminal.type('U')
			await terminal.until('NO CHANGES IN FORCE')
			const ms = await until(async () => (await lab.read(LOG_INVALID)) === '0', 'the undo')
			expect(ms).toBeLessThan(PROMISED_MS)
			terminal.type('8')
			await terminal.until('undone')
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		expect(await lab.snapshot()).toEqual(before)
	})

	test('a value of someone else stays, the command is shown, and the exit status is 3', async () => {
		const terminal = await openOn(lab)
		try {
			await switchLogOn(terminal)
			await lab.write(LOG_INVALID, '17')
			await terminal.until(/TO CHECK/)
			terminal.type('q')
			await terminal.until('undo and leave')
			await pressSlowly(terminal, KEYS.enter)
			expect((await terminal.ended).exitCode).toBe(3)
			// The command is longer than the screen is wide: the terminal has wrapped it.
			expect(terminal.text().replaceAll('\n', '')).toContain(
				`by hand: nsenter --net=/run/netns/${lab.netns} sysctl -w net.netfilter.nf_conntrack_log_invalid=0`,
			)
			expect(await lab.read(LOG_INVALID)).toBe('17')
		} finally {
			await terminal.dispose()
			await lab.write(LOG_INVALID, '0')
		}
	})
})
