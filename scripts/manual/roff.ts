// Text as man(7) macros.
import { wrapped } from '../../src/words/paragraph.ts'

/** Longest line of the source, as mandoc asks for. */
const COLUMNS = 79

/** A text that stands in a line: no backslash or dash of it is one of roff, no line of it a macro. */
function escaped(text: string): string {
	return text
		.replaceAll('\\', '\\e')
		.replaceAll('-', '\\-')
		.replaceAll('^', '\\(ha')
		.replaceAll('~', '\\(ti')
		.replaceAll('`', '\\(ga')
		.replaceAll("'", '\\(aq')
		.replaceAll(/[^\n -~]/g, (character) => `\\[u${codeOf(character)}]`)
		.replaceAll(/^\./gm, '\\&.')
}

/** Text that is filled, in short lines. */
export const filled = (text: string) =>
	wrapped(escaped(text), COLUMNS)
		.map((line) => line.replace(/^[.]/, '\\&.'))
		.join('\n')

const codeOf = (character: string) =>
	(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')

/** An argument of a macro. */
const quoted = (text: string) => `"${escaped(text).replaceAll('"', '\\(dq')}"`

export const section = (title: string) => `.SH ${quoted(title.toUpperCase())}`

export const subsection = (title: string) => `.SS ${quoted(title)}`

export const paragraph = (text: string) => `.PP\n${filled(text)}`

/** A term, and what it means beside it. */
export const term = (name: string, text: string) => `.TP\n.B ${quoted(name)}\n${filled(text)}`

/** Lines that stay as they are. */
export const literal = (text: string) => `.PP\n.EX\n${escaped(text)}\n.EE`

/** The date stays as it is: mandoc reads it. */
export const titleLine = (name: string, part: string, date: string, ...more: readonly string[]) =>
	`.TH ${name} ${part} ${date} ${more.map(quoted).join(' ')}`
