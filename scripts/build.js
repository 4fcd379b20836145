// Bundles src/cli.ts into dist/: cli.js and the parts that it loads. They need nothing but Node 24.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { parseSync } from 'oxc-parser'

const root = join(fileURLToPath(import.meta.url), '../..')

/**
 * ink-table is CommonJS and requires ink, which is ESM with top-level await: the bundler refuses that. So the module
 * that loads it under plain Node is replaced: ink is imported, put into a holder, and ink-table's require takes it there.
 */
const inkTable = {
	name: 'ink-table',
	setup({ onResolve, onLoad }) {
		onLoad({ filter: /load-ink-table\.ts$/ }, () => ({
			contents: `import * as ink from 'ink'
				require('ctscope:holder').ink = ink
				const loaded = require('ink-table')
				export const InkTable = loaded.default ?? loaded`,
			loader: 'js',
			resolveDir: root,
		}))
		onResolve({ filter: /^ctscope:holder$/ }, () => ({ path: 'holder', namespace: 'ctscope' }))
		onResolve({ filter: /^ink$/ }, ({ importer }) =>
			importer.includes('/node_modules/ink-table/') ? { path: 'ink', namespace: 'ctscope' } : undefined,
		)
		onLoad({ filter: /.*/, namespace: 'ctscope' }, ({ path }) => ({
			contents: path === 'holder' ? 'exports.ink = null' : "module.exports = require('ctscope:holder').ink",
			loader: 'js',
		}))
	},
}

/** Ink asks for the React developer tools when DEV is set; they are not in the bundle. */
const noDevtools = {
	name: 'no-devtools',
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }))
		onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}', loader: 'js' }))
	},
}

/** Ink measures every text with string-width, which is slow for the first that is not plain ASCII. */
const quickWidth = {
	name: 'quick-width',
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^string-width$/ }, ({ importer }) =>
			importer.includes('/node_modules/') ? { path: 'width', namespace: 'quick-width' } : undefined,
		)
		onLoad({ filter: /.*/, namespace: 'quick-width' }, () => ({
			contents: "export { width as default } from './src/words/width.ts'",
			resolveDir: root,
		}))
	},
}

/** Options for one bundle; the benchmarks bundle their baseline the same way as the program. */
export const bundleOptions = ({ entry, outdir }) => ({
	entryPoints: [entry],
	outdir,
	bundle: true,
	// What a subcommand does not need is not even parsed: `status` starts without Ink, the guard without commander.
	splitting: true,
	chunkNames: 'part-[hash]',
	platform: 'node',
	format: 'esm',
	target: 'node24',
	minify: true,
	legalComments: 'none',
	plugins: [inkTable, noDevtools],
	define: { 'process.env.NODE_ENV': '"production"', __CTSCOPE_TEST__: 'false' },
	banner: {
		js: "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
	},
	logLevel: 'warning',
})

/**
 * What starts often, or is to stay small. The bundler makes a part of every set of modules that the same entries need:
 * more than ninety until the first frame, and Node takes half a millisecond for each beside what is in it. Only these
 * decide now what stands apart: parts that come with the same of them are joined. The screen (ui) must be apart from
 * the rest of its program, because the environment is another while it is loaded.
 */
const STARTS = [
	['src/cli.ts'],
	['src/commands/command-line.ts'],
	['src/commands/tui/tui.ts'],
	['src/ui/terminal/terminal.ts'],
	['src/commands/revert/guard.ts'],
	// Only where something is in force or is changed: half a megabyte.
	['src/guard/client/client.ts'],
	['src/guard/client/find-leases.ts'],
	// With the first tool that is asked something.
	['node_modules/execa/index.js'],
	['src/commands/status/status.ts'],
	// What a script may call for every line.
	['src/commands/parse/parse.ts', 'src/commands/explain/explain.ts'],
]

