import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorsIn, linksIn } from '../../scripts/markdown.ts'

const root = join(import.meta.dirname, '../..')
const NOT_OURS = new Set(['node_modules', '.git', 'out', 'dist'])

const documentsIn = (folder: string): string[] =>
	readdirSync(folder, { withFileTypes: true })
		.filter(({ name }) => !NOT_OURS.has(name))
		.flatMap((entry) => {
			const path = join(folder, entry.name)
			if (entry.isDirectory()) return documentsIn(path)
			return entry.name.endsWith('.md') ? [relative(root, path)] : []
		})

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const isAddress = (target: string) => /^[a-z][a-z+.-]*:/.test(target)

/** Why nobody gets there; undefined when it is there. */
function broken(from: string, target: string): string | undefined {
	const [path = '', anchor] = target.split('#')
	const file = path === '' ? from : join(dirname(from), decodeURIComponent(path))
	if (relative(root, join(root, file)).startsWith('..')) return 'leads out of the repository'
	if (!existsSync(join(root, file))) return `there is no ${file}`
	if (anchor === undefined) return undefined
	return anchorsIn(read(file)).has(anchor) ? undefined : `${file} has no heading #${anchor}`
}

const documents = documentsIn(root)

test('README, CONTRIBUTING and docs/ are among the documents', () => {
	expect(documents).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/safety.md']))
})

test.each(documents)('every link in %s leads somewhere', (from) => {
	const dead = linksIn(read(from))
		.filter(({ target }) => !isAddress(target))
		.flatMap(({ line, target }) => {
			const why = broken(from, target)
			return why === undefined ? [] : [`${from}:${line} ${target}: ${why}`]
		})
	expect(dead).toEqual([])
})

test.each(documents.filter((path) => path.startsWith('docs/')))('someone finds %s from README', (path) => {
	const seen = new Set<string>()
	const visit = (from: string): void => {
		if (seen.has(from) || !existsSync(join(root, from))) return
		seen.add(from)
		for (const { target } of linksIn(read(from))) {
			const [file = ''] = target.split('#')
			if (!isAddress(target) && file.endsWith('.md')) visit(join(dirname(from), file))
		}
	}
	visit('README.md')
	expect(seen).toContain(path)
})

test('README fits on a few screens', () => {
	expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(120)
})

describe('what is a link', () => {
	test('text, pictures and rows of tables; nothing in code', () => {
		const text =
			'[a](b.md) ![p](c.svg "t")\n| [x](d.md#e) |\n```\n[n](o)\n```\n`[n](o)`\n    [n](o)\n[z](https://a/)'
		expect(linksIn(text)).toEqual([
			{ line: 1, target: 'b.md' },
			{ line: 1, target: 'c.svg' },
			{ line: 2, target: 'd.md#e' },
			{ line: 8, target: 'https://a/' },
		])
	})

	test('headings have the names that forges give them', () => {
		const text = '# Who acts: `INVALID`, or not?\n## A\n```\n# no\n```\n## A\n### Lines of text: --plain\n#no'
		expect([...anchorsIn(text)]).toEqual(['who-acts-invalid-or-not', 'a', 'a-1', 'lines-of-text---plain'])
	})

	test('a dead one is told with its line', () => {
		expect(broken('docs/safety.md', '../README.md#nowhere')).toBe('README.md has no heading #nowhere')
		expect(broken('docs/safety.md', 'gone.md')).toBe('there is no docs/gone.md')
		expect(broken('README.md', '../../x')).toBe('leads out of the repository')
	})
})
