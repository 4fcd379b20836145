import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made = new Set<string>()

/** A new folder below /tmp. It goes with the test file (clean-up.ts) or the process, however that ends but for SIGKILL. */
export function tempFolder(name: string): string {
	if (made.size === 0) process.once('exit', removeFolders)
	const folder = mkdtempSync(join(tmpdir(), `ctscope-${name}-`))
	made.add(folder)
	return folder
}

export function removeFolders(): void {
	for (const folder of made) rmSync(folder, { recursive: true, force: true })
	made.clear()
}
