import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
// @ts-expect-error: plain JavaScript without types, because the lab is made with it before anything is installed
import { hashOf, made } from '../../../scripts/guest/cache.js'
import { BUNDLED } from '../bundled.ts'

const FOLDER = join(import.meta.dirname, '../../../node_modules/.cache/ctscope')

/** What each role loads in files of its own, so that none compiles the others. */
const optionsFor = (entry: string) =>
	({
		entryPoints: [join(import.meta.dirname, entry)],
		...BUNDLED,
		define: { __CTSCOPE_TEST__: 'true' },
		splitting: true,
		minify: true,
		outExtension: { '.js': '.mjs' },
	}) satisfies BuildOptions

let guard: Promise<string> | undefined

/** The test entry with the crash points in it, and its parts beside it, made once a test file. */
export function guardBundle(): Promise<string> {
	guard ??= buildGuard()
	return guard
}

/** What was compiled is kept as long as nothing changes: hundreds of processes start from it. */
async function buildGuard(): Promise<string> {
	const { outputFiles } = await build({ ...optionsFor('guard-entry.ts'), outdir: FOLDER, write: false })
	const key = hashOf(...outputFiles.map(({ contents }) => contents))
	const folder = await made('guard', key, (fresh: string) => {
		for (const { path, contents } of outputFiles) writeFileSync(join(fresh, basename(path)), contents)
	})
	return join(folder, 'guard-entry.mjs')
}

/** A new folder with what runs in a guest of the lab: guest-entry.mjs, and the parts that its roles load. */
export async function guestBundle(): Promise<string> {
	mkdirSync(FOLDER, { recursive: true })
	const outdir = mkdtempSync(join(FOLDER, 'guest-entry.'))
	await build({
		...optionsFor('../guest/inside/guest-entry.ts'),
		outdir,
	})
	return outdir
}
