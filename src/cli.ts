import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { createOutput } from './commands/common/output.ts'

// Made by the build; where it is missing or may not be written, everything is only a little slower.
if (import.meta.filename.endsWith('.js'))
	enableCompileCache({ directory: join(import.meta.dirname, 'cache'), portable: true })

async function main(): Promise<number> {
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
