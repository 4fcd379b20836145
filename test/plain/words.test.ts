import { describe, expect, test } from 'vitest'
import { counterWord } from '../../src/app/screens/parts/counter-words.ts'
import { differenceInWords } from '../../src/app/screens/table/difference.ts'
import { hidesReasons } from '../../src/changes/knobs.ts'
import { bar, glyphsOf, sparkline } from '../../src/words/glyphs.ts'
import { apart, cutLine, line, lineText, packed } from '../../src/words/line.ts'
import { age, clock, compact, countdown, counted, grouped, percent, rate } from '../../src/words/numbers.ts'
import { cut, fitted, safe, wrap } from '../../src/words/text.ts'
import { width } from '../../src/words/width.ts'
import * as s from '../ui/situations.ts'

const UNICODE = glyphsOf({ ascii: false })
const ASCII = glyphsOf({ ascii: true })

test.each([
	[0, '0'],
	[999, '999'],
	[1000, '1 000'],
	[18_231, '18 231'],
	[1_234_567, '1 234 567'],
	[-1500, '-1 500'],
])('%d grouped', (value, text) => {
	expect(grouped(value)).toBe(text)
})
test.each([
	[7, '7'],
	[9_999, '9999'],
	[41_022, '41k'],
	[262_144, '262k'],
	[1_250_000, '1.2M'],
	[12_500_000, '12M'],
])('%d compact', (value, text) => {
	expect(compact(value)).toBe(text)
})
test.each([
	[0, '0'],
	[Number.NaN, '0'],
	[0.04, '<0.1'],
	[0.2, '0.2'],
	[2, '2'],
	[9.94, '9.9'],
	[9.96, '10'],
	[1234, '1 234'],
])('%d a second', (value, text) => {
	expect(rate(value)).toBe(text)
})
test.each([
	[0, 'now'],
	[999, 'now'],
	[-5, 'now'],
	[1000, '1 s'],
	[119_999, '119 s'],
	[120_000, '2 min'],
	[7_200_000, '2 h'],
	[172_800_000, '2 d'],
])('%d ms ago', (value, text) => {
	expect(age(value)).toBe(text)
})
test.each([
	[581_000, '09:41'],
	[580_001, '09:41'],
	[0, '00:00'],
	[-1, '00:00'],
	[3_730_000, '1:02:10'],
])('%d ms left', (value, text) => {
	expect(countdown(value)).toBe(text)
})
test.each([
	[0, 0, '0%'],
	[1, 0, '0%'],
	[1, 1000, '<1%'],
	[910, 1000, '91%'],
	[999, 1000, '99%'],
	[1000, 1000, '100%'],
])('%d of %d', (part, whole, text) => {
	expect(percent(part, whole)).toBe(text)
})
test('the clock', () => {
	expect([clock(s.WALL, 'minutes'), clock(s.WALL), clock(s.WALL, 'ms'), clock(Number.NaN)]).toEqual([
		'14:06',
		'14:06:12',
		'14:06:12.000',
		'--:--',
	])
	expect([counted(1, 'change'), counted(2, 'change'), counted(0, 'entry', 'entries')]).toEqual([
		'1 change',
		'2 changes',
		'0 entries',
	])
})

describe('text', () => {
	test.each<[string, number, string]>([
		['short', 10, 'short'],
		['exactly', 7, 'exactly'],
		['too long', 5, 'too …'],
		['漢字漢字', 5, '漢字…'],
		['x', 0, ''],
		['abc', 1, '…'],
	])('%s cut to %i', (text, cells, shown) => {
		expect(cut(text, cells)).toBe(shown)
		expect(width(cut(text, cells))).toBeLessThanOrEqual(Math.max(0, cells))
		expect(width(fitted(text, cells))).toBe(cells)
	})
	test('wraps at blanks, and in the middle of what is longer than a line', () => {
		expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
		expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl'])
		expect(wrap('漢字漢字漢', 4)).toEqual(['漢字', '漢字', '漢'])
		expect(wrap('', 4)).toEqual([''])
		expect(wrap('x', 0)).toEqual([])
	})
	test('nothing in it can be obeyed', () => {
		expect(safe('\x1b[2J')).toBe('\\x1b[2J')
		expect([safe(null), safe(undefined)]).toEqual(['-', '-'])
	})
})

describe('lines', () => {
	test('left and right of one line; the left one gives way', () => {
		expect(lineText(apart(line('left'), line('right'), 12))).toBe('left   right')
		expect(lineText(apart(line('much on the left'), line('right'), 12))).toBe('much … right')
		expect(lineText(apart(line('left'), line('right'), 3))).toBe('ri…')
	})
	test('cut across spans', () => {
		expect(lineText(cutLine(line('ab', 'cd', 'ef'), 4))).toBe('abc…')
		expect(lineText(cutLine(line('ab', 'cd'), 4))).toBe('abcd')
	})
	test('the least important item goes first', () => {
		const items = ['aa', 'bb', 'cc'].map((text, index) => ({
			line: line(text),
			importance: [1, 2, 0][index] ?? 0,
		}))
		expect([10, 7, 5, 1].map((cells) => lineText(packed(items, cells, 1)))).toEqual([
			'aa bb cc',
			'aa cc',
			'aa cc',
			'cc',
		])
	})
})

