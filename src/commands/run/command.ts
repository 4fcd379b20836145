import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
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
import { wrongUse } from '../common/failure-exit.ts'
import type { RunOptions } from '../common/options.ts'
import { common, onHost, subcommand } from '../common/subcommand.ts'
import { INSIDE_COMMAND } from './types.ts'

const EPILOGUE = `
The exit status is that of COMMAND, except 3 and 4 (see ctscope --help), and 6
instead of 0 when a flood of the kernel log ended logging before COMMAND ended.
COMMAND has its own input and output; the reasons go to stderr. When logging
cannot be switched on, COMMAND is not run and the status is 2.

--source: nflog reads reasons and packets from netlink group 0 through tcpdump
and loses nothing that the log buffer would; syslog does not see them meanwhile.
kmsg reads the kernel log. auto takes nflog where it can be had, and says why.

--max-rate: when more lines a second than N get into the kernel log for three
seconds, what makes it say more is undone at once, and the report says so.

--capture and --json make new files with mode 0600, never through a link.
--force empties a plain file of yours that is there already.

When reasons were lost because their reader was stopped or has ended, the report
says so and the status is 1 instead of 0.

--printk, also more than once, lets messages of the kernel's source print while
COMMAND runs, beside the reasons or, with --protocol none, alone. Their lines go
to the kernel log and name no packet. proposed: those that tell of packets which
are INVALID without a reason.`

/** What both halves of `run` take on the command line. */
const both = (name: string, summary: string) =>
	onHost(name, summary)
		.addOption(protocolOption())
		.addOption(printkOption())
		.addOption(sourceOption())
		.addOption(consoleLevelOption())
		.addOption(ttlOption())
		.addOption(maxRateOption())

type Given = Pick<RunOptions, 'protocol' | 'printk' | 'source' | 'maxRate' | 'force'> & {
	readonly netns?: string
	readonly stateDir?: string
	readonly consoleLevel?: number
	readonly ttl: number
	readonly capture?: string
}

/** What both halves take. The file is named from here: the other half may be in another place. */
const runOptions = (given: Given) => ({
	...common(given),
	protocol: given.protocol,
	printk: given.printk,
	consoleLevel: given.consoleLevel,
	ttlMs: given.ttl,
	maxRate: given.maxRate,
	source: given.source,
	capture: given.capture === undefined ? undefined : resolve(given.capture),
	force: given.force,
})

function wrongIn({ protocol, printk, capture, source, json }: Given & { json?: string }): string | undefined {
	// Without reasons there are call sites only, and their lines are in the kernel log.
	if (protocol === 0) {
		if (printk.length === 0) return '--protocol none switches nothing on: give --printk WHAT too'
		if (capture !== undefined) return '--capture needs reasons: leave out --protocol none'
		if (source === 'nflog') return 'call sites print to the kernel log: leave out --source nflog'
	}
	// Two descriptors of one file would write over each other.
	if (capture !== undefined && json !== undefined && resolve(capture) === resolve(json))
		return '--capture and --json name the same file: give two'
	return undefined
}

export const run = () =>
	subcommand(
		both('run', 'switch logging on, run COMMAND, switch it off, print the reasons')
			.argument('<command...>', 'runs where ctscope was started, not in the namespace of --netns')
			.passThroughOptions()
			.addOption(
				new Option('--capture <file>', 'write the packets with their reasons to a new pcapng file').argParser(
					file,
				),
			)
			.addOption(new Option('--json <file>', 'also write the result as JSON to a new file').argParser(file))
			.addOption(forceOption())
			.usage('[options] -- COMMAND...')
			.addHelpText('after', EPILOGUE),
		async (given, [command]) => {
			const wrong = wrongIn(given)
			if (wrong !== undefined) return wrongUse(wrong)
			const { runRun } = await import('./run.ts')
			return runRun({ ...runOptions(given), json: given.json, command })
		},
	)

/** The half that is in another network namespace; this program starts it. */
export const runInside = () =>
	subcommand(
		both(INSIDE_COMMAND, 'the other half of run --netns')
			.addOption(new Option('--capture <file>'))
			.addOption(forceOption()),
		async (given) => (await import('./inside.ts')).runInside(runOptions(given)),
		{ hidden: true },
	)
