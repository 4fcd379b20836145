import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineCutter } from '../../../src/kernel/log/log-text.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function cutInto(text: string, size: number) {
	const cutter = new LineCutter()
	const all = bytes(text)
	const lines = []
	for (let at = 0; at < all.length; at += size) lines.push(...cutter.push(all.subarray(at, at + size)))
	return [...lines, ...cutter.end()]
}

test.each([
	['', []],
	['a', ['a']],
	['a\n', ['a']],
	['a\nb', ['a', 'b']],
	['\n\na\n\n', ['', '', 'a', '']],
	['\ufeffa\r\n', ['\ufeffa\r']],
])('%j', (text, expected) => {
	expect(cutInto(text, 1000).map((line) => line.text)).toEqual(expected)
})

test('any text in any chunks gives its lines', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: 'grapheme', maxLength: 60 }),
			fc.integer({ min: 1, max: 9 }),
			(text, size) => {
				const joined = `${text}\näß€\n\n𝄞${text}`
				const lines = cutInto(joined, size)
				expect(lines.map((line) => line.text).join('\n')).toBe(joined.replace(/\n$/, ''))
				expect(lines.every((line) => line.cut === 0)).toBe(true)
			},
		),
	)
})

test('a line that never ends takes no more memory than the bound, and says what is missing', () => {
	const long = '€'.repeat(1_000_000)
	for (const size of [5_000, 70_001, 4_000_000]) {
		const [first, second] = cutInto(`${long}\nb`, size)
		expect(long.startsWith(first?.text ?? 'x')).toBe(true)
		expect((first?.text.length ?? 0) * 3 + (first?.cut ?? 0)).toBe(3_000_000)
		expect(first?.text.length).toBeLessThanOrEqual(1_048_576)
		expect(second).toEqual({ text: 'b', cut: 0 })
	}
})

test('what is no UTF-8 is replaced', () => {
	const cutter = new LineCutter()
	expect(cutter.push(Uint8Array.of(0x61, 0xff, 0x62, 0x0a))).toEqual([{ text: 'a\ufffdb', cut: 0 }])
})
