import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANSWER, keysOfText } from '../../../src/ui/keys/keymap.ts'
import { createSequences, type Heard } from '../../../src/ui/keys/sequences.ts'

/** Latin-1: one character is one byte. */
const raw = (text: string): number[] => [...text].map((one) => one.charCodeAt(0))
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)]

const keysOf = (heard: readonly Heard[]): readonly string[] =>
	heard.flatMap((one) =>
		one.kind === 'text' ? keysOfText(one.text) : one.kind === 'key' ? [one.key] : [ANSWER],
	)

/** Pieces with pauses before each, in ms; the clock goes as the program's does: when something is due, it is done. */
function hear(pieces: readonly (readonly [pause: number, bytes: readonly number[]])[], end = 0) {
	const sequences = createSequences()
	const heard: Heard[] = []
	let now = 1000
	const wait = (ms: number): void => {
		const until = now + ms
		for (let due = sequences.due(); due !== undefined && due <= until; due = sequences.due()) {
			now = Math.max(now, due)
			heard.push(...sequences.pass(now))
		}
		now = until
	}
	for (const [pause, bytes] of pieces) {
		wait(pause)
		heard.push(...sequences.push(Uint8Array.from(bytes), now))
	}
	wait(end)
	return heard
}

const keys = (...args: Parameters<typeof hear>) => keysOf(hear(...args)).filter((key) => key !== ANSWER)
/** All in one read, then silence. */
const typed = (text: string) => keys([[0, utf8(text)]], 10_000)

describe('keys', () => {
	test.each<[string, string, readonly string[]]>([
		['letters in one piece', 'jjk', ['j', 'j', 'k']],
		['the blank, enter, tab', ' \r\n\t', ['space', 'enter', 'tab']],
		['ctrl', '\x04\x03', ['ctrl-d', 'ctrl-c']],
		['backspace of both kinds', '\b\x7f', ['backspace', 'backspace']],
		['characters of several bytes', 'é漢e\u0301👩‍👩‍👧', ['é', '漢', 'e\u0301', '👩‍👩‍👧']],
		['arrows of CSI and of SS3', '\x1b[A\x1b[B\x1bOC\x1bOD', ['up', 'down', 'right', 'left']],
		['arrows with modifiers', '\x1b[1;5A\x1b[1;2B\x1b[a\x1bOb', ['up', 'down', 'up', 'down']],
		['home and end in all their forms', '\x1b[H\x1bOF\x1b[1~\x1b[4~\x1b[7~\x1b[8$', [...'hehehe'].map(full)],
		['pages and delete', '\x1b[5~\x1b[6~\x1b[3~\x1b[3$\x1b[3^', ['pgup', 'pgdn', ...Array(3).fill('delete')]],
		['shift and tab', '\x1b[Z\x1b[1;2Z', ['shift-tab', 'shift-tab']],
		['enter of the number block', '\x1bOM', ['enter']],
		['function keys, which do nothing', '\x1bOP\x1b[15~\x1b[[Aj\x1b[1;2Rk', ['j', 'k']],
		['esc', '\x1b', ['esc']],
		['esc twice', '\x1b\x1b', ['esc', 'esc']],
		['alt and a letter, or esc and the letter', '\x1by', ['esc', 'y']],
		['alt and an arrow, as rxvt says it', '\x1b\x1b[A', ['esc', 'up']],
		['kitty', '\x1b[101u\x1b[101;1:3u\x1b[101;2u\x1b[99;5u\x1b[27u', ['e', 'E', 'ctrl-c', 'esc']],
		[
			'kitty with other forms',
			'\x1b[55:47;2u\x1b[57414u\x1b[9;2u\x1b[57417;1:2u',
			['/', 'enter', 'shift-tab', 'left'],
		],
		['kitty with alt, and its modifier keys', '\x1b[101;3u\x1b[57441u\x1b[1;1:3A', []],
		['modifyOtherKeys', '\x1b[27;5;100~\x1b[27;2;85~', ['ctrl-d', 'U']],
	])('%s', (_name, text, expected) => {
		expect(typed(text)).toEqual(expected)
	})

	test('esc is there soon; what follows late still belongs to it, unless it can be typed', () => {
		expect(keys([[0, raw('\x1b')]], 25)).toEqual(['esc'])
		expect(keys([[0, raw('\x1b')]], 20)).toEqual([])
		expect(
			keys([
				[0, raw('\x1b')],
				[20, raw('[A')],
			]),
		).toEqual(['up'])
		expect(
			keys([
				[0, raw('\x1b')],
				[900, raw('[')],
				[900, raw('A')],
			]),
		).toEqual(['esc', 'up'])
		expect(
			keys([
				[0, raw('\x1b')],
				[100, raw('e')],
				[100, raw('U')],
			]),
		).toEqual(['esc', 'e', 'U'])
		expect(
			keys([
				[0, raw('\x1b')],
				[1100, raw(']')],
				[10, raw('e')],
			]),
		).toEqual(['esc', ']', 'e'])
	})

	test('a character in two pieces', () => {
		expect(
			keys([
				[0, [0xe6, 0xbc]],
				[300, [0xa2, 0x65]],
			]),
		).toEqual(['漢', 'e'])
		expect(
			keys([
				[0, [0xe6, 0xbc]],
				[3000, raw('e')],
			]),
		).toEqual(['e'])
	})
})

