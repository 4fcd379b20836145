import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unlimitedKmsg, writeKmsg } from '../harness/kmsg.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/lab.ts'
import { openOn, pause } from '../harness/session.ts'
import { KEYS } from '../harness/terminal.ts'

/** Marks that stand behind what a terminal would obey. */
const TITLE = 'cts-evil-title'
const HOSTILE = [
	`\u001B]0;${TITLE}\u0007 a title`,
	'\u001B[2J\u001B[H\u001B[31m cts-cleared the screen',
	'\u009B2J cts-c1 control',
	'cts-bidi \u202Etxt.exe and \u2066isolate',
	new Uint8Array([0x63, 0x74, 0x73, 0x2d, 0xff, 0xfe, 0xc3, 0x28, 0xf0, 0x9f]),
	`cts-long ${'x'.repeat(100_000)}`,
	`cts-longer ${'é\u001B[5m'.repeat(120)}`,
	'nf_ct_proto_6: \u001B[2Jcts-forged reason IN=lo OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=TCP',
	'nf_ct_proto_6',
	'',
] as const

describe.skipIf(skipWithoutLab())('hostile text in the kernel log', () => {
	let lab: Lab
	let restore: () => void
	beforeAll(async () => {
		lab = await createLab('evil')
		restore = unlimitedKmsg()
	})
	afterAll(async () => {
		restore?.()
		await lab?.dispose()
	})

	test('nothing breaks, nothing reaches the terminal raw, no reason is forged', async () => {
		const terminal = await openOn(lab)
		try {
			terminal.type('7')
			await terminal.until('LIVE')
			expect(writeKmsg(HOSTILE)).toBeGreaterThan(5)
			await terminal.until(/9 records/)
			terminal.type('g')
			for (let row = 0; row < HOSTILE.length; row++) {
				terminal.type('j')
				await pause(120)
			}
			const raw = terminal.raw()
			expect(raw).toContain('cts-cleared')
			for (const evil of [`\u001B]0;${TITLE}`, '\u009B', '\u202E', '\u2066', '\u001B[5m', '\u001B[2Jcts'])
				expect(raw).not.toContain(evil)
			terminal.type('1')
			await terminal.until('▸1 Watch')
			await pause(300)
			expect(terminal.text()).not.toContain('cts-forged')
			expect(terminal.text()).toMatch(/INVALID +\d/)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
	})

	test('a filter that is typed with control characters shows them and goes on', async () => {
		const terminal = await openOn(lab)
		try {
			terminal.type('7/')
			await pause(200)
			terminal.type('a\u0001b')
			await pause(300)
			terminal.type(KEYS.escape)
			await terminal.until('LIVE')
		} finally {
			await terminal.dispose()
		}
	})
})
