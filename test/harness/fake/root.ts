import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder that stands for `/`, with these files (a path that ends in `/` is a folder); gone after the test. */
export function fakeRoot(files: Readonly<Record<string, string | Buffer>>): string {
	const root = mkdtempSync(join(tmpdir(), 'ctscope-root-'))
	onTestFinished(() => rmSync(root, { recursive: true }))
	for (const [path, text] of Object.entries(files)) {
		if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true })
		else {
			mkdirSync(dirname(join(root, path)), { recursive: true })
			writeFileSync(join(root, path), text)
		}
	}
	return root
}
