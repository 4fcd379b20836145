import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { EXIT } from '../../../src/commands/common/options.ts'
import { runReplay } from '../../../src/commands/replay/replay.ts'
import { CTSCOPE, openTerminal } from '../../harness/program/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'ctscope-hostile-'))
afterAll(() => rmSync(folder, { recursive: true }))

const LINES = gunzipSync(readFileSync(join(import.meta.dirname, '../../../share/demo/asymmetric.ctscope')))
	.toString()
	.split('\n')
	.slice(0, 400)

/** Anything in the place of a value. */
const wrong = fc.constantFrom<unknown>(
	null,
	-1,
	1e300,
	'',
	'\u001b]0;owned\u0007\u001b[2J',
	'x'.repeat(5000),
	[],
	{},
	true,
	{ __proto__: null, length: 9 },
)

/** The `at`-th value of the tree, counted over all of them, is another one. */
function changed(value: unknown, at: number, other: unknown): unknown {
	let left = at
	const walk = (one: unknown): unknown => {
		if (left-- === 0) return other
		if (Array.isArray(one)) return one.map(walk)
		if (typeof one === 'object' && one !== null)
			return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner)]))
		return one
	}
	return walk(value)
}

async function replayed(lines: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
	const file = join(folder, 'recording')
	writeFileSync(file, gzipSync(lines.join('\n')))
	let text = ''
	const code = await runReplay({
		file,
		end: true,
		speed: 1,
		ascii: false,
		color: false,
		alternateScreen: true,
		mouse: false,
		hasTerminal: false,
		print: (printed) => {
			text += printed
		},
	})
	return { code, text }
}

describe('a recording from elsewhere', () => {
	test('as it was made', async () => {
		const { code, text } = await replayed(LINES)
		expect(code).toBe(EXIT.ok)
		expect(text).toContain('confidence ')
	})

	test('whatever stands in it: shown, or refused in a sentence; never raw, never an error of ours', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(LINES.length - 1), fc.nat(60), wrong), { minLength: 1, maxLength: 30 }),
				async (mutations) => {
					const lines = [...LINES]
					for (const [index, at, other] of mutations) {
						const line = lines[index] ?? ''
						if (line !== '') lines[index] = JSON.stringify(changed(JSON.parse(line), at, other)) ?? ''
					}
					const { code, text } = await replayed(lines)
					expect([EXIT.ok, EXIT.usage]).toContain(code)
					expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
				},
			),
			{ numRuns: 60 },
		)
	})

	test('that cannot be drawn: the terminal comes back, with one sentence', async () => {
		const file = join(folder, 'not-drawn')
		const lines = LINES.map((line) =>
			line.includes('"type":"facts"') ? line.replace(/"hostname":"[^"]*"/, '"hostname":{}') : line,
		)
		expect(lines).not.toEqual(LINES)
		writeFileSync(file, gzipSync(lines.join('\n')))
		const terminal = openTerminal(CTSCOPE, ['replay', file, '--end'], { cwd: folder })
		try {
			expect((await terminal.ended).exitCode).toBe(EXIT.usage)
			expect(terminal.text()).toContain('not recorded by ctscope')
			expect(terminal.text()).not.toContain('    at ')
		} finally {
			await terminal.dispose()
		}
	})
})
