// Bundles src/cli.ts into dist/cli.js, which needs nothing but Node 24. `--test OUT` builds with the crash points of the guard.
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

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

/** Options for one bundle; other entries (tests, benchmarks) are bundled the same way as the program. */
export const bundleOptions = ({ entry, outfile, test = false }) => ({
	entryPoints: [entry],
	outfile,
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node24',
	minify: true,
	keepNames: false,
	legalComments: 'none',
	plugins: [inkTable, noDevtools],
	define: { 'process.env.NODE_ENV': '"production"', __CTSCOPE_TEST__: String(test) },
	banner: {
		js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
	},
	logLevel: 'warning',
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const test = process.argv[2] === '--test'
	const outfile = test ? process.argv[3] : join(root, 'dist/cli.js')
	// Renamed into place, because the old bundle may be running or starting.
	const fresh = `${outfile}.${process.pid}`
	await build(bundleOptions({ entry: join(root, 'src/cli.ts'), outfile: fresh, test }))
	renameSync(fresh, outfile)
}