const full = (letter: string): string => (letter === 'h' ? 'home' : 'end')

describe('P6 answers of terminals', () => {
	test.each<[string, string]>([
		['a colour of the palette', '\x1b]4;1;e\x07'],
		['the title', '\x1b]lU is undo all\x1b\\'],
		['the colour of the background', '\x1b]11;rgb:eeee/eeee/eeee\x1b\\'],
		['the clipboard', `\x1b]52;c;${'ZWVlZQ'.repeat(5000)}\x1b\\`],
		['with eight bits', '\x9b?64;1;2c\x9d4;1;e\x07\x90>|eU\x9c\x9f_eU\x9c\x98eU\x9c\x9eeU\x9c'],
		['C1 alone', '\x84\x85\x88\x8d\x9aU'.slice(0, -1)],
		['a shift to another set, and its character', '\x8eU'],
		['mouse of X10', '\x1b[M eU\x1b[M#Ue'],
		['mouse of X10, far to the right', '\x1b[M \xe5\xd5\x1b[M U\x9b'],
		['mouse of SGR and of urxvt', '\x1b[<0;10;20M\x1b[<0;10;20m\x1b[32;10;20M'],
		['highlighting with the mouse', '\x1b[teU\x1b[TeUeUeU'],
		['focus', '\x1b[I\x1b[O'],
		['where the cursor is', '\x1b[12;40R\x1b[?12;40;1R'],
		['what it is', '\x1b[?62;1;4c\x1b[>41;377;0c\x1b[=1c\x1bP!|45554545\x1b\\'],
		['how it is', '\x1b[0n\x1b[?15n\x1b[?997;1n'],
		['modes', '\x1b[?2026;2$y\x1b[4;1$y'],
		['its window', '\x1b[8;24;80t\x1b[3;1;1t\x1b[1t'],
		['flags of its keyboard', '\x1b[?5u'],
		['settings and names', '\x1bP1$r0;1m\x1b\\\x1bP1+r544e=787465726d\x1b\\\x1bP>|XTerm(390)\x1b\\'],
		['pictures', '\x1b_Gi=31;OK\x1b\\'],
		['BEL, ESC and CAN inside of a string', '\x1bPe\x07U\x1b[eU\x18e\x1b\\'],
		['the end of a string that is gone', '\x1b\\\x9c'],
	])('%s is no key, at once and byte by byte', (_name, text) => {
		const bytes = raw(text)
		expect(keys([[0, bytes]], 10_000)).toEqual([])
		expect(
			keys(
				bytes.map((byte) => [10, [byte]]),
				10_000,
			),
		).toEqual([])
		const slow = keys(
			bytes.map((byte) => [900, [byte]]),
			10_000,
		)
		expect(slow.filter((key) => key !== 'esc')).toEqual([])
		expect(
			keys([
				[0, bytes],
				[0, raw('e')],
			]),
		).toEqual(['e'])
	})

	test('C1 in UTF-8', () => {
		expect(typed('\u009b?1;2c\u009d4;1;e\u009c\u0090eU\u009c\u009fe\x1b\\\u0085j')).toEqual(['j'])
	})

	test('a title with letters whose last byte is a C1 control', () => {
		expect(keys([[0, [...raw('\x1b]l'), ...utf8('ŜU雛e'), 0x9c, ...raw('j')]]])).toEqual(['j'])
	})

	test('an answer beside a key is told, so that the key did not come alone', () => {
		expect(keysOf(hear([[0, raw('\x1b[0ne')]]))).toEqual([ANSWER, 'e'])
		expect(
			keysOf(
				hear([
					[0, raw('\x1b[0n')],
					[0, raw('e')],
				]),
			),
		).toEqual([ANSWER, 'e'])
	})
})

