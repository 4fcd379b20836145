import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { freshStateDir, openOn, pressSlowly, switchLogOn } from '../harness/program/session.ts'
import { CTSCOPE, KEYS, openTerminal } from '../harness/program/terminal.ts'
import { pause } from '../harness/until.ts'

describe.skipIf(skipWithoutLab())('the screen in a real terminal', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('screen')
	})
	afterAll(() => lab?.dispose())

	test('keys that arrive together all count', async () => {
		const terminal = await openOn(lab)
		try {
			terminal.type('3')
			await terminal.until('logging')
			terminal.type('jjj')
			await terminal.until(/▸logging +nf_log_all_netns/)
			terminal.type('kk')
			await terminal.until(/▸logging +nf_log\.2/)
		} finally {
			await terminal.dispose()
		}
	})

	test('a paste runs no command', async () => {
		const terminal = await openOn(lab)
		try {
			terminal.type('\u001B[200~q3\u001B[201~')
			await pause(500)
			expect(terminal.text()).toContain('▸1 Watch')
		} finally {
			await terminal.dispose()
		}
	})

	test.each([
		[120, 40],
		[60, 16],
		[40, 10],
		[20, 5],
		[80, 24],
	])('a resize to %ix%i keeps the change bar on the screen', async (columns, rows) => {
		const terminal = await openOn(lab)
		try {
			terminal.resize(columns, rows)
			await terminal.until(
				(text) => /NO CHANGES/.test(text) && terminal.lines()[0]?.includes('ctscope') === true,
			)
		} finally {
			await terminal.dispose()
		}
	})

	test('--ascii sends nothing but ASCII', async () => {
		const terminal = await openOn(lab, { args: ['--ascii'] })
		try {
			await pressSlowly(terminal, '3', '5', '7', '8', '?')
			expect([...terminal.text()].filter((character) => character > '~')).toEqual([])
		} finally {
			await terminal.dispose()
		}
	})

	test.each([
		['NO_COLOR', { env: { NO_COLOR: '1' } }],
		['--no-color', { args: ['--no-color'] }],
	])('%s: no colour', async (_name, options) => {
		const terminal = await openOn(lab, options)
		try {
			await pressSlowly(terminal, '3', '5')
			// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
			expect(terminal.raw()).not.toMatch(/\u001B\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)[;m]/)
		} finally {
			await terminal.dispose()
		}
	})

	test('--read-only is shown, and nothing can be switched', async () => {
		const terminal = await openOn(lab, { args: ['--read-only'] })
		try {
			await terminal.until('READ ONLY')
			await pressSlowly(terminal, KEYS.enter, '3', ' ', 'y', KEYS.enter)
			expect(await lab.read('net/netfilter/nf_conntrack_log_invalid')).toBe('0')
			expect(terminal.text()).not.toContain('yes, do it')
		} finally {
			await terminal.dispose()
		}
	})

	test('tables are sorted, filtered by a value, and their rows marked', async () => {
		const terminal = await openOn(lab)
		try {
			terminal.type('5')
			await terminal.until('WHAT')
			terminal.type('>')
			await terminal.until('WHAT▲')
			terminal.type('>')
			await terminal.until('NAME▲')
			terminal.type('I')
			await terminal.until('NAME▼')
			terminal.type('<')
			await terminal.until('WHAT▲')
			terminal.type('<')
			await terminal.until((text) => !/[▲▼]/.test(text.split('\n').slice(5).join('\n')))
			terminal.type('F')
			await terminal.until(/filter: "counter" {2}\d+ of \d+ {2}F: "invalid"/)
			await terminal.until('Table > filter "counter"  (esc: Table)')
			terminal.type('3')
			await terminal.until('▸3 Switches')
			terminal.type('5')
			await terminal.until('filter: "counter"')
			terminal.type('m')
			await terminal.until(/^ ●counter +invalid/m)
			terminal.type('m')
			await terminal.until('2 rows marked')
			terminal.type('c')
			await terminal.until('2 marked rows: ')
			expect(terminal.raw()).toMatch(/\]52;c;/)
			terminal.type(KEYS.escape)
			await terminal.until((text) => !text.includes('filter:') && text.includes('2 rows marked'))
			terminal.type(KEYS.escape)
			await terminal.until((text) => !text.includes('marked'))
			terminal.type('Z')
			await terminal.until('Z is not a key of this screen; ? lists the keys')
		} finally {
			await terminal.dispose()
		}
	})

	test("--mouse: the wheel scrolls, a click selects, and at the end the mouse is the shell's again", async () => {
		const terminal = await openOn(lab, { args: ['--mouse'] })
		try {
			expect(terminal.raw()).toContain('\u001B[?1000h\u001B[?1006h')
			terminal.type('3')
			await terminal.until('▸3 Switches')
			await terminal.until(/▸logging/)
			const rowOf = (what: string) => terminal.lines().findIndex((one) => one.includes(what)) + 1
			const name = (line: number) => terminal.lines()[line - 1]?.slice(0, 40).trim() ?? ''
			const first = rowOf('▸logging')
			const wanted = name(first + 2)
			terminal.type(`\u001B[<0;12;${first + 2}M\u001B[<0;12;${first + 2}m`)
			await terminal.until((text) => text.includes(`▸${wanted}`))
			for (let turn = 0; turn < 3; turn++) terminal.type(`\u001B[<65;12;${first}M`)
			await terminal.until(/\d+ above/)
			for (let turn = 0; turn < 4; turn++) terminal.type(`\u001B[<64;12;${first}M`)
			await terminal.until((text) => !/\d+ above/.test(text))
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
			const raw = terminal.raw()
			expect(raw.lastIndexOf('\u001B[?1000l')).toBeGreaterThan(raw.lastIndexOf('\u001B[?1000h'))
		} finally {
			await terminal.dispose()
		}
	})

	test('--no-alt stays on the normal screen', async () => {
		const terminal = await openOn(lab, { args: ['--no-alt'] })
		try {
			expect(terminal.alternate()).toBe(false)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
	})

	test('ctrl-z gives the terminal back and names changes in force; fg returns', async () => {
		const terminal = openTerminal('/bin/bash', ['--norc', '-i'], { env: { PS1: 'shell$ ' } })
		try {
			await terminal.until('shell$')
			terminal.type(`${CTSCOPE} --netns ${lab.netns} --state-dir ${freshStateDir()}\r`)
			await terminal.until('NO CHANGES IN FORCE')
			await switchLogOn(terminal)
			terminal.type(KEYS.ctrlZ)
			await terminal.until(/changes? stays? on until/)
			await terminal.until('Stopped')
			expect(terminal.alternate()).toBe(false)
			terminal.type('fg\r')
			await terminal.until(/\d CHANGES? .*undo in/)
			expect(terminal.alternate()).toBe(true)
			terminal.type('q')
			await terminal.until('undo and leave')
			await pressSlowly(terminal, KEYS.enter)
			await terminal.until('none in force')
			expect(await lab.read('net/netfilter/nf_conntrack_log_invalid')).toBe('0')
			terminal.type('exit\r')
			await terminal.ended
		} finally {
			await terminal.dispose()
		}
	})
})
