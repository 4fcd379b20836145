import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import type { Grouping } from '../../model/grouping.ts'
import * as english from '../../words/english/commands/run.ts'
import { alsoTellPacketsApartBy, namesNeedBy } from '../../words/english/who/commands.ts'
import { parseExpected } from '../common/arguments.ts'
import {
	checked,
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
import { byOption, hasAddresses, namesOption } from '../who/option.ts'
import { INSIDE_COMMAND } from './types.ts'

const EPILOGUE = english.theExitStatusIsThat

/** What both halves of `run` take on the command line. */
const both = (name: string, summary: string) =>
	onHost(name, summary)
		.addOption(protocolOption())
		.addOption(printkOption())
		.addOption(sourceOption())
		.addOption(consoleLevelOption())
		.addOption(ttlOption())
		.addOption(maxRateOption())
		.addOption(netnsOfCommand())
		.addOption(byOption(alsoTellPacketsApartBy))

const expected = checked(parseExpected, english.anIdAndANumber)

const expectOption = () =>
	new Option('--expect <id=n>', english.expectThatSoMany)
		.default([], 'nothing')
		.argParser((text, before: RunOptions['expect']) => [...before, expected(text)])

const netnsOfCommand = () => new Option('--netns-of-command', english.followTheNamespaces)

type Given = Pick<RunOptions, 'protocol' | 'printk' | 'source' | 'maxRate' | 'force'> & {
	readonly netns?: string
	readonly stateDir?: string
	readonly consoleLevel?: number
	readonly ttl: number
	readonly capture?: string
	readonly netnsOfCommand?: true
	readonly by?: Grouping
}

/** What both halves take. The file is named from here: the other half may be in another place. */
const runOptions = (given: Given) => ({
	...common(given),
	protocol: given.protocol,
	printk: given.printk,
	consoleLevel: given.consoleLevel,
	ttlMs: given.ttl,
	maxRate: given.maxRate,
	// The kernel log and NFLOG are of one namespace; which ones COMMAND makes is known when it has made them.
	source: given.netnsOfCommand === true ? 'probe' : given.source,
	followsNetns: given.netnsOfCommand === true,
	capture: given.capture === undefined ? undefined : resolve(given.capture),
	force: given.force,
	by: given.by,
})

function wrongIn({
	protocol,
	printk,
	capture,
	source,
	json,
	netnsOfCommand: follows,
}: Given & { json?: string }): string | undefined {
	if (follows === true) {
		if (source === 'nflog' || source === 'kmsg') return english.netnsOfCommandNeedsProbes(source)
		if (protocol !== 255) return english.netnsOfCommandIsOfAll
		if (capture !== undefined) return english.probesHaveNoWholePackets
	}
	// Without reasons there are call sites only, and their lines are in the kernel log.
	if (protocol === 0) {
		if (printk.length === 0) return english.protocolNoneSwitchesNothingOn
		if (capture !== undefined) return english.captureNeedsReasonsLeaveOut
		if (source === 'nflog' || source === 'probe') return english.callSitesPrintToThe(source)
	}
	if (source === 'probe' && protocol !== 0 && protocol !== 255) return english.probesTellOfEach
	if (source === 'probe' && capture !== undefined) return english.probesHaveNoWholePackets
	// Two descriptors of one file would write over each other.
	if (capture !== undefined && json !== undefined && resolve(capture) === resolve(json))
		return english.captureAndJsonNameThe
	return undefined
}

export const run = () =>
	subcommand(
		both('run', english.switchLoggingOnRunCommand)
			.argument('<command...>', english.runsWhereCtscopeWasStarted)
			.passThroughOptions()
			.addOption(new Option('--capture <file>', english.writeThePacketsWithTheir).argParser(file))
			.addOption(new Option('--json <file>', english.alsoWriteTheResultAs).argParser(file))
			.addOption(forceOption())
			.option('--packets', english.printEveryPacket)
			.addOption(namesOption())
			.addOption(expectOption())
			.usage('[options] -- COMMAND...')
			.addHelpText('after', EPILOGUE),
		async (given, [command]) => {
			const wrong = wrongIn(given)
			if (wrong !== undefined) return wrongUse(wrong)
			if (given.names === true && !hasAddresses(given.by)) return wrongUse(namesNeedBy)
			const { runRun } = await import('./run.ts')
			return runRun({
				...runOptions(given),
				json: given.json,
				packets: given.packets === true,
				names: given.names === true,
				expect: given.expect,
				command,
			})
		},
	)

/** The half that is in another network namespace; this program starts it. */
export const runInside = () =>
	subcommand(
		both(INSIDE_COMMAND, english.theOtherHalfOfRun)
			.addOption(new Option('--capture <file>'))
			.addOption(forceOption()),
		async (given) => (await import('./netns/inside.ts')).runInside(runOptions(given)),
		{ hidden: true },
	)