/** What comes with a part by static imports, the part among it. */
function loadedWith(outputs, part) {
	const loaded = new Set([part])
	for (const name of loaded)
		for (const { path, kind } of outputs[name].imports)
			if (kind === 'import-statement' && path in outputs) loaded.add(path)
	return loaded
}

const partOf = (outputs, source) => Object.keys(outputs).find((part) => outputs[part].entryPoint === source)

/** Lists of parts to be joined; a part that comes with none of STARTS is left alone, as is the first file. */
function groupsOf(outputs) {
	const loads = STARTS.map(
		(sources) => new Set(sources.flatMap((source) => [...loadedWith(outputs, partOf(outputs, source))])),
	)
	const groups = Object.groupBy(Object.keys(outputs), (part) => {
		const who = loads.map((loaded) => Number(loaded.has(part))).join('')
		return part === partOf(outputs, 'src/cli.ts') || !who.includes('1') ? part : who
	})
	return Object.values(groups)
}

/**
 * Bundles once more what the bundler made, in fewer parts; each module stays in one of them. A joined part exports all
 * that its parts did, each name with that of its part, and whoever took something from one of them takes it from there.
 */
async function joinParts({ outputFiles, metafile: { outputs } }, outdir) {
	const made = new Map(outputFiles.map(({ path, text }) => [basename(path), { text }]))
	for (const [path, { exports, entryPoint }] of Object.entries(outputs))
		Object.assign(made.get(basename(path)), { exports, isEntry: entryPoint !== undefined })
	const groups = groupsOf(outputs).map((parts) => parts.map((part) => basename(part)))
	const groupOf = new Map(groups.flatMap((group) => group.map((part) => [part, group])))
	// A program that runs goes on with the parts of its own build: no part of another may have their names.
	const id = createHash('sha256').update(JSON.stringify(groups)).digest('hex').slice(0, 8)
	const fileOf = (part) => (part === 'cli.js' ? part : part.replace('.js', `-${id}.js`))
	const joinedFile = (group) => `part-${groups.indexOf(group)}-${id}.js`
	const nameIn = (part, name) => `${name}_${part.slice('part-'.length, -'.js'.length)}`
	const list = (names, write) => `{${names.map(write).join()}}`

	/** An import from a part that is joined with others, as one from the whole; nothing when it takes nothing. */
	function fromWhole(part, taken) {
		if (taken.length === 0) return ''
		const names = list(
			taken,
			({ importName, localName }) => `${nameIn(part, importName.name)} as ${localName.value}`,
		)
		return `import ${names} from './${joinedFile(groupOf.get(part))}';`
	}
	function textOf(part) {
		const { text } = made.get(part)
		const imports = parseSync(part, text).module.staticImports.filter(({ moduleRequest }) => {
			const group = groupOf.get(basename(moduleRequest.value))
			return group !== undefined && group.length > 1 && group !== groupOf.get(part)
		})
		let [rest, at] = ['', 0]
		for (const { start, end, moduleRequest, entries } of imports) {
			rest += text.slice(at, start) + fromWhole(basename(moduleRequest.value), entries)
			at = end
		}
		return rest + text.slice(at)
	}
	const plugin = {
		name: 'join-parts',
		setup({ onResolve, onLoad }) {
			onResolve({ filter: /^(?:part|joined|name):/ }, ({ path }) => {
				const [namespace, name] = path.split(':')
				return { namespace, path: name }
			})
			onResolve({ filter: /^\.\// }, ({ path, kind, importer }) => {
				const part = basename(path)
				const isMine = kind === 'import-statement' && groupOf.get(part) === groupOf.get(importer)
				if (isMine && groupOf.has(part)) return { namespace: 'part', path: part }
				return { path: made.has(part) ? `./${fileOf(part)}` : path, external: true }
			})
			onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({ contents: textOf(path) }))
			onLoad({ filter: /./, namespace: 'joined' }, ({ path }) => ({
				contents: groupOf
					.get(path)
					.map(
						(part) =>
							`export ${list(made.get(part).exports, (name) => `${name} as ${nameIn(part, name)}`)} from 'part:${part}'`,
					)
					.join('\n'),
			}))
			// What is loaded by import() keeps a file with its name.
			onLoad({ filter: /./, namespace: 'name' }, ({ path }) => ({
				contents: `export ${list(made.get(path).exports, (name) => `${nameIn(path, name)} as ${name}`)} from './${joinedFile(groupOf.get(path))}'`,
			}))
		},
	}
	const entry = (kind, part, file) => ({ in: `${kind}:${part}`, out: file.replace(/\.js$/, '') })
	const { metafile } = await build({
		...bundleOptions({ outdir }),
		metafile: true,
		entryPoints: groups.flatMap((group) =>
			group.length === 1
				? [entry('part', group[0], fileOf(group[0]))]
				: [
						entry('joined', group[0], joinedFile(group)),
						...group
							.filter((part) => made.get(part).isEntry)
							.map((part) => entry('name', part, fileOf(part))),
					],
		),
		splitting: false,
		plugins: [plugin],
	})
	const files = Object.fromEntries(
		Object.entries(metafile.outputs).map(([path, output]) => [
			basename(path),
			{ ...output, imports: output.imports.map((one) => ({ ...one, path: basename(one.path) })) },
		]),
	)
	return {
		files,
		loadedWith: (source) => loadedWith(files, fileOf(basename(partOf(outputs, source)))),
	}
}

