import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findInLines } from '../../../src/host/tools/proc-fs.ts'

describe('a list that others can make very long', () => {
	let folder: string
	let path: string
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'ctscope-list-'))
		path = join(folder, 'list')
		writeFileSync(path, `${Array.from({ length: 50_000 }, (_, line) => `line ${line}`).join('\n')}\nlast 7`)
	})
	afterAll(() => rmSync(folder, { recursive: true }))

	const lineOf = (word: string) => (lines: string) => lines.split('\n').find((line) => line.startsWith(word))

	test('the list is read in whole lines, up to the match', () => {
		let pieces = 0
		const find = (lines: string) => {
			pieces += 1
			return lineOf('line 9999')(lines)
		}
		expect(findInLines(path, find)).toBe('line 9999')
		expect(pieces).toBeLessThan(4)
		expect(findInLines(path, lineOf('last'))).toBe('last 7')
		expect(findInLines(path, lineOf('none'))).toBeUndefined()
		expect(findInLines(join(folder, 'none'), lineOf('last'))).toBeUndefined()
	})

	test('the list is read no longer than allowed', () => {
		let looks = 0
		const slow = () => {
			looks++
			for (const end = performance.now() + 20; performance.now() < end; );
			return undefined
		}
		expect(findInLines(path, slow, 30)).toBeUndefined()
		expect(looks).toBeLessThan(4)
	})
})
