// The names of tests as they stand in the test files, with the names of the groups around them. Read as text: a test that
// is skipped on this machine has its name nevertheless. Relies on the indentation, which the formatter keeps.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PROMISES, promisesOf } from './promises.ts'

/** `(` and a name that stands alone on the next line, or that a function or the options of the test follow. */
const NAME = /\((?:\n\t*)?(['"`])((?:(?!\1)[^\n\\]|\\.)+)\1,(?:\n\t*| )(?:async |\(|\{|_|function|\w+ =>)/g
const HEAD = /(?:^|\n)(\t*)(?:const \w+ = )?(describe|test)\b/g

type Head = { readonly at: number; readonly depth: number; readonly isGroup: boolean }
export type Named = { readonly names: readonly string[] }

/** Every test of a file, in its order: the names of the groups around it, and its own last. */
export function namesIn(text: string): readonly Named[] {
	const heads: Head[] = [...text.matchAll(HEAD)].map(({ index, 1: tabs = '', 2: word }) => ({
		at: index,
		depth: tabs.length,
		isGroup: word === 'describe',
	}))
	const named: Named[] = []
	let groups: { readonly depth: number; readonly name: string }[] = []
	for (const { index, 2: name = '' } of text.matchAll(NAME)) {
		const head = heads.findLast(({ at }) => at <= index)
		if (head === undefined || !isOf(text, head, index)) continue
		groups = groups.filter(({ depth }) => depth < head.depth)
		if (head.isGroup) groups.push({ depth: head.depth, name })
		else named.push({ names: [...groups.map((group) => group.name), name] })
	}
	return named
}

/** Whether the call at `index` is that of the head: on its line, or on one as far to the left that ends its table. */
function isOf(text: string, { at, depth }: Head, index: number): boolean {
	const lineAt = text.lastIndexOf('\n', index) + 1
	const tabs = '\t'.repeat(depth)
	return lineAt === (text[at] === '\n' ? at + 1 : at) || /^[\])}]/.test(text.slice(lineAt).replace(tabs, ''))
}

/** What a table shows of a name: without the numbers of promises, and with dots for what differs from row to row. */
export function shortName(name: string): string {
	return name
		.replace(/^(?:P\d+(?: to (?=P\d))?[ :]*)+/, '')
		.replaceAll(/\$\{[^}]*\}|%[sdijo]|\$\w+/g, '…')
		.trim()
}

/** Names that say something by themselves; the rows of a table often do not. */
const SPEAKS = 12

/** For each promise the names of the tests that show it, each once, those that speak for themselves first; P1 first. */
export function promisedCases(folder: string): readonly (readonly string[])[] {
	const found = PROMISES.map(() => new Set<string>())
	const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
		/\.test\.tsx?$/.test(file),
	)
	for (const file of files.toSorted(inOrder))
		for (const { names } of namesIn(readFileSync(join(folder, file), 'utf8'))) {
			const short = shortName(names.at(-1) ?? '')
			for (const number of promisesOf(names)) found[number - 1]?.add(short)
		}
	return found.map((names) => [...names].toSorted((a, b) => gaps(a) - gaps(b)))
}

const gaps = (name: string): number => (name.length < SPEAKS ? 10 : name.split('…').length)

/** What happens to the whole program comes before what happens to its parts. */
const ORDER = ['safety', 'lab', 'e2e', 'live']
const inOrder = (a: string, b: string): number => rank(a) - rank(b) || (basename(a) < basename(b) ? -1 : 1)
const rank = (file: string): number =>
	(ORDER.indexOf(file.split('/')[0] ?? '') + ORDER.length + 1) % (ORDER.length + 1)
