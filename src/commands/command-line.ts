import { Command, CommanderError } from '@commander-js/extra-typings'
import * as english from '../words/english/commands/commands.ts'
import { columnsAsked, TEXT_COLUMNS } from '../words/paragraph.ts'
import { errorLine, wrongUse } from './common/failure-exit.ts'
import { EXIT } from './common/options.ts'
import { hostOptions, type Subcommand } from './common/subcommand.ts'
import { VERSION } from './common/version.ts'
import { hasTerminal } from './common/view.ts'
import { doctor } from './doctor/command.ts'
import { explain } from './explain/command.ts'
import { flow } from './flow/command.ts'
import { help } from './help/command.ts'
import { investigate } from './investigate/command.ts'
import { lists } from './lists/command.ts'
import { metrics } from './metrics/command.ts'
import { namespaces } from './namespaces/command.ts'
import { parse } from './parse/command.ts'
import { practice, practicePlace } from './practice/command.ts'
import { printk } from './printk/command.ts'
import { read } from './read/command.ts'
import { replay } from './replay/command.ts'
import { revert } from './revert/command.ts'
import { rules } from './rules/command.ts'
import { run, runInside } from './run/command.ts'
import { status, tellStatus } from './status/command.ts'
import { count, preview, tap } from './tap/command.ts'
import { trace } from './trace/command.ts'
import { openScreen, runDemo, screenOptions, tui } from './tui/command.ts'
import { watch } from './watch/command.ts'

/** All subcommands, in the order in which the help lists them. */
const SUBCOMMANDS: readonly (() => Subcommand)[] = [
	tui,
	status,
	watch,
	run,
	investigate,
	doctor,
	printk,
	flow,
	lists,
	namespaces,
	metrics,
	rules,
	tap,
	preview,
	count,
	trace,
	revert,
	runInside,
	practice,
	practicePlace,
	parse,
	read,
	replay,
	explain,
	help,
]

/** Printed behind the list of subcommands. */
const EPILOGUE = english.exitStatus0Done1

/** What is parsed: all subcommands with their options. `finish` gets the exit status of the one that has run. */
export function commandLine(finish: (code: number) => void = () => {}): Command {
	const program = new Command('ctscope')
		.description(english.whyDoesConntrackCallPackets)
		.version(VERSION, '-V, --version', english.printTheVersion)
		.helpOption('-h, --help', english.printThisHelp)
		// Ours knows topics too.
		.helpCommand(false)
		.enablePositionalOptions()
		.exitOverride()
		.configureOutput({
			outputError: (text, write) => write(errorLine(text)),
			getOutHelpWidth: () => columnsAsked() ?? process.stdout.columns ?? TEXT_COLUMNS,
		})
		.addHelpText('after', EPILOGUE)
		.usage('[options] [command]')
	const onHost = hostOptions(program)
	program.option('--demo', english.playTheRecordingOfA)
	screenOptions(onHost)
		// A word that is no command is the mistake to name, not those behind it.
		.argument('[command...]')
		.action(async ([unknown], given) => {
			if (unknown !== undefined) finish(wrongUse(english.unknownCommand(unknown)))
			else if (program.getOptionValue('demo') === true) finish(await runDemo(given))
			else if (hasTerminal() || given.plain === true) finish(await openScreen(given))
			else finish(await tellStatus(given))
		})
	for (const describe of SUBCOMMANDS) {
		const { command, hidden, run } = describe()
		command.copyInheritedSettings(program).action(async () => finish(await run()))
		program.addCommand(command, { hidden })
	}
	return program
}

/** Runs what was asked for; the answer is the exit status. */
export async function runCommandLine(): Promise<number> {
	let exitCode: number = EXIT.ok
	try {
		await commandLine((code) => {
			exitCode = code
		}).parseAsync()
		return exitCode
	} catch (error) {
		// Wrong use has been told, and help has been printed.
		if (error instanceof CommanderError) return error.exitCode
		throw error
	}
}
