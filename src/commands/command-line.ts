import { join } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { enterNetns, wayInto } from '../host/netns/netns-enter.ts'
import { createToolPath } from '../host/tools/tool-path.ts'
import { SCENARIO_IDS, type ScenarioId } from '../practice/scenario.ts'
import {
	common,
	file,
	forceOption,
	maxRateOption,
	netnsOption,
	sourceOption,
	stateDirOption,
	ttlOption,
} from './common/command-options.ts'
import { errorLine, exitOf, failureLine } from './common/failure-exit.ts'
import { EPILOGUE, VERSION } from './common/help-text.ts'
import { type CommonOptions, EXIT, type RunOptions } from './common/options.ts'
import { localeIsAscii, wantsColor } from './common/view.ts'
import { addLooks, addWatch } from './look-options.ts'
import { addOfflineCommands } from './offline-commands.ts'
import { addPractice } from './practice/options.ts'
import { addRevert } from './revert/options.ts'
import {
	addRun,
	addRunInside,
	type Finish,
	type Given,
	type RunIn,
	type Start,
	type Subcommand,
} from './run/options.ts'
import { addTaps, addTrace } from './tap/options.ts'

/** Set by the subcommand that ran. */
let exitCode: number = EXIT.ok

/** Starts the program again inside the network namespace, unless it is there already. */
function inNetns(options: CommonOptions): boolean {
	if (options.netns === undefined) return true
	const way = wayInto(options.netns, createToolPath())
	if (!way.ok) {
		process.stderr.write(`${failureLine(way.failure)}\n`)
		exitCode = exitOf(way.failure)
		return false
	}
	if (!way.value.inside) enterNetns(way.value, options.netns)
	return true
}

async function tui(given: Given): Promise<void> {
	const options = common(given)
	if (!inNetns(options)) return
	const isPlain = given.plain === true || process.env.TERM === 'dumb'
	const run = isPlain
		? (await import('./screen/plain.ts')).runPlain
		: (await import('./screen/tui.ts')).runTui
	exitCode = await run({
		...options,
		readOnly: given.readOnly === true,
		alternateScreen: given.alt !== false,
		ascii: given.ascii === true || localeIsAscii(process.env),
		color: wantsColor(given.color !== false, process.env),
		ttlMs: given.ttl as number,
		maxRate: given.maxRate as number,
		source: given.source as RunOptions['source'],
		record: given.record as string | undefined,
		force: given.force === true,
		practice: given.practice as ScenarioId | undefined,
	})
}

/** The recording that comes with the program, fast enough to be watched. */
async function runDemo(given: Given): Promise<number> {
	const { runReplay } = await import('./screen/replay.ts')
	return runReplay({
		file: join(import.meta.dirname, '../test/fixtures/asymmetric.ctscope'),
		end: false,
		speed: 4,
		ascii: given.ascii === true || localeIsAscii(process.env),
		color: wantsColor(given.color !== false, process.env),
		alternateScreen: given.alt !== false,
		hasTerminal: hasTerminal(),
		print: (text) => process.stdout.write(`${text}\n`),
	})
}

async function status(given: Given): Promise<void> {
	const options = common(given)
	if (!inNetns(options)) return
	const { runStatus } = await import('./status/status.ts')
	exitCode = await runStatus({ ...options, json: given.json === true })
}

const hasTerminal = () => process.stdin.isTTY === true && process.stdout.isTTY === true

function tuiOptions(command: Command): Command {
	return command
		.option('--read-only', 'bind no key that changes anything')
		.option('--no-alt', 'stay on the normal screen of the terminal')
		.option('--plain', 'lines of text and typed words, for screen readers and serial consoles')
		.option('--ascii', 'draw with ASCII characters only')
		.option('--no-color', 'draw without colours (also with NO_COLOR set)')
		.addOption(
			new Option(
				'--record <file>',
				'keep everything that is observed in a new file, for ctscope replay',
			).argParser(file),
		)
		.addOption(forceOption())
		.addOption(ttlOption())
		.addOption(maxRateOption())
		.addOption(sourceOption())
		.addOption(new Option('--practice <scenario>').choices(SCENARIO_IDS).hideHelp())
}

/** All subcommands with their options. */
export function commandLine(): Command {
	const program = new Command('ctscope')
		.description(
			'Why does conntrack call packets INVALID? Shows the reasons live, switches logging on for a while, and puts back every setting it has touched, whatever happens. Looking changes nothing.',
		)
		.version(VERSION, '-V, --version', 'print the version')
		.helpOption('-h, --help', 'print this help')
		.helpCommand('help [command]', 'print the help of a subcommand')
		.enablePositionalOptions()
		.addOption(netnsOption())
		.addOption(stateDirOption())
		.exitOverride()
		.configureOutput({ outputError: (text, write) => write(errorLine(text)) })
		.addHelpText('after', EPILOGUE)
		// A word that is no command is the mistake to name, not those behind it.
		.argument('[command...]')
		.usage('[options] [command]')
	program.option('--demo', 'play the recording of a real investigation; needs no root and no conntrack')
	tuiOptions(program).action(async ([unknown]: readonly string[], given: Given) => {
		if (unknown !== undefined) program.error(`error: unknown command '${unknown}'`)
		if (given.demo === true) {
			exitCode = await runDemo(given)
			return
		}
		await (hasTerminal() || given.plain === true ? tui(given) : status(given))
	})

	const subcommand: Subcommand = (name, summary, run, hidden = false) =>
		program
			.command(name, { hidden })
			.description(summary)
			.addOption(netnsOption())
			.addOption(stateDirOption())
			.action(async (...all: unknown[]) => {
				const command = all.at(-1) as Command
				await run(givenTo(program, command), command.args)
			})

	const runIn: RunIn = async (given, run) => {
		exitCode = await run(common(given))
	}

	const start: Start = (given) => {
		const options = common(given)
		return inNetns(options) ? options : undefined
	}
	const finish: Finish = (code) => {
		exitCode = code
	}

	tuiOptions(
		subcommand('tui', 'open the screen (the default with a terminal)', async (given) => {
			if (!hasTerminal() && given.plain !== true)
				program.error('error: tui needs a terminal; without one use: ctscope status')
			await tui(given)
		}),
	)

	subcommand(
		'status',
		'print what is set, what is counted and what is in force (the default without a terminal)',
		status,
	).option('--json', 'print JSON')

	addWatch(subcommand, start, finish)
	addRun(program, subcommand, runIn)

	addLooks(subcommand, start, finish)
	addTaps(subcommand, start, finish)
	addTrace(subcommand, start, finish)

	addRevert(program, subcommand, finish)

	addRunInside(subcommand, runIn)
	addPractice(program, finish)
	addOfflineCommands(program, finish)
	return program
}

/** Options behind the name of the subcommand win over those before it, and those over its defaults. */
function givenTo(program: Command, command: Command): Given {
	const explicit = (one: Command) =>
		Object.fromEntries(
			Object.entries(one.opts()).filter(([name]) => one.getOptionValueSource(name) !== 'default'),
		)
	return { ...command.opts(), ...explicit(program), ...explicit(command) }
}

/** Runs what was asked for; the answer is the exit status. */
export async function runCommandLine(): Promise<number> {
	try {
		await commandLine().parseAsync()
		return exitCode
	} catch (error) {
		// Wrong use has been told, and help has been printed.
		if (error instanceof CommanderError) return error.exitCode
		throw error
	}
}
