/**
 * A format string of the kernel as a pattern for the texts that it makes (lib/vsprintf.c). Addresses may be masked by
 * whoever shared the log, so any word may stand in their place.
 */
export function patternOf(format: string): RegExp {
	const parts = format.split(/(%pI[46]|%[dusx])/)
	const source = parts.map((part, index) =>
		index % 2 === 0 ? escaped(part) : conversion(part, parts, index),
	)
	return new RegExp(`^${source.join('')}$`)
}

export const hasConversions = (format: string): boolean => format.includes('%')

function conversion(part: string, parts: readonly string[], index: number): string {
	switch (part) {
		case '%d':
			return '(-?\\d{1,10})'
		case '%u':
			return '(\\d{1,10})'
		case '%x':
			return '([\\da-f]{1,8})'
		case '%s':
			// A quoted word is what someone sent; others are names of the kernel.
			return parts[index - 1]?.endsWith('`') === true ? '(.{0,200})' : '(\\S{1,40})'
		default:
			return '(\\S{0,45})'
	}
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** The characters with which a text of this format can begin; undefined when any can. */
export function firstCharacters(format: string): readonly string[] | undefined {
	if (!format.startsWith('%')) return [format.slice(0, 1)]
	if (format.startsWith('%u')) return [...'0123456789']
	return format.startsWith('%d') ? [...'-0123456789'] : undefined
}