describe('graphs', () => {
	test.each([
		[0, ''],
		[0.001, '▏'],
		[0.5, '████'],
		[0.91, '███████▎'],
		[1, '████████'],
		[2, '████████'],
		[Number.NaN, ''],
	])('a share of %d', (share, text) => {
		expect(bar(share, 8, UNICODE)).toBe(text)
	})
	test('shares and graphs in ASCII', () => {
		expect(bar(0.5, 8, ASCII)).toBe('####')
		expect(sparkline([0, 5, 10], 3, 3, ASCII)).toBe('_=#')
	})
	test('seconds that are not there yet are blank; several seconds share a cell', () => {
		expect(sparkline([0, 5, 10], 6, 6, UNICODE)).toBe('   ▁▅█')
		expect(sparkline([2, 4, 6, 8], 4, 2, UNICODE)).toBe('▄█')
		expect(sparkline([], 4, 2, UNICODE)).toBe('  ')
		expect(sparkline([1], 4, 0, UNICODE)).toBe('')
		expect(sparkline([5, 5], 2, 2, UNICODE, 10)).toBe('▅▅')
	})
})

test.each<[string, number, number, string | undefined, number?]>([
	['drop', 1, 0, 'worry'],
	['early_drop', 0, 0, 'normal'],
	['invalid', 5, 0.2, 'normal'],
	['invalid', 5000, 44, 'worry'],
	['invalid', 5000, 44, 'worry', 40_000],
	['invalid', 5000, 44, 'normal', 50_000],
	['drop', 5000, 44, 'worry', 50_000],
	['clash_resolve', 500, 20, 'normal'],
	['found', 10_000, 900, 'normal'],
	['unknown1', 5, 5, undefined],
])('%s +%d at %d/s: %s', (name, rise, perSecond, word, packets) => {
	expect(counterWord(name, rise, perSecond, packets)).toBe(word)
})

test.each<[string, string, boolean, string]>([
	['log_invalid', '0', true, 'all'],
	['log_invalid', '6', true, 'others'],
	['log_invalid', '255', true, ''],
	['log_invalid', '41', true, 'all'],
	['nf_log.2', 'NONE', true, 'IPv4'],
	['nf_log.10', 'nfnetlink_log', true, 'IPv6'],
	['nf_log.2', 'nf_log_ipv4', true, ''],
	['nf_log_all_netns', '0', true, ''],
	['nf_log_all_netns', '0', false, 'all'],
	['tcp_be_liberal', '1', true, 'window'],
	['tcp_loose', '0', true, 'mid-stream'],
	['checksum', '0', true, 'checksum'],
	['acct', '0', true, ''],
])('%s=%s hides (initial namespace: %s) %s', (id, value, initial, hidden) => {
	expect(hidesReasons(id, value, initial)).toBe(hidden)
})

describe('the difference between -C and -L', () => {
	const kept = { kept: 'yes', size: 0, staying: [], meaning: '' } as const
	test.each([
		[
			'equal',
			s.walk({ countBefore: 41_000, countAfter: 41_000 }),
			s.lists(),
			'Every counted entry was listed.',
		],
		[
			'more listed',
			s.walk({ countBefore: 40_990, countAfter: 41_000 }),
			s.lists(),
			'10 more listed than counted: entries that were made while the list was read.',
		],
		[
			'freed by the listing',
			s.walk({ countBefore: 41_020, countAfter: 41_000 }),
			s.lists({ queues: null }),
			'20 more counted than listed: 20 had expired, and the listing itself freed them.',
		],
		[
			'waiting in a queue',
			s.walk({ countBefore: 41_002, countAfter: 41_002 }),
			s.lists(),
			'2 more counted than listed: up to 2 belong to packets that wait in NFQUEUE (unconfirmed).',
		],
		[
			'an old kernel',
			s.walk({ countBefore: 41_012, countAfter: 41_012 }),
			s.lists({ unconfirmed: { ...kept, size: 5 }, dying: { ...kept, size: 4 }, queues: null }),
			'12 more counted than listed: 5 unconfirmed (the packet has not left the hooks yet); 4 dying; the other 3 are expired and not freed yet, or came and went while the list was read.',
		],
		[
			'unexplained',
			s.walk({ countBefore: 41_007, countAfter: 41_007 }),
			undefined,
			'7 more counted than listed: these are unconfirmed (this kernel does not list them), expired and not freed yet, or came and went while the list was read.',
		],
		[
			'lines not understood',
			s.walk({ countBefore: 41_000, countAfter: 41_000, ipv4: s.composition({ notUnderstood: 2 }) }),
			s.lists(),
			'Every counted entry was listed. 2 lines of the listing were not understood.',
		],
	])('%s', (_name, walk, lists, sentence) => {
		expect(differenceInWords(walk, lists)).toBe(sentence)
	})
})
