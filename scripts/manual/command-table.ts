// The command line as data: what the man page and the completions are made from.
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { commandLine } from '../../src/commands/command-line.ts'

type OptionRow = {
	readonly flags: string
	readonly long: string
	readonly short: string | undefined
	readonly takesValue: boolean
	/** With its default, as the help prints it. */
	readonly text: string
}

export type CommandRow = {
	/** Empty for the program itself. */
	readonly name: string
	readonly usage: string
	readonly summary: string
	readonly args: readonly { readonly name: string; readonly text: string }[]
	readonly options: readonly OptionRow[]
	/** What the help says behind the options: more about it, and examples. */
	readonly epilogue: string
}

function optionRow(option: Option, text: string): OptionRow {
	const { flags, long, short } = option
	if (!long) throw new Error(`the option ${flags} has no long name`)
	return { flags, long, short: short ?? undefined, takesValue: option.required || option.optional, text }
}

/** All that the help prints, less what is in front of the epilogue. */
function epilogueOf(command: CommandUnknownOpts): string {
	let all = ''
	command.configureOutput({
		writeOut: (part) => {
			all += part
		},
	})
	command.outputHelp()
	const front = command.helpInformation()
	if (!all.startsWith(front)) throw new Error(`the help of ${command.name()} does not begin with its options`)
	return all.slice(front.length).trim()
}

function rowOf(command: CommandUnknownOpts, name: string): CommandRow {
	const help = command.createHelp()
	return {
		name,
		usage: command.usage(),
		summary: command.description(),
		args: command.registeredArguments
			.filter(({ description }) => description !== '')
			.map((argument) => ({ name: argument.name(), text: help.argumentDescription(argument) })),
		options: help.visibleOptions(command).map((option) => optionRow(option, help.optionDescription(option))),
		epilogue: epilogueOf(command),
	}
}

const program = commandLine()

export const PROGRAM: CommandRow = rowOf(program, '')

export const COMMAND_ROWS: readonly CommandRow[] = program
	.createHelp()
	.visibleCommands(program)
	.map((command) => rowOf(command, command.name()))
