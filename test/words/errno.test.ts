import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errnoWords } from '../../src/words/errno.ts'

test.each([
	['ENOENT', 'no such file (ENOENT)'],
	['EACCES', 'permission denied (EACCES)'],
	['EUNHEARDOF', 'the system refused it (EUNHEARDOF)'],
	['unexpected end of file', 'unexpected end of file'],
])('%s: %s', (code, words) => {
	expect(errnoWords(code)).toBe(words)
})

test('no sentence about a file or a program ends in the name of an error alone', () => {
	const host = join(import.meta.dirname, '../../src/words/english/host')
	const texts = readdirSync(host).map((file) => readFileSync(join(host, file), 'utf8'))
	expect(texts.join('\n')).not.toMatch(/cannot be \w+ \(\$\{code\}\)/)
})
