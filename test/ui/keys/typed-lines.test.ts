import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createTypedLines } from '../../../src/ui/keys/typed-lines.ts'
import { pause } from '../../harness/until.ts'

/** The lines that come of pieces, the last of them ended. */
async function lines(...pieces: readonly string[]): Promise<readonly string[]> {
	const stream = new PassThrough()
	const typed = createTypedLines(stream as unknown as NodeJS.ReadStream)
	for (const piece of pieces) {
		stream.write(piece)
		await pause(5)
	}
	stream.end()
	const all: string[] = []
	for (let line = await typed.next(); line !== undefined; line = await typed.next()) all.push(line)
	typed.stop()
	return all
}

test.each<[string, readonly string[], readonly string[]]>([
	['lines of a pipe', ['next\ndo\nyes\n'], ['next', 'do', 'yes']],
	['the last one without its end', ['next\nqui', 't'], ['next', 'quit']],
	['ends of every kind, also in two pieces', ['a\r\nb\rc\n\nd\r', '\ne\n'], ['a', 'b', 'c', '', 'd', 'e']],
	['nothing', [], []],
	['characters in pieces', ['f\u00fcr\n'], ['f\u00fcr']],
	['P6 an answer is no word', ['\x1b]4;1;more\x07\n'], ['']],
	[
		'P6 nor in pieces, nor with a line end in it',
		['\x1b]lun', 'do\nundo\nmo', 're\x1b\\\nstatus\n'],
		['', 'status'],
	],
	['P6 nor does it become a part of one', ['st\x1b[?1;2cat\u009b0nus\n'], ['status']],
	['P6 reports of mouse and cursor', ['\x1b[M !!\x1b[12;40R\x1b[I\n'], ['']],
	['arrows and esc', ['\x1b[A\x1b[D\n'], ['']],
	['a line without end is cut', ['x'.repeat(5000), '\n'], ['x'.repeat(1000)]],
])('%s', async (_name, pieces, expected) => {
	expect(await lines(...pieces)).toEqual(expected)
})

test('a stream that is destroyed ends them', async () => {
	const stream = new PassThrough()
	const typed = createTypedLines(stream as unknown as NodeJS.ReadStream)
	setTimeout(() => stream.destroy(), 5)
	expect(await typed.next()).toBeUndefined()
})
