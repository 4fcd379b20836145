import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLayout, type ProbeField } from '../../../src/kernel/probes/probe-layout.ts'

const END = ' z=0x5eed1234'
const FIELDS: readonly ProbeField[] = [
	{ name: 'fmt', fetch: '+0($arg4)', type: 'string' },
	{ name: 'small', fetch: '$arg1', type: 'u8' },
	{ name: 'back', fetch: '$retval', type: 's32' },
	{ name: 'words', fetch: '+0($arg2)', type: 'x64', count: 2 },
	{ name: 'text', fetch: '+0($arg5)', type: 'string' },
]

const layout = createLayout(FIELDS, { littleEndian: true, end: END })
const at = (name: string) => layout.offsetOf(name) ?? -1

const read = (said: string, from = layout) => {
	const values = from.read(Buffer.from(said, 'latin1'), 0)
	if (values === undefined) return undefined
	const { buffer, byteOffset, length } = values.memory
	const texts = ['fmt', 'text'].map((name) => from.textOf(values, name))
	return { memory: new DataView(buffer, byteOffset, length), texts }
}

describe('one probe', () => {
	test('numbers come before texts', () => {
		expect(layout.text).toBe(
			'small=$arg1:u8 back=$retval:s32 words=+0($arg2):x64[2] fmt=+0($arg4):string text=+0($arg5):string',
		)
		expect(layout.offsetOf('nobody')).toBeUndefined()
	})

	test('an event', () => {
		const said = `(f+0x0/0x1 [m]) small=255 back=-1 words={0x1122334455667788,0x0} fmt="a" text=(fault)${END}`
		const values = read(said)
		expect(values?.memory.getUint8(at('small'))).toBe(255)
		expect(values?.memory.getInt32(at('back'), true)).toBe(-1)
		expect(values?.memory.getBigUint64(at('words'), true)).toBe(0x1122334455667788n)
		expect(values?.texts).toEqual(['a', null])
	})

	test('in the byte order of the kernel', () => {
		const big = createLayout(FIELDS, { littleEndian: false, end: END })
		const said = `(f) small=1 back=2 words={0x1122334455667788,0x1} fmt="" text=""${END}`
		const memory = read(said, big)?.memory
		expect(memory?.getUint8(big.offsetOf('words') ?? 0)).toBe(0x11)
		expect(memory?.getInt32(big.offsetOf('back') ?? 0, false)).toBe(2)
	})

	test.each([
		'(f) small=1 back=2 words={0x1,0x2} ',
		'(f) back=2 small=1 words={0x1,0x2} fmt="a" text="b"',
		'(f) small=x back=2 words={0x1,0x2} fmt="a" text="b"',
		'(f) small= back=2 words={0x1,0x2} fmt="a" text="b"',
		'(f) small=1 back=2 words={0x1} fmt="a" text="b"',
		'(f) small=1 back=2 words={0x1,0x2,0x3} fmt="a" text="b"',
		'(f) small=1 back=2 words=0x1 fmt="a" text="b"',
		'(f) small=1 back=2 words={0x11223344556677889,0x2} fmt="a" text="b"',
		'(f) small=99999999999 back=2 words={0x1,0x2} fmt="a" text="b"',
		'',
	])('%s', (said) => {
		const values = read(said)
		if (values === undefined) return
		expect(values.texts).toEqual([undefined, undefined])
		expect(said).toContain('words={0x1,0x2} ')
	})

	test('no text changes a number, or another text before it', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						fc.string({ unit: 'binary-ascii' }),
						fc.constantFrom('" text="', ' small=9', '" ', '(fault)', ' back=9', '\n'),
					),
				),
				(pieces) => {
					const text = pieces.join('')
					const values = read(`(f) small=7 back=8 words={0x1,0x2} fmt="real" text="${text}"${END}`)
					expect(values?.memory.getUint8(at('small'))).toBe(7)
					expect(values?.memory.getInt32(at('back'), true)).toBe(8)
					expect(values?.texts).toEqual(['real', text])
				},
			),
		)
	})

	test('nothing throws', () => {
		const piece = fc.constantFrom(
			'(f)',
			' small=',
			' back=',
			' words=',
			' fmt=',
			' text=',
			'{',
			'}',
			',',
			'0x',
			'1',
			'-',
			'"',
		)
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.array(piece).map((all) => all.join('')),
				),
				(said) => {
					read(said)
					read(`(f) small=1 back=2${said}`)
				},
			),
			{ numRuns: 1_000 },
		)
	})
})
