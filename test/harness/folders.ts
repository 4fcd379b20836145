import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const left = new Set<() => void>()

/**
 * What is to be done when a test file ends (clean-up.ts) or its process does, however that ends but for SIGKILL, unless it
 * was done before: the answer says that it was.
 */
export function cleanUpLater(clear: () => void): () => void {
	if (left.size === 0) process.once('exit', cleanUp)
	left.add(clear)
	return () => left.delete(clear)
}

/** A new folder below /tmp, which goes in that way. */
export function tempFolder(name: string): string {
	const folder = mkdtempSync(join(tmpdir(), `ctscope-${name}-`))
	cleanUpLater(() => rmSync(folder, { recursive: true, force: true }))
	return folder
}

export function cleanUp(): void {
	for (const clear of left)
		try {
			clear()
		} catch {
			// The rest is cleared all the same.
		}
	left.clear()
}
