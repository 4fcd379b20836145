// The licence texts of all that is inside a package: ours, those of the packages in the bundle, and Node's.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { locked, read, root } from './inputs.ts'
import type { NodeBinary } from './node-binary.ts'

const RULE = '='.repeat(80)

/** Texts of packages that have a licence and no file with it are quoted from where they say it. */
function licenceOf(place: string): string {
	const folder = join(root, place)
	const names = readdirSync(folder).filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name))
	if (names.length > 0)
		return names
			.toSorted()
			.map((name) => readFileSync(join(folder, name), 'utf8').trim())
			.join('\n\n')
	const readme = ['readme.md', 'README.md', 'Readme.md'].map((name) => join(folder, name)).find(existsSync)
	const section =
		readme === undefined ? undefined : /^#+ *licen[cs]e\b[\s\S]*$/im.exec(readFileSync(readme, 'utf8'))?.[0]
	const { license } = locked(place)
	if (license === undefined) throw new Error(`${place} does not tell its licence`)
	return [
		`${license}. The package has no file with the text.`,
		...(section === undefined ? [] : [section.trim()]),
	].join('\n\n')
}

const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** One text for all of it; without Node where a package brings none. */
export function licences(packages: readonly string[], node?: NodeBinary): string {
	const parts = [
		['ctscope', read('LICENSE').toString().trim()],
		...packages.map((place) => [`${nameOf(place)} ${locked(place).version}`, licenceOf(place)]),
		...(node === undefined ? [] : [[`Node.js ${node.version}`, node.license.toString().trim()]]),
	]
	return parts.map(([title, body]) => `${RULE}\n${title}\n${RULE}\n\n${body}\n`).join('\n')
}
