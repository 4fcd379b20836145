// Who looks after the packages: dpkg and rpm ask for a name and an address.
import { read } from './inputs.ts'

const VARIABLE = 'CTSCOPE_MAINTAINER'

/** Nobody can take it for a real one: no name ends in .invalid (RFC 2606). */
export const NOBODY = 'nobody named yet <nobody@ctscope.invalid>'

type Author = string | { readonly name?: string; readonly email?: string }

/**
 * From CTSCOPE_MAINTAINER ("NAME <ADDRESS>"), else the author of package.json; undefined where nobody is named. Throws when it is no such
 * text: it goes into a control file, a line a field.
 */
export function maintainer(
	given = process.env[VARIABLE] ?? '',
	manifest = read('package.json').toString(),
): string | undefined {
	const { author } = JSON.parse(manifest) as { readonly author?: Author }
	const named =
		author === undefined || typeof author === 'string'
			? author
			: author.name !== undefined && author.email !== undefined
				? `${author.name} <${author.email}>`
				: undefined
	const found = given !== '' ? given : named
	if (found === undefined) return undefined
	if (!/^[^<>\p{Cc}]+ <[^<>@\s]+@[^<>@\s]+>$/u.test(found))
		throw new Error(`${given !== '' ? VARIABLE : 'author in package.json'} has to be NAME <ADDRESS>`)
	return found
}
