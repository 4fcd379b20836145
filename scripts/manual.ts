// Writes the man page and the completions in share/ from the command line, its help, the keys, and what may stand behind
// each option. `--check` writes nothing and exits 1 when a file is not what it would write.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bashCompletion } from './manual/bash.ts'
import { fishCompletion } from './manual/fish.ts'
import { manPage } from './manual/man-page.ts'
import { zshCompletion } from './manual/zsh.ts'

/** By their paths in the checkout. */
const MADE: Readonly<Record<string, () => string>> = {
	'share/man/ctscope.8': manPage,
	'share/completions/ctscope.bash': bashCompletion,
	'share/completions/_ctscope': zshCompletion,
	'share/completions/ctscope.fish': fishCompletion,
}

const root = join(fileURLToPath(import.meta.url), '../..')

function before(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8')
	} catch {
		return undefined
	}
}

for (const [name, make] of Object.entries(MADE)) {
	const path = join(root, name)
	const text = make()
	if (text === before(path)) continue
	if (process.argv.includes('--check')) {
		console.error(`${name} differs from the command line: run node scripts/manual.ts and commit it`)
		process.exitCode = 1
	} else {
		mkdirSync(dirname(path), { recursive: true })
		writeFileSync(path, text)
	}
}
