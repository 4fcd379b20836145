// Bundles src/cli.ts into dist/: cli.js and the parts that it loads. They need nothing but Node 24.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { joinParts } from './join-parts.js'

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

/**
 * Packages that take texts apart load what is known of all scripts, and of all emoji, before they see the first text: 70
 * of the 400 ms until Ink draws, and nearly no text needs it. So they get it when one does.
 */
const lateUnicode = {
	name: 'late-unicode',
	setup({ onLoad }) {
		const ours = /(?:ansi-tokenize|wrap-ansi|ink)\/.*\.js$/
		onLoad(
			{
				filter: /node_modules\/(?:string-width|slice-ansi|wrap-ansi|@alcalzone\/ansi-tokenize|ink)\/.*\.js$/,
			},
			({ path }) => {
				const text = readFileSync(path, 'utf8')
				const late = text
					.replaceAll(/^const (\w+) = new Intl\.Segmenter\(.*\);$/gm, (made, name) =>
						ours.test(path)
							? `import { graphemes as __graphemes } from '${root}/src/words/graphemes.ts';const ${name} = { segment: __graphemes };`
							: `${made.replace(`const ${name} =`, `let ${name}Made;const ${name}Make = () =>`)}
							const ${name} = { segment: (text) => (${name}Made ??= ${name}Make()).segment(text) };`,
					)
					.replaceAll(
						/^const (\w+) = (\/\^\\p\{RGI_Emoji\}\$\/v);$/gm,
						'let $1Made;const $1 = { test: (text) => ($1Made ??= $2).test(text) };',
					)
				return { contents: late, loader: 'js' }
			},
		)
	},
}

/**
 * Node makes a module of its own for each of its modules that is imported, and asks it for all that it has: fs then loads
 * what is behind fs.promises, util its tables of differences. So what is used is taken from it by name. The entry alone
 * imports as usual, and what an older Node lacks is nothing at first, so that the entry can tell it from this one.
 */
const builtins = {
	name: 'builtins',
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^node:/ }, ({ path, kind, importer }) =>
			kind === 'import-statement' && importer !== join(root, 'src/cli.ts')
				? // Of its own for each that takes something, or the parts would share yet another part.
					{
						// From the root of the checkout: the names of the parts come from it, and two clones are to make the same.
						path: `${path} ${relative(root, importer).replaceAll('/', ' ')}`,
						namespace: 'builtins',
						sideEffects: false,
					}
				: undefined,
		)
		onLoad({ filter: /./, namespace: 'builtins' }, ({ path }) => {
			const [name = ''] = path.split(' ')
			const names = Object.keys(process.getBuiltinModule(name)).filter((one) => one !== 'default')
			const take = (one) => `export const ${one} = /* @__PURE__ */ take('${one}')`
			return {
				contents: `const builtin = /* @__PURE__ */ process.getBuiltinModule?.('${name}')
					const take = (name) => builtin?.[name]
					export default builtin
					${names.map(take).join('\n')}`,
				loader: 'js',
			}
		})
	},
}

/** What of Ink's output costs most of a frame, and what it becomes: [text, text]. */
const DEARER = [
	// Each frame took apart the same texts anew.
	['caches = new OutputCaches();', 'caches = cachesOfFrames();'],
	[
		'export default class Output {',
		`const MOST_TEXTS = 400;
		let kept = new OutputCaches();
		const cachesOfFrames = () => {
			if (Math.max(kept.widths.size, kept.blockWidths.size, kept.styledChars.size) > MOST_TEXTS) kept = new OutputCaches();
			return kept;
		};
		const BLANK = { type: 'char', value: ' ', fullWidth: false, styles: [] };
		export default class Output {`,
	],
	// An object for each cell of the screen; they are replaced, never changed.
	[
		/row\.push\(\{\s*type: 'char',\s*value: ' ',\s*fullWidth: false,\s*styles: \[\],\s*\}\);/,
		'row.push(BLANK);',
	],
]

const cheaperFrames = {
	name: 'cheaper-frames',
	setup({ onLoad }) {
		onLoad({ filter: /node_modules\/ink\/build\/output\.js$/ }, ({ path }) => {
			let contents = readFileSync(path, 'utf8')
			for (const [from, to] of DEARER) {
				const cheaper = contents.replace(from, to)
				if (cheaper === contents) throw new Error(`${path} has no ${from}: look what this Ink does instead`)
				contents = cheaper
			}
			return { contents, loader: 'js' }
		})
	},
}

/** Options for one bundle; the benchmarks bundle their baseline the same way as the program. */
export const bundleOptions = ({ entry, outdir }) => ({
	entryPoints: [entry],
	outdir,
	// Sources are known by their paths from here on, wherever the build was started.
	absWorkingDir: root,
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
 * The program in `outdir`: `cli.js` and the parts that it loads. The answer tells which files those are, by source, and
 * all sources that they were made of.
 */
export async function bundleProgram(outdir) {
	const options = bundleOptions({ entry: join(root, 'src/cli.ts'), outdir })
	const made = await build({
		...options,
		// The program asks nobody for anything. The layout engine of Ink would load Node's HTTP client to read its own bytes.
		define: { ...options.define, fetch: 'undefined' },
		plugins: [...options.plugins, quickWidth, cheaperFrames, lateUnicode, builtins],
		banner: {},
		metafile: true,
		write: false,
	})
	const joined = await joinParts(made, { ...bundleOptions({ outdir }), splitting: false })
	return { ...joined, sources: Object.keys(made.metafile.inputs) }
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
 * Loads every part once, and draws the first frame for nobody, so that the compiled code is kept in dist/cache: the first
 * frame came 60 ms earlier with it. A part defines things and does nothing.
 */
function warmUp() {
	const load = `
		const { enableCompileCache } = await import('node:module')
		enableCompileCache({ directory: 'dist/cache', portable: true })
		for (const name of (await import('node:fs')).readdirSync('dist'))
			if (name.startsWith('part-')) await import(new URL(name, 'file://' + process.cwd() + '/dist/'))
		process.argv[2] = 'warm-up'
		await import(new URL('cli.js', 'file://' + process.cwd() + '/dist/'))`
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
