// The program itself: the bundle, what it reads at run time, and whose code is in it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// @ts-expect-error: plain JavaScript without types, because it must run before anything is installed
import { bundleProgram } from '../build.js'
import { type File, type Files, text } from './files.ts'
import { read } from './inputs.ts'

export type Bundle = {
	/** As below /usr/lib/ctscope: the program finds each of them from where it lies itself. */
	readonly files: Files
	/** Places of the packages whose code is in it, such as node_modules/ink. */
	readonly packages: readonly string[]
}

/** What the program reads beside its code, by its path in the checkout and in each package. */
const READ_AT_RUN_TIME = ['share/demo/asymmetric.ctscope']

export async function makeBundle(): Promise<Bundle> {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-package-'))
	try {
		const { sources }: { readonly sources: readonly string[] } = await bundleProgram(folder)
		const files = new Map<string, File>(
			readdirSync(folder).map((name) => [`dist/${name}`, { bytes: readFileSync(join(folder, name)) }]),
		)
		// Without it Node would take the parts for CommonJS.
		files.set('package.json', text('{ "name": "ctscope", "type": "module" }\n'))
		for (const path of READ_AT_RUN_TIME) files.set(path, { bytes: read(path) })
		return { files, packages: packagesOf(sources) }
	} finally {
		rmSync(folder, { recursive: true })
	}
}

/** The innermost node_modules of a path is where a package lies. */
function packagesOf(sources: readonly string[]): string[] {
	const places = sources.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
	return [...new Set(places)].toSorted()
}
