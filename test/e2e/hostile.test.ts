import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unlimitedKmsg, writeKmsg } from '../harness/kernel/kmsg.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { freshStateDir, openOn, switchLogOn } from '../harness/program/session.ts'
import { CTSCOPE, KEYS, openTerminal } from '../harness/program/terminal.ts'
import { pause } from '../harness/until.ts'

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

	test('hostile text breaks nothing, is never shown raw, and forges no reason', async () => {
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

	test('a filter shows control characters that are typed', async () => {
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

/** Latin-1: one character is one byte. */
const raw = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0))

/** What terminals answer and report, in the pieces in which it comes. Each once moved the deadline or undid. */
const ANSWERS: readonly (readonly string[])[] = [
	['\x1b]4;1;e\x07'],
	['\x1b]lU e\x1b\\'],
	['\x1b]11;rgb:ee', 'ee/eeee/eeee\x1b\\'],
	['\x1b', ']11;e\x07'],
	['\x9d4;1;e\x9c\x9b?1;2c\x85'],
	['\x90U', 'e\x9c'],
	['\x1b[M Ue', '\x1b[', 'M eU'],
	['\x1b[12;', '40R', '\x1b[?62c\x1b[I\x1b[O'],
	['\x1bP>|U', 'eU(390)\x1b', '\\'],
	['\x1b_eU\x1b\\\x1b^eU\x1b\\\x1bXeU\x1b\\'],
	['\x1b[200~eU', 'eU\x1b[201~'],
	['\x1b[0nU\x1b[0ne'],
]
const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'

describe.skipIf(skipWithoutLab())('P6 what a terminal sends by itself', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('answers')
	})
	afterAll(() => lab?.dispose())

	test('terminal answers neither extend nor undo; 30 e in one write extend once', async () => {
		const terminal = await openOn(lab)
		/** Whole minutes until the undo, as the screen says. */
		const minutes = () => Number(/undo in (\d+):/.exec(terminal.text())?.[1])
		try {
			await switchLogOn(terminal)
			for (const pieces of ANSWERS)
				for (const piece of pieces) {
					terminal.type(raw(piece))
					await pause(400)
				}
			await pause(400)
			expect(minutes()).toBe(9)
			expect(await lab.read(LOG_INVALID)).toBe('255')
			terminal.type('e'.repeat(30))
			await terminal.until(/undo in 19:/)
			await pause(1_000)
			expect(minutes()).toBe(19)
			// A human is heard all the same, and Esc at once.
			terminal.type('e')
			await terminal.until(/undo in 29:/)
			terminal.type('?')
			await terminal.until('[esc] [?] close')
			await pause(400)
			terminal.type(KEYS.escape)
			await terminal.until((text) => !text.includes('[esc] [?] close'), 500)
			terminal.type('eU')
			await pause(500)
			expect([minutes(), await lab.read(LOG_INVALID)]).toEqual([29, '255'])
			terminal.type('U')
			await terminal.until('NO CHANGES IN FORCE')
			expect(await lab.read(LOG_INVALID)).toBe('0')
		} finally {
			await terminal.dispose()
		}
	})

	test('terminal answers are no words of --plain', async () => {
		const args = ['--plain', '--netns', lab.netns, '--state-dir', freshStateDir()]
		const terminal = openTerminal(CTSCOPE, args, { rows: 60 })
		try {
			await terminal.until(/Step 1 of 9[\s\S]*\n>/)
			for (const answer of ['\x1b]lhelp\x1b\\\r', '\x1b]4;1;\rhelp\r\x07\r']) terminal.type(answer)
			await pause(500)
			expect(terminal.text()).not.toContain('put everything back and leave')
			terminal.type('\x1b[?1;2che\x1b[Ilp\r')
			await terminal.until('put everything back and leave')
			terminal.type('quit\r')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
	})
})
