// Draws docs/pictures: an SVG for each scene, and the demo as a recording for asciinema. `--check` writes nothing and exits
// 1 when a file is not what it would draw.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { frame } from '../../test/ui/screen.ts'
import { castOf } from './cast.ts'
import { runsOf } from './cells.ts'
import { readDemo } from './demo.ts'
import { SCENES } from './scenes.ts'
import { svgOf } from './svg.ts'

const FOLDER = 'docs/pictures'

const demo = readDemo('share/demo/asymmetric.ctscope')
const made = new Map<string, string>()
for (const [name, { title, state }] of Object.entries(SCENES)) {
	const drawn = state(demo)
	made.set(`${name}.svg`, svgOf(await runsOf(frame(drawn), drawn.size), drawn.size.columns, title))
}
made.set('demo.cast', castOf(demo, frame))

const isCheck = process.argv.includes('--check')
const read = (name: string) => {
	try {
		return readFileSync(join(FOLDER, name), 'utf8')
	} catch {
		return undefined
	}
}
mkdirSync(FOLDER, { recursive: true })
const stale = [
	...[...made].filter(([name, text]) => read(name) !== text).map(([name]) => name),
	...readdirSync(FOLDER).filter((name) => !made.has(name)),
]
for (const name of stale) {
	const text = made.get(name)
	if (isCheck)
		console.error(`${join(FOLDER, name)} is stale: run scripts/pictures, look at it, and commit it`)
	else if (text === undefined) rmSync(join(FOLDER, name))
	else writeFileSync(join(FOLDER, name), text)
}
if (isCheck && stale.length > 0) process.exitCode = 1
