// npm run check: everything that can be said about the code without running it. Prints one line a check; exits 1 when one fails.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node, root, setup } from './setup.js'

const bin = (name) => join('node_modules', name)
const CHECKS = [
	['format and lint', [bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '.']],
	['types', [bin('typescript/bin/tsc'), '--noEmit', '-p', '.']],
	['unused code', [bin('knip/bin/knip.js')]],
	['boundaries of the rooms', ['scripts/boundaries.js']],
	['documents agree with the code', ['scripts/docs.ts', '--check']],
	['schemas agree with their types', ['scripts/schemas.ts', '--check']],
	['pictures are those of the demo', ['scripts/pictures.js', '--check']],
	['man page and completions agree with it', ['scripts/manual.ts', '--check']],
	['measures of the house', ['scripts/measures.js']],
]

setup()
let failed = 0
for (const [name, args] of CHECKS) {
	const { status, stdout, stderr } = spawnSync(node, ['--disable-warning=ExperimentalWarning', ...args], {
		cwd: root,
		encoding: 'utf8',
	})
	console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name}`)
	if (status !== 0) {
		failed++
		console.log(`${stdout}${stderr}`)
	} else if (args.includes('scripts/measures.js')) console.log(stdout.trimEnd())
}
const summary = { passed: CHECKS.length - failed, failed }
const results = join(root, 'node_modules/.cache/ctscope')
mkdirSync(results, { recursive: true })
writeFileSync(join(results, 'checks.json'), JSON.stringify(summary))
process.exitCode = failed === 0 ? 0 : 1
