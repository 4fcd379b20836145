import { expect, test } from 'vitest'
import { createLineSplitter } from '../../../src/host/log/line-splitter.ts'

test.each<[string, string[], string[]]>([
	['cut anywhere', ['ab', 'c\nd', 'ef\n', 'g'], ['abc', 'def', 'g']],
	['empty lines', ['\n\na\n'], ['', '', 'a']],
	['nothing', [], []],
	['a line of 200 kB in pieces', [...Array(20).fill('x'.repeat(10_000)), '\ny\n'], ['x'.repeat(65_536), 'y']],
])('%s', (_name, chunks, expected) => {
	const lines: string[] = []
	const splitter = createLineSplitter((line) => lines.push(line))
	for (const chunk of chunks) splitter.push(Buffer.from(chunk))
	splitter.end()
	expect(lines).toEqual(expected)
})
