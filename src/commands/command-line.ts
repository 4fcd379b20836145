import { join } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { ok, type Result } from '../failure.ts'
import { type NetnsTarget, resolveNetns } from '../host/netns.ts'
import { enterNetns, wayInto } from '../host/netns-enter.ts'
import { createToolPath } from '../host/tool-path.ts'
import { SCENARIO_IDS, type ScenarioId } from '../practice/scenario.ts'
import { localeIsAscii, wantsColor } from './appearance.ts'
import { parseCount, parseInterval } from './arguments.ts'
import {
	checked,
	file,
	maxRateOption,
	netnsOption,
	STATE_DIR,
	sourceOption,
	stateDirOption,
	ttlOption,
} from './command-options.ts'
import { errorLine } from './error-line.ts'
import { exitOf, failureLine } from './failure-exit.ts'
import { EPILOGUE, PRINTK_EPILOGUE } from './help-text.ts'
import { addOfflineCommands } from './offline-commands.ts'
import { type CommonOptions, EXIT, type RunOptions } from './options.ts'
import { columnsOf } from './paragraph.ts'
import { addPractice } from './practice-options.ts'
import { addRun, addRunInside, type Given, type RunIn, type Subcommand } from './run-options.ts'
import { addTaps, addTrace } from './tap-options.ts'
import { VERSION } from './version.ts'

/** Set by the subcommand that ran. */
let exitCode: number = EXIT.ok

const common = (given: Given): CommonOptions => ({
	netns: typeof given.netns === 'string' ? given.netns : undefined,
	stateDir: typeof given.stateDir === 'string' ? given.stateDir : STATE_DIR,
})

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

/** `revert --netns`: only leases of that namespace; it needs not be entered for that. */
function leasesOf({ netns }: Given): Result<NetnsTarget | undefined> {
	return typeof netns === 'string' ? resolveNetns(netns) : ok(undefined)
}

async function tui(given: Given): Promise<void> {
	const options = common(given)
	if (!inNetns(options)) return
	const isPlain = given.plain === true || process.env.TERM === 'dumb'
	const run = isPlain ? (await import('./plain.ts')).runPlain : (await import('./tui.ts')).runTui
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
		practice: given.practice as ScenarioId | undefined,
	})
}

