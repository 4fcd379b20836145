type Env = Readonly<Record<string, string | undefined>>

/** Whether to draw with colours: https://no-color.org, and terminals that have none. */
export function wantsColor(asked: boolean, { NO_COLOR, TERM }: Env): boolean {
	return asked && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb'
}

/** A locale that names a character set other than UTF-8; without any locale UTF-8 is taken for granted. */
export function localeIsAscii({ LC_ALL, LC_CTYPE, LANG }: Env): boolean {
	const locale = LC_ALL || LC_CTYPE || LANG || ''
	return locale !== '' && !/utf-?8/i.test(locale)
}