describe('pastes', () => {
	const paste = (text: string) => [{ kind: 'paste', text }]
	test.each<[string, string, string]>([
		['a word', '\x1b[200~qyU\r\x1b[201~', 'qyU\r'],
		[
			'with sequences in it',
			'\x1b[200~\x1b[A\x1b]4;e\x07\x1b[20\x1b\x1b[201~',
			'\x1b[A\x1b]4;e\x07\x1b[20\x1b',
		],
		['of eight bits', '\x9b200~e\x1b[201~U\x9b201~', 'e\x1b[201~U'],
	])('%s', (_name, text, expected) => {
		expect(hear([[0, raw(text)]])).toEqual(paste(expected))
		expect(hear(raw(text).map((byte) => [20, [byte]]))).toEqual(paste(expected))
		expect(
			keysOf(hear(raw(text).map((byte) => [900, [byte]]))).filter((key) => !['esc', ANSWER].includes(key)),
		).toEqual([])
	})

	test('without an end it is dropped, and its bytes are no keys', () => {
		const begun = raw('\x1b[200~eU')
		expect(
			keys([
				[0, begun],
				[4000, raw('e')],
				[4000, raw('U')],
				[5000, raw('j')],
			]),
		).toEqual(['j'])
	})

	test('a long one is cut', () => {
		const [one] = hear([[0, raw(`\x1b[200~${'e'.repeat(1_000_000)}\x1b[201~`)]])
		expect(one?.kind === 'paste' && one.text.length).toBe(4096)
	})
})

/** Text of answers: printable characters of every plane, none of them a control. */
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((given) => given.replace(/\p{Cc}/gu, ''))
const either = (seven: string, eight: number) =>
	fc.constantFrom(raw(seven), [eight], utf8(String.fromCharCode(eight)))
const ST = either('\x1b\\', 0x9c)
const number = fc.nat(9999)
const numbers = fc.array(number, { minLength: 1, maxLength: 4 }).map((all) => all.join(';'))

const osc = fc
	.tuple(
		either('\x1b]', 0x9d),
		fc.constantFrom('', 'l', 'L', '4;1;', '11;', '52;c;'),
		text,
		fc.oneof(fc.constant([7]), ST),
	)
	.map(([begin, kind, body, end]) => [...begin, ...raw(kind), ...utf8(body), ...end])
const string = fc
	.tuple(
		fc.oneof(either('\x1bP', 0x90), either('\x1b_', 0x9f), either('\x1b^', 0x9e), either('\x1bX', 0x98)),
		fc.array(fc.oneof(text.map(utf8), fc.constant([7]), fc.constant(raw('\x1b['))), { maxLength: 3 }),
		ST,
	)
	.map(([begin, body, end]) => [...begin, ...body.flat(), ...raw(' '), ...end])
const report = fc
	.tuple(
		either('\x1b[', 0x9b),
		fc.oneof(
			fc
				.tuple(fc.constantFrom('?', '>', '=', '<'), numbers, fc.constantFrom(...'cnRuyMmtx'))
				.map((all) => all.join('')),
			fc
				.tuple(numbers, fc.constantFrom('R', 'c', 'n', 't', 'M', 'x', '*y', ';2$y', 'I', 'O', ' q'))
				.map((all) => all.join('')),
			fc.tuple(fc.constant('?'), numbers, fc.constant('$y')).map((all) => all.join('')),
			fc.constantFrom('I', 'O'),
		),
	)
	.map(([begin, body]) => [...begin, ...raw(body)])
const coordinate = fc.oneof(
	fc.integer({ min: 0x20, max: 0x7e }).map((byte) => [byte]),
	fc.integer({ min: 0x80, max: 0xbf }).map((byte) => [byte]),
	fc.integer({ min: 0xa0, max: 0x7ff }).map((code) => utf8(String.fromCharCode(code))),
)
const mouse = fc
	.tuple(either('\x1b[M', 0x9b), fc.integer({ min: 0x20, max: 0x7e }), coordinate, coordinate)
	.map(([begin, button, x, y]) => [...begin, ...(begin.length === 3 ? [] : raw('M')), button, ...x, ...y])
