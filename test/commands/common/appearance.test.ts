import { expect, test } from 'vitest'
import { localeIsAscii, wantsColor } from '../../../src/commands/common/view.ts'

test.each([
	[true, {}, true],
	[true, { NO_COLOR: '' }, true],
	[true, { NO_COLOR: '1' }, false],
	[true, { TERM: 'dumb' }, false],
	[false, {}, false],
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
