import { mkdirSync, mkdtempSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { BUNDLED } from '../bundled.ts'

const FOLDER = join(import.meta.dirname, '../../../node_modules/.cache/ctscope')

const optionsFor = (entry: string): BuildOptions => ({
	entryPoints: [join(import.meta.dirname, entry)],
	...BUNDLED,
	define: { __CTSCOPE_TEST__: 'true' },
})

let guard: Promise<string> | undefined

/** The test entry as one file with the crash points in it, made once a test file. */
export function guardBundle(): Promise<string> {
	guard ??= buildGuard()
	return guard
}

async function buildGuard(): Promise<string> {
	mkdirSync(FOLDER, { recursive: true })
	const outfile = join(FOLDER, 'guard-entry.mjs')
	const fresh = `${outfile}.${process.pid}`
	await build({ ...optionsFor('guard-entry.ts'), outfile: fresh })
	renameSync(fresh, outfile)
	return outfile
}

/** A new folder with what runs in a guest of the lab: guest-entry.mjs, and the parts that its roles load. */
export async function guestBundle(): Promise<string> {
	mkdirSync(FOLDER, { recursive: true })
	const outdir = mkdtempSync(join(FOLDER, 'guest-entry.'))
	await build({
		...optionsFor('../guest/inside/guest-entry.ts'),
		outdir,
		splitting: true,
		minify: true,
		outExtension: { '.js': '.mjs' },
	})
	return outdir
}