/** The recording that comes with the program, fast enough to be watched. */
async function runDemo(given: Given): Promise<number> {
	const { runReplay } = await import('./replay.ts')
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
	const { runStatus } = await import('./status.ts')
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

	subcommand('watch', 'print counters and reasons again and again; changes nothing', async (given) => {
		const options = common(given)
		if (!inNetns(options)) return
		const { runWatch } = await import('./watch.ts')
		exitCode = await runWatch({
			...options,
			json: given.json === true,
			intervalMs: given.interval as number,
			count: given.count as number | undefined,
		})
	})
		.option('--json', 'print one JSON object a line')
		.addOption(
			new Option('--interval <seconds>', 'time between two readings')
				.default(1_000, '1')
				.argParser(checked(parseInterval, 'a time from 0.1 to 3600 seconds')),
		)
		.addOption(
			new Option('--count <n>', 'end after n readings').argParser(checked(parseCount, 'a number from 1 on')),
		)

	addRun(program, subcommand, runIn)

	subcommand(
		'doctor',
		'tell what is missing on this host, and whether a reason line can reach us',
		async (given) => {
			const options = common(given)
			if (!inNetns(options)) return
			const { runDoctor } = await import('./doctor.ts')
			exitCode = await runDoctor({ ...options, json: given.json === true })
		},
	).option('--json', 'print JSON')

	subcommand(
		'printk',
		'list messages of conntrack that the kernel can be made to print, and what each tells; changes nothing',
		async (given, words) => {
			const options = common(given)
			if (!inNetns(options)) return
			const { runPrintk } = await import('./printk.ts')
			exitCode = await runPrintk({
				...options,
				words,
				json: given.json === true,
				columns: columnsOf(process.stdout),
				print: (text) => process.stdout.write(`${text}\n`),
			})
		},
	)
		.argument('[words...]', 'only those with all these words in file, function or text')
		.option('--json', 'print JSON')
		.addHelpText('after', PRINTK_EPILOGUE)

	subcommand(
		'flow',
		'join entry, socket and rules of one flow, and say what follows; changes nothing',
		async (given, words) => {
			const options = common(given)
			if (!inNetns(options)) return
			const { runFlow } = await import('./flow.ts')
			exitCode = await runFlow({ ...options, words, json: given.json === true })
		},
	)
		.argument('<words...>', 'PROTOCOL SOURCE[:PORT] DESTINATION[:PORT], or a packet line')
		.option('--json', 'print JSON')

	subcommand(
		'namespaces',
		'list all network namespaces with what conntrack counts in each; changes nothing',
		async (given) => {
			const options = common(given)
			if (!inNetns(options)) return
			const { runNamespaces } = await import('./namespaces.ts')
			exitCode = await runNamespaces({
				...options,
				json: given.json === true,
				intervalMs: given.interval as number,
			})
		},
	)
		.option('--json', 'print JSON')
		.addOption(
			new Option('--interval <seconds>', 'time between the two readings that are compared')
				.default(1_000, '1')
				.argParser(checked(parseInterval, 'a time from 0.1 to 3600 seconds')),
		)

	subcommand(
		'rules',
		'tell which rules act on INVALID packets, with owner and counters; changes nothing',
		async (given, [file]) => {
			const options = common(given)
			if (file === undefined && !inNetns(options)) return
			const { runRules } = await import('./rules.ts')
			exitCode = await runRules({
				...options,
				file,
				json: given.json === true,
				intervalMs: given.interval as number,
			})
		},
	)
		.argument(
			'[file]',
			'a listing of another host (iptables-save -c, iptables -nvL, nft list ruleset); - reads standard input',
		)
		.option('--json', 'print JSON')
		.addOption(
			new Option('--interval <seconds>', 'time between the two readings that are compared')
				.default(1_000, '1')
				.argParser(checked(parseInterval, 'a time from 0.1 to 3600 seconds')),
		)

	const start = (given: Given) => {
		const options = common(given)
		return inNetns(options) ? options : undefined
	}
	const finish = (code: number) => {
		exitCode = code
	}
	addTaps(subcommand, start, finish)
	addTrace(subcommand, start, finish)

	subcommand('revert', 'put back what sessions have changed, also dead ones', async (given) => {
		const lease = typeof given.lease === 'string' ? given.lease : undefined
		if ((lease === undefined) === (given.all !== true)) {
			program.error("error: give either --lease ID or --all; 'ctscope status' lists the leases")
		}
		const only = leasesOf(given)
		if (!only.ok) {
			process.stderr.write(`${failureLine(only.failure)}\n`)
			exitCode = exitOf(only.failure)
			return
		}
		const { runRevert } = await import('./revert.ts')
		const { askOnTerminal } = await import('./ask.ts')
		const confirm = given.yes === true ? undefined : askOnTerminal()
		exitCode = await runRevert({
			stateDir: common(given).stateDir,
			lease,
			only: only.value,
			dryRun: given.dryRun === true,
			reason: typeof given.reason === 'string' ? given.reason : undefined,
			json: given.json === true,
			print: (text) => process.stdout.write(`${text}\n`),
			...(confirm === undefined ? {} : { confirm }),
		})
	})
		.option('--all', 'put back everything')
		.option('--lease <id>', 'put back the changes of one session')
		.option('--dry-run', 'tell what would be written, write nothing')
		.option('--yes', 'do not ask before changes of a living session are put back')
		.option('--json', 'print JSON')
		.addOption(new Option('--reason <text>', 'why, for the record').hideHelp())

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