const control = fc
	.constantFrom(0x80, 0x84, 0x85, 0x88, 0x8d, 0x91, 0x97, 0x99, 0x9a, 0x9c)
	.chain((code) => fc.constantFrom([code], utf8(String.fromCharCode(code))))
const answer = fc.oneof(osc, string, report, mouse, control)

const KEYS: readonly (readonly [string, string])[] = [
	['e', 'e'],
	['U', 'U'],
	['\r', 'enter'],
	['é', 'é'],
	['\x03', 'ctrl-c'],
	['\x1b[A', 'up'],
	['\x1b[5~', 'pgup'],
	['\x1bOB', 'down'],
	['\x1b[101;2u', 'E'],
]
const PAUSES = [0, 0, 1, 20, 200, 900]

/** The bytes in pieces with pauses. */
const cut = (bytes: readonly number[], cuts: readonly (readonly [number, number])[]) => {
	const pieces: [number, readonly number[]][] = []
	let at = 0
	for (const [size, pause] of cuts) {
		if (at >= bytes.length) break
		pieces.push([pause, bytes.slice(at, at + size)])
		at += size
	}
	return [...pieces, [0, bytes.slice(at)] as const]
}
const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(...PAUSES)), { maxLength: 40 })

describe('P6 any answers in any pieces', () => {
	test('no key comes of them; esc alone, where the pieces part behind it', () => {
		fc.assert(
			fc.property(fc.array(answer, { maxLength: 6 }), cuts, (answers, at) => {
				const pieces = cut(answers.flat(), at)
				const slow = pieces.some(([pause]) => pause >= 25)
				expect(keys(pieces, 20_000).filter((key) => !(slow && key === 'esc'))).toEqual([])
			}),
			{ numRuns: 3000 },
		)
	})

	test('keys after and between them all arrive', () => {
		const known = fc.constantFrom(...KEYS).map(([bytes, name]) => ({ bytes: utf8(bytes), name }))
		const said = answer.map((bytes) => ({ bytes, name: undefined }))
		fc.assert(
			fc.property(fc.array(fc.oneof(known, said), { maxLength: 10 }), cuts, (all, at) => {
				const pieces = cut(
					all.flatMap(({ bytes }) => bytes),
					at,
				)
				const names = all.flatMap(({ name }) => (name === undefined ? [] : [name]))
				expect(keys(pieces, 20_000).filter((key) => key !== 'esc')).toEqual(names)
			}),
			{ numRuns: 3000 },
		)
	})

	test('a string without an end is given up when it is silent; none of it becomes a key', () => {
		const begun = fc
			.oneof(osc, string)
			.map((bytes) => bytes.slice(0, -2).filter((byte) => byte !== 7 && byte !== 0x9c))
		const rest = fc.array(fc.constantFrom(...raw('eUKyq \r')), { maxLength: 300 })
		fc.assert(
			fc.property(begun, rest, cuts, (head, tail, at) => {
				const stuck = cut([...raw('\x1bP'), ...head.slice(2), 0x20, ...tail], at)
				expect(keys([...stuck, [2100, raw('e')]]).filter((key) => key !== 'esc')).toEqual(['e'])
			}),
			{ numRuns: 1000 },
		)
	})

	test('one that goes on and on is given up at a length and a time, and then by a second of silence', () => {
		const piece = raw('e'.repeat(1000))
		const long = Array.from({ length: 200 }, () => [10, piece] as const)
		expect(keys([[0, raw('\x1b]')], ...long, [900, raw('U')], [1000, raw('e')]])).toEqual(['e'])
		const slow = Array.from({ length: 60 }, () => [400, raw('e')] as const)
		expect(keys([[0, raw('\x1b]')], ...slow, [1000, raw('U')]])).toEqual(['U'])
	})

	test('any bytes at all: nothing is thrown, and in the end a key is a key', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (bytes, at) => {
				const pieces = cut([...bytes], at)
				expect(keys([...pieces, [20_000, raw('e')]]).at(-1)).toBe('e')
			}),
			{ numRuns: 3000 },
		)
	})
})