/** The program in `outdir`: `cli.js` and the parts that it loads. The answer tells which files those are, by source. */
export async function bundleProgram(outdir) {
	const options = bundleOptions({ entry: join(root, 'src/cli.ts'), outdir })
	const made = await build({
		...options,
		// The program asks nobody for anything. The layout engine of Ink would load Node's HTTP client to read its own bytes.
		define: { ...options.define, fetch: 'undefined' },
		plugins: [...options.plugins, quickWidth],
		banner: {},
		metafile: true,
		write: false,
	})
	return joinParts(made, outdir)
}

/** A program that runs may still load parts of the bundle that it was started from. */
const OLD_PARTS_MS = 24 * 3_600_000

async function buildProgram() {
	const dist = join(root, 'dist')
	const fresh = join(dist, `.new-${process.pid}`)
	await bundleProgram(fresh)
	const made = readdirSync(fresh)
	// The entry last: it names the others.
	for (const name of made.toSorted((a) => (a === 'cli.js' ? 1 : -1)))
		renameSync(join(fresh, name), join(dist, name))
	rmSync(fresh, { recursive: true })
	for (const name of readdirSync(dist)) {
		const path = join(dist, name)
		if (!made.includes(name) && name !== 'cache' && Date.now() - statSync(path).mtimeMs > OLD_PARTS_MS)
			rmSync(path, { recursive: true })
	}
}

/**
 * Loads every part once, so that the compiled code is kept in dist/cache: the first frame came
 * 60 ms earlier with it. A part defines things and does nothing; cli.js, which starts the program, is left out.
 */
function warmUp() {
	const load = `
		const { enableCompileCache, flushCompileCache } = await import('node:module')
		enableCompileCache({ directory: 'dist/cache', portable: true })
		for (const name of (await import('node:fs')).readdirSync('dist'))
			if (name.startsWith('part-')) await import(new URL(name, 'file://' + process.cwd() + '/dist/'))
		flushCompileCache()`
	rmSync(join(root, 'dist/cache'), { recursive: true, force: true })
	// The same flags as in scripts/ctscope: V8 takes compiled code only from a process with the same ones.
	const { status, stderr } = spawnSync(
		process.execPath,
		['--max-semi-space-size=2', '--input-type=module', '-e', load],
		{ cwd: root, encoding: 'utf8' },
	)
	if (status !== 0)
		console.error(`the bundle works, but starts slower than it could: ${stderr.trim().split('\n').at(-1)}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await buildProgram()
	warmUp()
}
