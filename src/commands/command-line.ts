import type { Command } from '@commander-js/extra-typings'
import type { Subcommand } from './common/subcommand.ts'
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
import { type Finish, rootCommand } from './root-command.ts'
import { rules } from './rules/command.ts'
import { run, runInside } from './run/command.ts'
import { status } from './status/command.ts'
import { count, preview, tap } from './tap/command.ts'
import { trace } from './trace/command.ts'
import { tui } from './tui/command.ts'
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

/** What is parsed: all subcommands with their options. `finish` gets the exit status of the one that has run. */
export function commandLine(finish: Finish = () => {}): Command {
	const program = rootCommand(finish)
	for (const describe of SUBCOMMANDS) {
		const { command, hidden, run } = describe()
		command.copyInheritedSettings(program).action(async () => finish(await run()))
		program.addCommand(command, { hidden })
	}
	return program
}
