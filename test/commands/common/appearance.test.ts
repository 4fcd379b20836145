import { expect, test } from 'vitest'
import { localeIsAscii, wantsColor, wantsPlain } from '../../../src/commands/common/view.ts'
import { columnsOf } from '../../../src/words/paragraph.ts'

test.each([
	[true, {}, true],
	[true, { NO_COLOR: '' }, true],
	[true, { NO_COLOR: '1' }, false],
	[true, { TERM: 'dumb' }, false],
	[false, {}, false],
	[true, { FORCE_COLOR: '1', TERM: 'dumb' }, true],
	[true, { FORCE_COLOR: '3', NO_COLOR: '1' }, true],
	[true, { FORCE_COLOR: '0' }, false],
	[true, { FORCE_COLOR: 'false', CLICOLOR_FORCE: '1' }, false],
	[true, { FORCE_COLOR: '' }, true],
	[true, { FORCE_COLOR: '', NO_COLOR: '1' }, false],
	[false, { FORCE_COLOR: '1', CLICOLOR_FORCE: '1' }, false],
	[true, { CLICOLOR: '0' }, false],
	[true, { CLICOLOR: '1' }, true],
	[true, { CLICOLOR: '0', CLICOLOR_FORCE: '1' }, true],
	[true, { CLICOLOR_FORCE: '0', TERM: 'dumb' }, false],
	[true, { CLICOLOR_FORCE: '1', TERM: 'dumb' }, true],
	[true, { CLICOLOR_FORCE: '1', NO_COLOR: '1' }, false],
])('colours asked for: %s, with %j: %s', (asked, env, color) => {
	expect(wantsColor(asked, env)).toBe(color)
})

test.each([
	[{}, false],
	[{ LANG: 'C.UTF-8' }, false],
	[{ LANG: 'de_DE.utf8' }, false],
	[{ LANG: 'C' }, true],
	[{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, true],
	[{ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }, false],
])('the locale of %j is ASCII: %s', (env, ascii) => {
	expect(localeIsAscii(env)).toBe(ascii)
})

test.each([
	[{}, false],
	[{ CTSCOPE_PLAIN: '1' }, true],
	[{ CTSCOPE_PLAIN: 'yes' }, true],
	[{ CTSCOPE_PLAIN: '0' }, false],
	[{ CTSCOPE_PLAIN: '' }, false],
	[{ TERM: 'dumb' }, true],
	[{ TERM: 'xterm' }, false],
])('%j asks for lines of text instead of a screen: %s', (env, plain) => {
	expect(wantsPlain(env)).toBe(plain)
})

test.each<[string | undefined, number | undefined, number]>([
	[undefined, undefined, 80],
	[undefined, 100, 100],
	[undefined, 30, 60],
	[undefined, 300, 120],
	['200', 100, 200],
	['70', undefined, 70],
	['1', undefined, 40],
	['', 90, 90],
	['0', 90, 90],
	['-5', 90, 90],
	['wide', 90, 90],
	['99999', 90, 90],
])('with COLUMNS=%s on a terminal of %s columns text has %i', (asked, columns, width) => {
	expect(columnsOf(columns === undefined ? {} : { columns }, { COLUMNS: asked })).toBe(width)
})
