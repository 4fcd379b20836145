import { visible } from './visible.ts'

/**
 * One fact as a line for a pipe: its name, then what is to be said of it, with one blank between them and no line break,
 * whatever the parts hold; what is quoted stays as it is. The names are for grep, and stay. Empty parts leave nothing behind.
 */
export function fact(name: string, ...parts: readonly (string | number)[]): string {
	return visible([name, ...parts].join(' '))
		.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (found) => (found.startsWith('"') ? found : ' '))
		.trim()
}

/** Standard output is a file or a pipe: nobody reads a page there, and no line is broken. */
export const isPiped = (stream: { readonly columns?: number }): boolean => stream.columns === undefined
