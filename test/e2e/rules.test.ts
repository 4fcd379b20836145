import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { undone } from '../harness/guard/undone.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { openOn, pressSlowly } from '../harness/program/session.ts'
import { KEYS } from '../harness/program/terminal.ts'
import { pause } from '../harness/until.ts'

describe.skipIf(skipWithoutLab())('Rules by keys in a real terminal at 80x24', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('uirules')
	})
	afterAll(() => lab?.dispose())

	const ruleset = () => lab.inside('nft', '-s', 'list', 'ruleset')

	test('the dropping rule shows, a tap logs, a trace names it, and U removes all', async () => {
		const host = await lab.snapshot()
		const before = await ruleset()
		const terminal = await openOn(lab)
		try {
			await pressSlowly(terminal, '6')
			await terminal.until(/filter INPUT 1: /)
			await lab.sendBad({ count: 12, kind: 'fin' })
			await terminal.until(/drop +\+12 /)

			await pressSlowly(terminal, ' ')
			await terminal.until('Log packets by a temporary rule')
			await pressSlowly(terminal, KEYS.enter)
			await terminal.until('adds    logs INVALID')
			await pressSlowly(terminal, 'y')
			await terminal.until(/tap +0 /)
			await lab.sendBad({ count: 5, kind: 'fin' })
			await terminal.until(/tap +5 /)
			await pressSlowly(terminal, '7')
			await terminal.until(/R tap INVALID .*veth0/)

			await pressSlowly(terminal, '6', 't')
			await terminal.until('adds    traces INVALID')
			await pressSlowly(terminal, 'y')
			await terminal.until(/trace +0 /)
			await pause(500)
			await lab.sendBad({ count: 4, kind: 'fin' })
			// As a path, in the words of iptables, whole: packet, hooks, the rule that decided.
			await terminal.until(/TCP \S+ > \S+ .*: drop/)
			await terminal.until(/ {3}conntrack: INVALID/)
			await terminal.until(/ {3}input 0 {2}ip filter INPUT/)
			await terminal.until(/=> {3}drop: -m conntrack --ctstate INVALID -j DROP/)

			terminal.type('U')
			// When it is over, the cursor is there.
			await terminal.until(/▸=> {3}drop: -m conntrack --ctstate INVALID -j DROP/)
			const asked = performance.now()
			await terminal.until('UNDONE')
			undone(performance.now() - asked)
			expect(await ruleset()).toBe(before)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		expect(await ruleset()).toBe(before)
		expect(await lab.snapshot()).toEqual(host)
	})

	test('--read-only offers no taps and traces', async () => {
		const before = await ruleset()
		const terminal = await openOn(lab, { args: ['--read-only'] })
		try {
			await pressSlowly(terminal, '6', ' ', 't', 'v', 'a', 's', 'y')
			expect(terminal.text()).toContain('READ ONLY')
			expect(await ruleset()).toBe(before)
			terminal.type('q')
			await terminal.ended
		} finally {
			await terminal.dispose()
		}
	})
})
