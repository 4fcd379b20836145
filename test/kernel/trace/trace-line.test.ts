import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTraceLine } from '../../../src/kernel/trace/trace-line.ts'
import { readTraceArguments } from '../../../src/kernel/trace/trace-values.ts'
import { fixture, KERNELS } from '../probes/material.ts'

const linesOf = (name: string) => fixture(`trace/${name}`).toString('latin1').split('\n').slice(0, -1)

const eventsIn = (name: string) =>
	linesOf(name).flatMap((text) => {
		const line = parseTraceLine(text)
		return line.kind === 'event' ? [{ line, said: readTraceArguments(text, line.at) }] : []
	})

describe('lines of kernels', () => {
	test('an event', () => {
		const text =
			'          hping3-155   [000] ..s1.    41.126707: ct_told: (nf_ct_l4proto_log_invalid+0x0/0xb7 [nf_conntrack]) fmt="invalid rst" a5=0'
		const line = parseTraceLine(text)
		expect(line).toEqual({
			kind: 'event',
			task: 'hping3',
			pid: 155,
			tgid: null,
			cpu: 0,
			flags: '..s1.',
			micros: 41_126_707,
			name: 'ct_told',
			at: text.indexOf('('),
		})
		expect(parseTraceLine(text.trimStart())).toMatchObject({ task: 'hping3', pid: 155, name: 'ct_told' })
	})

	test.each([
		['CPU:0 [LOST 12 EVENTS]', { kind: 'lost', cpu: 0, events: 12 }],
		['CPU:13 [LOST EVENTS]', { kind: 'lost', cpu: 13, events: null }],
		['# tracer: nop', { kind: 'comment', text: '# tracer: nop' }],
		['', { kind: 'other', text: '' }],
		['CPU:0 [LOST many EVENTS]', { kind: 'other', text: 'CPU:0 [LOST many EVENTS]' }],
		['          <idle>-0       [001] d.s2.   100.000001: x', { kind: 'other' }],
		[
			'          <idle>-0       [001] d.s2.   100.000001: x: (y)',
			{ kind: 'event', task: '<idle>', pid: 0, cpu: 1 },
		],
		// Kernels before 5.17 show no migration.
		['          <idle>-0       [001] d.s2   100.000001: x: (y)', { kind: 'event', flags: 'd.s2' }],
		['          <idle>-0       [001]   100.000001: x: (y)', { kind: 'event', flags: '' }],
		['           <...>-4194304 [127] .....     0.000001: x: (y)', { task: '<...>', pid: 4194304, cpu: 127 }],
		['            init-1       (-------) [001] .....     0.000001: x: (y)', { kind: 'event', tgid: null }],
	])('%s', (text, expected) => {
		expect(parseTraceLine(text)).toMatchObject(expected)
	})

	test.each(KERNELS)('%s: names of tasks have any character', (release) => {
		const found = eventsIn(`odd-${release}`).map(({ line }) => line.task)
		for (const task of [
			'plain',
			'two words',
			'a-12 [001] .',
			'x: y: (z)',
			'-',
			'"q" a="1"',
			'kworker/0:1-ev',
		]) {
			expect(found).toContain(task)
		}
		expect(found).toContain('lead trail ')
		expect(found).toContain('tab\tx')
	})

	test.each(KERNELS)('%s: thread group, and a clock that counts', (release) => {
		const events = eventsIn(`tgid-${release}`)
		expect(events.length).toBeGreaterThan(20)
		for (const { line } of events) expect(line).toMatchObject({ micros: null, tgid: line.pid })
		expect(linesOf(`tgid-${release}`).filter((text) => parseTraceLine(text).kind === 'comment')).toHaveLength(
			12,
		)
	})

	test.each(KERNELS)('%s: without flags', (release) => {
		const events = eventsIn(`no-irq-${release}`)
		expect(events.length).toBeGreaterThan(20)
		for (const { line } of events) expect(line).toMatchObject({ flags: '', micros: expect.any(Number) })
	})

	test.each(KERNELS)('%s: lost events', (release) => {
		const lost = linesOf(`small-${release}`).flatMap((text) => {
			const line = parseTraceLine(text)
			return line.kind === 'lost' ? [line.events] : []
		})
		expect(lost).toEqual(release === '6.1' ? [33, 27] : [137, 42])
	})
})

