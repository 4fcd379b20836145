import { Command, type CommandUnknownOpts, type OptionValues } from '@commander-js/extra-typings'
import { DEFAULT_STATE_DIR } from '../../host/files/state-dir.ts'
import { enterNetns, entranceTo } from '../../host/netns/netns-enter.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import * as english from '../../words/english/commands/common.ts'
import { netnsOption, stateDirOption } from './command-options.ts'
import { refused, wrongUse } from './failure-exit.ts'
import type { CommonOptions } from './options.ts'

/** A subcommand as `command-line.ts` lists it: how it is called, and what it does then. */
export type Subcommand = {
	readonly command: CommandUnknownOpts
	/** For this program only: no help tells of it. */
	readonly hidden: boolean
	/** The answer is the exit status. */
	readonly run: () => Promise<number>
}

/** `act` gets the options and the arguments as the command describes them. What takes time to load is loaded there. */
export function subcommand<Args extends unknown[], Given extends OptionValues>(
	command: Command<Args, Given>,
	act: (given: Given, args: Args) => Promise<number>,
	{ hidden = false } = {},
): Subcommand {
	return { command, hidden, run: () => act(givenTo(command), command.processedArgs) }
}

/** One that needs neither root nor Linux, and reads nothing of this host. */
export function offline<Args extends unknown[], Given extends OptionValues>(
	command: Command<Args, Given>,
	act: (given: Given, args: Args) => Promise<number>,
): Subcommand {
	const name = command.name()
	return subcommand(command, async (given, args) =>
		given.netns === undefined ? act(given, args) : wrongUse(english.looksAtNoHostLeave(name, name)),
	)
}

/** Options behind the name of the subcommand win over those before it, and those over its defaults. */
function givenTo<Args extends unknown[], Given extends OptionValues>(command: Command<Args, Given>): Given {
	const explicit = (one: CommandUnknownOpts) =>
		Object.fromEntries(
			Object.entries(one.opts()).filter(([name]) => one.getOptionValueSource(name) !== 'default'),
		)
	const { parent } = command
	return { ...command.opts(), ...(parent === null ? {} : explicit(parent)), ...explicit(command) }
}

/** What everything that looks at a host takes. */
export const hostOptions = (command: Command) => command.addOption(netnsOption()).addOption(stateDirOption())

export const onHost = (name: string, summary: string) => hostOptions(new Command(name).description(summary))

type HostGiven = { readonly netns?: string; readonly stateDir?: string }

export const common = ({ netns, stateDir = DEFAULT_STATE_DIR }: HostGiven): CommonOptions => ({
	netns,
	stateDir,
})

/** Looks from within the network namespace that was asked for: starts the program again there, unless it is there already. */
export async function inNetns(
	given: HostGiven,
	look: (options: CommonOptions) => Promise<number>,
): Promise<number> {
	const options = common(given)
	if (options.netns !== undefined) {
		const entrance = entranceTo(options.netns, createToolPath())
		if (!entrance.ok) return refused(entrance.failure)
		if (!entrance.value.inside) enterNetns(entrance.value, options.netns)
	}
	return look(options)
}
