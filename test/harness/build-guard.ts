import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

let built: Promise<string> | undefined

/** The test entry as one file with the crash points in it, made once a test file; removed when its process ends. */
export function guardBundle(): Promise<string> {
	built ??= bundle()
	return built
}

async function bundle(): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-guard-'))
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
	const outfile = join(folder, 'guard-entry.mjs')
	await build({
		entryPoints: [join(import.meta.dirname, 'guard-entry.ts')],
		outfile,
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
	return outfile
}
