import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTty } from '../../../src/host/tools/tty.ts'

const folder = mkdtempSync(join(tmpdir(), 'cts-tty-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('writes all of a text, and never makes a file', () => {
	const path = join(folder, 'tty')
	expect(createTty(path).write('x')).toBe(false)
	writeFileSync(path, '')
	const text = '漢'.repeat(30_000)
	expect(createTty(path).write(text)).toBe(true)
	expect(readFileSync(path, 'utf8')).toBe(text)
})

test('without a terminal nothing is thrown', () => {
	expect(createTty(join(folder, 'no/such')).write('x')).toBe(false)
})
