import { Command } from '@commander-js/extra-typings'
import * as english from '../words/english/commands/commands.ts'
import { columnsAsked, TEXT_COLUMNS } from '../words/paragraph.ts'
import { errorLine, wrongUse } from './common/failure-exit.ts'
import { hostOptions } from './common/subcommand.ts'
import { VERSION } from './common/version.ts'
import { hasTerminal } from './common/view.ts'
import { openScreen, runDemo, screenOptions } from './tui/command.ts'

/** Printed behind the list of subcommands. */
const EPILOGUE = english.exitStatus0Done1

export type Finish = (code: number) => void

/** What is parsed without a subcommand. `finish` gets the exit status. */
export function rootCommand(finish: Finish): Command {
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
			else finish(await (await import('./status/command.ts')).tellStatus(given))
		})
	return program
}

/** Whether nothing but options of the screen was asked for: then no subcommand need be loaded. */
export function isWithoutWords(program: Command, args: readonly string[]): boolean {
	for (let at = 0; at < args.length; at++) {
		const option = program.options.find(({ short, long }) => args[at] === short || args[at] === long)
		if (option === undefined || option.optional) return false
		if (option.required) at++
	}
	return true
}
