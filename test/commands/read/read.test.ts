import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ctscope } from '../../harness/program/program.ts'
import { KERNEL_LINE, SAVE, STAT, tarOf } from './given.ts'

const folder = mkdtempSync(join(tmpdir(), 'ctscope-read-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string | Uint8Array): string => {
	const path = join(folder, name)
	writeFileSync(path, text)
	return path
}

test('the status tells whether anything was recognised, and whether causes were found', async () => {
	const lines = Array.from({ length: 40 }, (_, index) => KERNEL_LINE(2_000 + index, 'invalid rst')).join('\n')
	const found = await ctscope(['read', '--json', file('kern.log', `${lines}\n`)])
	expect(found.exitCode).toBe(7)
	expect(JSON.parse(found.stdout)).toMatchObject({ v: 1, lines: 40, account: null })
	const none = await ctscope(['read', file('rules', SAVE), file('stat', STAT(3))])
	expect(none.exitCode).toBe(0)
	expect(none.stdout).toContain('forward ip filter FORWARD 1: drop')
	const nothing = await ctscope(['read', file('image.png', Buffer.from('\x89PNG\r\n', 'latin1'))])
	expect([nothing.exitCode, nothing.stdout]).toEqual([1, ''])
	expect(nothing.stderr).toContain('an image (PNG)')
})

test('an archive is read by its name, and as Markdown', async () => {
	const path = file('sos.tar', tarOf([{ name: 'sos_commands/networking/iptables-save', text: SAVE }]))
	const { stdout, exitCode } = await ctscope(['read', '--report', path])
	expect(exitCode).toBe(0)
	expect(stdout).toContain('## Rules on INVALID')
	expect(stdout).toContain('## Not checked')
})
