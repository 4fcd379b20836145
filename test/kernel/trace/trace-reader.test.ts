import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { latin1 } from '../../../src/kernel/bytes/byte-scan.ts'
import { endOf, reasonProbes } from '../../../src/kernel/probes/probes.ts'
import { parseTraceLine } from '../../../src/kernel/trace/trace-line.ts'
import { createTraceReader } from '../../../src/kernel/trace/trace-reader.ts'
import { btfOf, eventText, fixture, materialOf, OPTIONS } from '../probes/material.ts'

const END = endOf(OPTIONS)

type Taken = readonly [text: string, isWhole: boolean]

function read(text: string, sizes: readonly number[] = []): Taken[] {
	const taken: Taken[] = []
	const reader = createTraceReader({
		end: END,
		onEvent: (one, isWhole) => taken.push([latin1(one), isWhole]),
	})
	const bytes = Buffer.from(text, 'latin1')
	let at = 0
	for (const size of sizes) {
		reader.feed(bytes.subarray(at, at + size))
		at += size
	}
	reader.feed(bytes.subarray(at))
	reader.end()
	return taken
}

const event = (name: string, said: string, end = END) =>
	`${name.padStart(16)}-155     [000] ..s1.    41.126707: ct: (f+0x0/0xb7) ${said}${end}`

const LOST = 'CPU:0 [LOST 12 EVENTS]'

describe('events out of what a pipe gives', () => {
	test('one after the other, with what is between them', () => {
		const [one, other] = [event('one', 'a=1'), event('other', 'a=2')]
		expect(read(`${one}\n${LOST}\n# tracer: nop\n${other}\n`)).toEqual([
			[one, true],
			[LOST, false],
			['# tracer: nop', false],
			[other, true],
		])
	})

	test('names and texts with newlines in them', () => {
		const all = [
			event('nl\nnew-1 [0]', 'a=1'),
			event('\n\n\n', 'a=1'),
			event('one', 'a="two\nlines\n"'),
			event('last', 'a=1'),
		]
		expect(read(`${all.join('\n')}\n`)).toEqual(all.map((text) => [text, true]))
	})

	test('a text that pretends to be an event, and does not know how one ends', () => {
		const forged = event('forged', 'a=1', ' z=0x1')
		const all = [event('one', `a="x"\n${forged}\n${LOST}\n"`), event('other', 'a=1')]
		expect(read(`${all.join('\n')}\n`)).toEqual(all.map((text) => [text, true]))
	})

	test('what the kernel has cut', () => {
		const cut = event('cut', 'a="b', '')
		const whole = event('one', 'a=1')
		// Nobody knows where the first one ends; no event is made up.
		expect(read(`${cut}\n${whole}\n${whole}\n`)).toEqual([
			[`${cut}\n${whole}`, true],
			[whole, true],
		])
		expect(read(cut)).toEqual([[cut, false]])
		expect(read(`${cut}\nrest`)).toEqual([
			[cut, false],
			['rest', false],
		])
	})

	test('what is no event of ours goes by', () => {
		expect(read('foo\n\nbar\n').map(([text]) => text)).toEqual(['foo', '', 'bar'])
		const whole = event('one', 'a=1')
		expect(read(`${'x'.repeat(40)}\n${whole}\n`).at(-1)).toEqual([whole, true])
	})

	test('an event without an end is let go', () => {
		const open = event('open', 'a="', '')
		const whole = event('one', 'a=1')
		const taken = read(`${open}\n${'y'.repeat(70)}\n${'z'.repeat(20_000)}\n${whole}\n`)
		expect(taken[0]).toEqual([open, false])
		expect(taken.at(-1)).toEqual([whole, true])
	})

	test('real events, in pieces of any size', () => {
		const material = materialOf('6.1')
		const layouts = new Map(
			reasonProbes(btfOf('6.1'), OPTIONS).map(({ name, layout }) => [name as string, layout]),
		)
		const texts = material.told.flatMap((one) => {
			const layout = layouts.get(one.name)
			return layout === undefined ? [] : [eventText(one, layout)]
		})
		expect(texts.some((text) => text.includes('\n'))).toBe(true)
		const stream = `${texts.join('\n')}\n`
		const expected = texts.map((text) => [text, true])
		fc.assert(
			fc.property(fc.array(fc.nat(4_000), { maxLength: 60 }), (sizes) => {
				expect(read(stream, sizes)).toEqual(expected)
			}),
			{ numRuns: 30 },
		)
	})

	test('events of another group in the same pipe are lines', () => {
		const texts = read(fixture('trace/small-6.12').toString('latin1'))
		expect(texts.every(([, isWhole]) => !isWhole)).toBe(true)
		expect(texts.filter(([text]) => parseTraceLine(text).kind === 'lost')).toHaveLength(2)
	})

	test('any bytes, all of which come out again', () => {
		const piece = fc.oneof(
			fc.string({ unit: 'binary-ascii', maxLength: 40 }),
			fc.constantFrom('\n', END, event('one', 'a=1'), event('nl\nx', '', ''), LOST, `${END}\n`),
		)
		fc.assert(
			fc.property(fc.array(piece), fc.array(fc.nat(100)), (pieces, sizes) => {
				const text = pieces.join('')
				const taken = read(text, sizes)
				expect(taken.map(([one]) => one).join('\n')).toBe(text.endsWith('\n') ? text.slice(0, -1) : text)
			}),
		)
	})
})
