import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { openOn, pressSlowly, switchLogOn } from '../harness/program/session.ts'
import { pause } from '../harness/until.ts'

const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'

describe.skipIf(skipWithoutLab())('P13 a flood on the screen', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('floods')
	})
	afterAll(() => lab?.dispose())

	test('keys answer during 20 000 bad packets, logging stops by itself, and a quieter way is offered', async () => {
		const before = await lab.snapshot()
		const terminal = await openOn(lab)
		try {
			await switchLogOn(terminal)
			// Ten seconds of them: longer than the breaker takes.
			let isSending = true
			const sent = lab.sendBad({ count: 20_000, kind: 'syn-fin' }).then(() => {
				isSending = false
			})
			await terminal.until(/INVALID +[\d ]*\d{3}/)
			const slowest = await slowestOf([
				['7', '▸7 Log'],
				['8', '▸8 Changes'],
				['1', '▸1 Watch'],
			])
			console.log(`the slowest key took ${slowest} ms`)
			expect(slowest).toBeLessThan(2_000)
			await terminal.until('LOG FLOOD')
			expect(isSending).toBe(true)
			expect(await lab.read(LOG_INVALID)).toBe('0')
			const asked = await terminal.until('log through NFLOG instead')
			expect(asked.replaceAll(/\s+/g, ' ')).toMatch(/log_invalid 0 . 255, now reads 0 again/)

			await pause(400)
			await pressSlowly(terminal, 'o')
			expect(await terminal.until('yes, do it')).toMatch(/TCP/)
			// Not now: the flood goes on.
			terminal.type('\x1b')
			await terminal.until((text) => !text.includes('yes, do it') && text.includes('NO CHANGES IN FORCE'))
			// Keys that come at once are not believed.
			await pause(400)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
			await sent
		} finally {
			await terminal.dispose()
		}
		expect(await lab.snapshot()).toEqual(before)

		async function slowestOf(steps: readonly (readonly [string, string])[]): Promise<number> {
			let slowest = 0
			for (const [key, title] of steps) {
				const begun = Date.now()
				terminal.type(key)
				await terminal.until(title)
				slowest = Math.max(slowest, Date.now() - begun)
			}
			return slowest
		}
	})
})
