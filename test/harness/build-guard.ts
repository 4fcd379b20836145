import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/ctscope')

let built: Promise<string> | undefined

/** The test entry as one file with the crash points in it, made once a test file. */
export function guardBundle(): Promise<string> {
	built ??= bundle()
	return built
}

async function bundle(): Promise<string> {
	mkdirSync(FOLDER, { recursive: true })
	const outfile = join(FOLDER, 'guard-entry.mjs')
	const fresh = `${outfile}.${process.pid}`
	await build({
		entryPoints: [join(import.meta.dirname, 'guard-entry.ts')],
		outfile: fresh,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node24',
		define: { __CTSCOPE_TEST__: 'true' },
		banner: {
			js: "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
		},
		logLevel: 'warning',
	})
	renameSync(fresh, outfile)
	return outfile
}
