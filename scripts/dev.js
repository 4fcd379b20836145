// scripts/dev FILE... [OPTION...]: these tests, and nothing around them. npm test looks first for packages, tools and a bundle
// that is up to date, and writes reports; this starts vitest at once. A file of src stands for the tests that import it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { node, root } from './setup.js'

/** As in vitest.config.ts: which project a test is of. */
const KERNEL = ['live', 'safety', 'e2e']
const OWN = ['apart', 'cases', 'lab', 'packages']

const USAGE = `usage: scripts/dev FILE... [OPTION...]
  FILE     a test, a folder of tests, or a file of src: then the test that mirrors it
  OPTION   of vitest: -t NAME, -u, --watch
The bundle in dist is not built: run npm run build where a test starts the program.`

/** The project of a path below the checkout. */
export function projectOf(path) {
	const [top, folder, name = ''] = path.split('/')
	if (top !== 'test') return 'pure'
	if (folder === 'lab' && name.startsWith('safety-')) return 'system'
	if (KERNEL.includes(folder)) return 'kernel'
	return OWN.includes(folder) ? folder : 'pure'
}

/** What vitest is to be called with, or one sentence about what is wrong. */
export function vitestArguments(given, from = process.cwd()) {
	const first = given.findIndex((word) => word.startsWith('-'))
	const names = first < 0 ? given : given.slice(0, first)
	const options = first < 0 ? [] : given.slice(first)
	if (names.length === 0) return 'which file?'
	const paths = names.map((name) => relative(root, resolve(from, name)))
	const missing = paths.find((path) => path.startsWith('..') || !existsSync(join(root, path)))
	if (missing !== undefined) return `there is no ${missing} in this checkout`
	const wanted = paths.map(testOf)
	const lacking = wanted.indexOf(undefined)
	if (lacking >= 0) return `${paths[lacking]} has no test of its own: name a file of test`
	const projects = [...new Set(wanted.map(projectOf))].flatMap((name) => ['--project', name])
	const mode = options.includes('--watch') ? [] : ['run']
	return [...mode, ...wanted, ...projects, '--reporter=default', ...options]
}

/** Tests mirror src. Whatever imports a file would be hundreds of tests for some. */
function testOf(path) {
	if (!path.startsWith('src/')) return path.startsWith('test/') ? path : undefined
	const place = path.replace(/^src/, 'test').replace(/\.tsx?$/, '')
	return ['.test.ts', '.test.tsx'].map((end) => `${place}${end}`).find((test) => existsSync(join(root, test)))
}

function main() {
	const args = vitestArguments(process.argv.slice(2))
	if (typeof args === 'string') {
		console.error(`dev: ${args}\n${USAGE}`)
		process.exitCode = 1
		return
	}
	const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` }
	const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', ...args], {
		cwd: root,
		stdio: 'inherit',
		env,
	})
	process.exitCode = status ?? 1
}

if (process.argv[1] === import.meta.filename) main()
