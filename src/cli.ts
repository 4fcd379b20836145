import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { EXIT } from './commands/common/options.ts'
import { createOutput } from './commands/common/output.ts'
import * as english from './words/english/commands/common.ts'

/** From here on Node has what the program and its packages use; package.json says the same. */
const OLDEST_NODE = 24

// Made by the build; where it is missing or may not be written, everything is only a little slower. An older Node has no
// such function, which an import by name would say in its own words.
if (import.meta.filename?.endsWith('.js'))
	nodeModule.enableCompileCache?.({ directory: join(import.meta.dirname, 'cache'), portable: true })

async function main(): Promise<number> {
	const { node } = process.versions
	if (Number.parseInt(node, 10) < OLDEST_NODE) {
		process.stderr.write(english.needsNode(OLDEST_NODE, node, process.execPath))
		return EXIT.refused
	}
	const output = createOutput(process.stdout)
	if (process.argv[2] === 'guard') {
		const { runGuardArgs } = await import('./commands/revert/guard.ts')
		return runGuardArgs(process.argv.slice(3))
	}
	if (process.argv[2] === 'warm-up') {
		const { warmUp } = await import('./commands/tui/warm-up.ts')
		return warmUp()
	}
	const { runCommandLine } = await import('./commands/main.ts')
	return output.exitCode(await runCommandLine())
}

process.exit(await main())
