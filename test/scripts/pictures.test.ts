import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import headless from '@xterm/headless'
import { describe, expect, test } from 'vitest'
import { runsOf } from '../../scripts/drawing/cells.ts'
import { svgOf } from '../../scripts/drawing/svg.ts'
import { tempFolder } from '../harness/folders.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/pictures')
const pictures = readdirSync(folder).filter((name) => name.endsWith('.svg'))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

/** The texts of a picture as a reader of XML finds them; throws where it is not well formed. */
function textsIn(svg: string): readonly string[] {
	const path = join(tempFolder('picture'), 'one.svg')
	writeFileSync(path, svg)
	const reader =
		'import json,sys,xml.dom.minidom as m\n' +
		'd=m.parse(sys.argv[1])\n' +
		'print(json.dumps([t.firstChild.data for t in d.getElementsByTagName("text")]))'
	const { status, stdout, stderr } = spawnSync('python3', ['-c', reader, path], { encoding: 'utf8' })
	expect(stderr).toBe('')
	expect(status).toBe(0)
	return JSON.parse(stdout)
}

test('docs/pictures is what the demo looks like now: scripts/pictures', () => {
	const { status, stderr } = spawnSync(process.execPath, ['scripts/pictures.js', '--check'], {
		cwd: root,
		encoding: 'utf8',
	})
	expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test.each(pictures)('%s is whole, small, and asks for nothing from elsewhere', (name) => {
	const svg = read(name)
	expect(textsIn(svg).join(' ')).toContain('ctscope')
	expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
		/https?:|href|url\(|@import|@font-face|<script|<image|<foreignObject/i,
	)
	expect(svg.length).toBeLessThan(32_768)
})

test('every picture is in a document', () => {
	const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
		.filter((path) => path.endsWith('.md'))
		.map((path) => readFileSync(join(root, path), 'utf8'))
		.join('\n')
	for (const name of readdirSync(folder)) expect(documents).toContain(`pictures/${name}`)
})

describe('drawing', () => {
	const size = { columns: 40, rows: 3 }

	test('text from outside is text: signs of XML, controls, halves of characters', async () => {
		const hostile = '<script>&amp;"\'</text>]]> \u202e\ufffe\ud800漢字'
		const svg = svgOf(await runsOf([hostile], size), size.columns, hostile)
		expect(textsIn(svg).join('')).toContain('<script>&amp;"\'</text>]]>')
		expect(svg).not.toContain('<script')
	})

	test('columns stand where they stand, however wide the font is', async () => {
		const svg = svgOf(await runsOf(['a  bc   漢字 d'], size), size.columns, '')
		const placed = [...svg.matchAll(/ x="(\d+)" y="\d+" textLength="(\d+)"[^>]*>([^<]*)</g)]
		expect(placed.map(([, x, width, text]) => [text, x, width])).toEqual([
			['a', '12', '8'],
			['bc', '36', '16'],
			['漢字 d', '76', '48'],
		])
	})

	test('colours, weight and reverse are kept', async () => {
		const lines = [
			'\x1b[36mkey\x1b[39m \x1b[1mbold\x1b[22m \x1b[31m\x1b[7m alarm \x1b[27m\x1b[39m \x1b[2mdim\x1b[22m',
		]
		const [runs = []] = await runsOf(lines, size)
		expect(runs.map(({ text, look }) => [text, look.color, look.bold, look.inverse, look.dim])).toEqual([
			['key', 6, false, false, false],
			['bold', undefined, true, false, false],
			[' alarm ', 1, false, true, false],
			['dim', undefined, false, false, true],
		])
	})
})

test('demo.cast is a recording of asciinema that ends with everything put back', async () => {
	const [first = '', ...lines] = read('demo.cast').trimEnd().split('\n')
	const header = JSON.parse(first)
	expect(header).toMatchObject({ version: 2, width: 80, height: 24 })
	const events: [number, string, string][] = lines.map((line) => JSON.parse(line))
	expect(events.length).toBeGreaterThan(50)
	const times = events.map(([at]) => at)
	expect(times).toEqual(times.toSorted((a, b) => a - b))
	expect(new Set(events.map(([, kind]) => kind))).toEqual(new Set(['o']))
	const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
	await new Promise<void>((resolve) => terminal.write(events.map(([, , text]) => text).join(''), resolve))
	const screen = Array.from({ length: 24 }, (_, row) =>
		terminal.buffer.active.getLine(row)?.translateToString(true),
	).join('\n')
	terminal.dispose()
	expect(screen).toMatch(/^ ctscope /)
	expect(screen).toContain('NO CHANGES IN FORCE')
	expect(screen).toContain('asymmetric routing')
})
