import { CommanderError } from '@commander-js/extra-typings'
import { EXIT } from './common/options.ts'
import { isWithoutWords, rootCommand } from './root-command.ts'

/** Runs what was asked for; the answer is the exit status. */
export async function runCommandLine(): Promise<number> {
	let exitCode: number = EXIT.ok
	try {
		const finish = (code: number): void => {
			exitCode = code
		}
		const root = rootCommand(finish)
		const isScreen = isWithoutWords(root, process.argv.slice(2))
		// All subcommands take longer to load and to describe than the first frame takes to draw.
		const program = isScreen ? root : (await import('./command-line.ts')).commandLine(finish)
		await program.parseAsync()
		return exitCode
	} catch (error) {
		// Wrong use has been told, and help has been printed.
		if (error instanceof CommanderError) return error.exitCode
		throw error
	}
}
