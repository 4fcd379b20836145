import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { openOn, pressSlowly } from '../harness/program/session.ts'

/** What a kernel with dynamic debug does is a matter of the guests: see test/lab. */
const hasControl = ['/proc/dynamic_debug/control', '/sys/kernel/debug/dynamic_debug/control'].some(existsSync)

describe.skipIf(skipWithoutLab() || hasControl)('Printk on a kernel without call sites', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('printk')
	})
	afterAll(() => lab?.dispose())

	test('the screen says why, and what to use instead', async () => {
		const terminal = await openOn(lab, { columns: 100, rows: 30 })
		try {
			terminal.type('4')
			const screen = await terminal.until('No call sites can be switched')
			expect(screen).toMatch(/CONFIG_DYNAMIC_DEBUG|debugfs|locked down|needs root/)
			await terminal.until('What answers the same question here')
			expect(terminal.text()).toContain('conntrack -E')
			expect(terminal.text()).toContain('bpftrace')
		} finally {
			await terminal.dispose()
		}
	})

	test('its keys say why they do nothing', async () => {
		const before = await lab.snapshot()
		const terminal = await openOn(lab)
		try {
			await pressSlowly(terminal, '4', ' ')
			await terminal.until(/no call sites: /)
			await pressSlowly(terminal, 'f', 'a', 'd', 'y')
			expect(terminal.text()).toContain('NO CHANGES IN FORCE')
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		expect(await lab.snapshot()).toEqual(before)
	})
})