describe('arguments', () => {
	const valuesOf = (text: string) => Object.fromEntries(readTraceArguments(`(f+0x0/0x1)${text}`, 0).values)
	const number = (value: number | bigint) => ({ kind: 'number', number: value })
	const string = (text: string) => ({ kind: 'string', text })

	test.each(KERNELS)('%s: all that a probe can say', (release) => {
		const [many] = eventsIn(`odd-${release}`).filter(({ line }) => line.name === 'many')
		expect(many?.said).toMatchObject({
			where: expect.stringMatching(/^nf_l4proto_log_invalid\+0x[04]\/0x\w+ \[nf_conntrack\]$/),
			rest: '',
		})
		expect(Object.fromEntries(many?.said.values ?? [])).toMatchObject({
			u8: number(37),
			s8: number(69),
			s16: { kind: 'array', items: [number(69), number(10240), { kind: 'number' }, number(64)] },
			x32: { kind: 'array', items: [number(0x28000045), { kind: 'number' }, { kind: 'number' }] },
			sf: string('E'),
			two: string('%s'),
			comm: string('plain'),
			one: { kind: 'array', items: [number(0x25)] },
			str: string('ab'),
		})
	})

	test.each(KERNELS)('%s: every event of a kernel is read to its end', (release) => {
		for (const name of ['small', 'tgid', 'no-irq']) {
			const events = eventsIn(`${name}-${release}`)
			// One task has a newline in its name, and this probe tells the name: the rest is on the next line.
			const cut = events.filter(({ said }) => said.rest !== '').map(({ said }) => said.rest)
			expect(cut.filter((rest) => rest !== ' comm="nl')).toEqual([])
			expect(events.every(({ said }) => said.where !== '')).toBe(true)
		}
	})

	test('the function that has returned', () => {
		expect(
			readTraceArguments('(nf_conntrack_in+0x263/0x730 [nf_conntrack] <- nf_conntrack_tcp_packet) ret=-1', 0),
		).toEqual({
			where: 'nf_conntrack_in+0x263/0x730 [nf_conntrack]',
			returnedFrom: 'nf_conntrack_tcp_packet',
			values: new Map([['ret', number(-1)]]),
			rest: '',
		})
	})

	test.each([
		[
			' a=1 b=-5 c=0xff d=18446744073709551615',
			{ a: number(1), b: number(-5), c: number(255), d: number(2n ** 64n - 1n) },
		],
		[' a={1,-2,0x3}', { a: { kind: 'array', items: [number(1), number(-2), number(3)] } }],
		[' a="x" b="y"', { a: string('x'), b: string('y') }],
		[' a="say "hi" and go"', { a: string('say "hi" and go') }],
		[' a="back\\slash\\n" b=1', { a: string('back\\slash\\n'), b: number(1) }],
		[' a="two\nlines" b=1', { a: string('two\nlines'), b: number(1) }],
		[' a=(fault) b="(fault)"', { a: { kind: 'fault' }, b: string('(fault)') }],
		[
			' a={"x","y, z",(fault)}',
			{ a: { kind: 'array', items: [string('x'), string('y, z'), { kind: 'fault' }] } },
		],
		[" a='%' b={'%','s'}", { a: { kind: 'character', text: '%' } }],
		[
			' a=nf_x.cold+0x1/0x2 [nf_conntrack] b=1',
			{ a: { kind: 'symbol', text: 'nf_x.cold+0x1/0x2 [nf_conntrack]' }, b: number(1) },
		],
		[' a=""', { a: string('') }],
		['', {}],
	])('%s', (text, expected) => {
		expect(valuesOf(text)).toMatchObject(expected)
		expect(readTraceArguments(`(f+0x0/0x1)${text}`, 0).rest).toBe('')
	})

	test.each([' a=', ' a="open', ' a={1,2', ' a={1;2}', ' a=1x', ' nothing', ' a=-', ' a={'])(
		'%s is kept as it is',
		(text) => {
			const said = readTraceArguments(`(f+0x0/0x1) z=1${text}`, 0)
			expect(Object.fromEntries(said.values)).toEqual({ z: number(1) })
			expect(said.rest).toBe(text)
		},
	)

	test('whatever is written is read again', () => {
		const word = fc.stringMatching(/^[a-z]\w{0,8}$/)
		const scalar = fc.oneof(
			fc
				.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })
				.map((value) => [`${value}`, BigInt(value)] as const),
			fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => [`0x${value.toString(16)}`, value] as const),
			fc
				.string({ unit: 'binary-ascii' })
				.filter((text) => !text.includes('"'))
				.map((text) => [`"${text}"`, text] as const),
		)
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.tuple(word, scalar), { selector: ([name]) => name, minLength: 1 }),
				(all) => {
					const said = readTraceArguments(
						`(f+0x0/0x1)${all.map(([name, [text]]) => ` ${name}=${text}`).join('')}`,
						0,
					)
					for (const [name, [, value]] of all) {
						const found = said.values.get(name)
						if (typeof value === 'string') expect(found).toEqual({ kind: 'string', text: value })
						else expect(found?.kind === 'number' ? BigInt(found.number) : found).toBe(value)
					}
				},
			),
		)
	})

	test('nothing throws', () => {
		const text = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc
				.array(
					fc.constantFrom(' a=', '"', '{', '}', ',', '(fault)', '0x', '-', '1', ' ', "'", '\n', '(', ')'),
				)
				.map((all) => all.join('')),
		)
		fc.assert(
			fc.property(text, (garbage) => {
				readTraceArguments(garbage, 0)
				readTraceArguments(`(f+0x0/0x1)${garbage}`, 0)
				parseTraceLine(garbage)
				parseTraceLine(`          hping3-155   [000] ..s1.    41.126707: ${garbage}`)
			}),
			{ numRuns: 1_000 },
		)
	})
})
