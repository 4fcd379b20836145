import { join } from 'node:path'
import { type Command, Option } from '@commander-js/extra-typings'
import { SCENARIO_IDS } from '../../practice/scenario.ts'
import * as english from '../../words/english/commands/screens.ts'
import { file, forceOption, maxRateOption, sourceOption, ttlOption } from '../common/command-options.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { print } from '../common/output.ts'
import { type hostOptions, inNetns, onHost, subcommand } from '../common/subcommand.ts'
import { hasTerminal, viewOf, wantsPlain } from '../common/view.ts'

const EPILOGUE = english.examplesCtscopeTuiReadOnly

/** The screen takes the same options with its name and without it. */
export const screenOptions = (command: ReturnType<typeof hostOptions>) =>
	command
		.option('--read-only', english.bindNoKeyThatChanges)
		.option('--no-alt', english.stayOnTheNormalScreen)
		.option('--mouse', english.useTheMouse)
		.option('--plain', english.linesOfTextAndTyped)
		.option('--ascii', english.drawWithAsciiCharactersOnly)
		.option('--no-color', english.drawWithoutColoursAlsoWith)
		.addOption(new Option('--record <file>', english.keepEverythingThatIsObserved).argParser(file))
		.addOption(forceOption())
		.addOption(ttlOption())
		.addOption(maxRateOption())
		.addOption(sourceOption())
		.addOption(new Option('--practice <scenario>').choices(SCENARIO_IDS).hideHelp())

type Given = ReturnType<typeof screenOptions> extends Command<[], infer Options> ? Options : never

export const openScreen = (given: Given): Promise<number> =>
	inNetns(given, async (common) => {
		const isPlain = given.plain === true || wantsPlain(process.env)
		const run = isPlain ? (await import('./plain.ts')).runPlain : (await import('./tui.ts')).runTui
		return run({
			...common,
			...viewOf(given),
			readOnly: given.readOnly === true,
			ttlMs: given.ttl,
			maxRate: given.maxRate,
			source: given.source,
			record: given.record,
			force: given.force,
			practice: given.practice,
		})
	})

/** The recording that comes with the program, fast enough to be watched. */
export async function runDemo(given: Given): Promise<number> {
	const { runReplay } = await import('../replay/replay.ts')
	return runReplay({
		...viewOf(given),
		file: join(import.meta.dirname, '../share/demo/asymmetric.ctscope'),
		end: false,
		speed: 4,
		hasTerminal: hasTerminal() && !wantsPlain(process.env),
		print,
	})
}

export const tui = () =>
	subcommand(
		screenOptions(onHost('tui', english.openTheScreenTheDefault)).addHelpText('after', EPILOGUE),
		async (given) =>
			hasTerminal() || given.plain === true ? openScreen(given) : wrongUse(english.tuiNeedsATerminalWithout),
	)
