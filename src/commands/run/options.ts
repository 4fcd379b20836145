import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import {
	consoleLevelOption,
	file,
	forceOption,
	maxRateOption,
	printkOption,
	protocolOption,
	sourceOption,
	ttlOption,
} from '../common/command-options.ts'
import { RUN_EPILOGUE } from '../common/help-text.ts'
import type { CommonOptions, RunOptions } from '../common/options.ts'
import { INSIDE_COMMAND } from './types.ts'

/** Options as commander has read them, by their names. */
export type Given = Record<string, unknown>

export type Subcommand = (
	name: string,
	summary: string,
	run: (given: Given, args: string[]) => Promise<void>,
	hidden?: boolean,
) => Command

/** Runs with what every subcommand takes; the answer becomes the exit status. */
/** Enters the network namespace that was asked for; undefined where that is refused, which has been told. */
export type Start = (given: Given) => CommonOptions | undefined

/** Takes the exit status. */
export type Finish = (code: number) => void

export type RunIn = (given: Given, run: (options: CommonOptions) => Promise<number>) => Promise<void>

/** What both halves of `run` take. The file is named from here: the other half may be in another place. */
const runOptions = (given: Given) => ({
	protocol: given.protocol as number,
	printk: given.printk as readonly string[],
	consoleLevel: given.consoleLevel as number | undefined,
	ttlMs: given.ttl as number,
	maxRate: given.maxRate as number,
	source: given.source as RunOptions['source'],
	capture: typeof given.capture === 'string' ? resolve(given.capture) : undefined,
	force: given.force === true,
})

/** Two descriptors of one file would write over each other. */
function refuseOneFile(program: Command, { capture, json }: Given): void {
	if (typeof capture === 'string' && typeof json === 'string' && resolve(capture) === resolve(json))
		program.error('error: --capture and --json name the same file: give two')
}

/** Without reasons there are call sites only, and their lines are in the kernel log. */
function refuseNothing(program: Command, { protocol, printk, capture, source }: Given): void {
	if (protocol !== 0) return
	if ((printk as readonly string[]).length === 0)
		program.error('error: --protocol none switches nothing on: give --printk WHAT too')
	if (capture !== undefined) program.error('error: --capture needs reasons: leave out --protocol none')
	if (source === 'nflog') program.error('error: call sites print to the kernel log: leave out --source nflog')
}

/** What both halves of `run` take on the command line. */
const both = (command: Command): Command =>
	command
		.addOption(protocolOption())
		.addOption(printkOption())
		.addOption(sourceOption())
		.addOption(consoleLevelOption())
		.addOption(ttlOption())
		.addOption(maxRateOption())

export function addRun(program: Command, subcommand: Subcommand, runIn: RunIn): void {
	const command = subcommand(
		'run',
		'switch logging on, run COMMAND, switch it off, print the reasons',
		async (given, args) => {
			refuseNothing(program, given)
			refuseOneFile(program, given)
			const { runRun } = await import('./run.ts')
			await runIn(given, (common) =>
				runRun({ ...common, ...runOptions(given), json: given.json as string | undefined, command: args }),
			)
		},
	)
		.argument('<command...>', 'runs where ctscope was started, not in the namespace of --netns')
		.passThroughOptions()
	both(command)
		.addOption(
			new Option('--capture <file>', 'write the packets with their reasons to a new pcapng file').argParser(
				file,
			),
		)
		.addOption(new Option('--json <file>', 'also write the result as JSON to a new file').argParser(file))
		.addOption(forceOption())
		.usage('[options] -- COMMAND...')
		.addHelpText('after', RUN_EPILOGUE)
}

/** The half that is in another network namespace; this program starts it. */
export function addRunInside(subcommand: Subcommand, runIn: RunIn): void {
	const command = subcommand(
		INSIDE_COMMAND,
		'the other half of run --netns',
		async (given) => {
			const { runInside } = await import('./inside.ts')
			await runIn(given, (common) => runInside({ ...common, ...runOptions(given) }))
		},
		true,
	)
	both(command).addOption(new Option('--capture <file>')).addOption(forceOption())
}
