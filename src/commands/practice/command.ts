import { Argument, Command } from '@commander-js/extra-typings'
import { PLACE_COMMAND, SCENARIO_IDS } from '../../practice/scenario.ts'
import { print } from '../common/output.ts'
import { subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Scenarios: scan, asymmetric, forgotten, checksum, timeout, nat. Without a name one is chosen, and you find out which.
The namespaces have no names, and nothing of the host is touched; they are gone when the program has ended.

Examples:
  ctscope practice                         you find out which
  ctscope practice asymmetric --read-only
  ctscope practice nat run -- sleep 10`

/** Practices. */
export const practice = () =>
	subcommand(
		new Command('practice')
			.description('find the cause of INVALID packets in throw-away network namespaces with real traffic')
			.addArgument(new Argument('[scenario]', 'which one; without it you are not told').choices(SCENARIO_IDS))
			.argument('[args...]', 'what ctscope is to do there: options of the screen, or another subcommand')
			.passThroughOptions()
			.allowUnknownOption()
			.addHelpText('after', EPILOGUE),
		async (_given, [scenario, args]) => {
			const { runPractice } = await import('./practice.ts')
			return runPractice({ scenario, args, pick: (of) => Math.floor(Math.random() * of), print })
		},
	)

/** The processes that hold the network namespaces of a practice. */
export const practicePlace = () =>
	subcommand(
		new Command(PLACE_COMMAND).argument('[scenario]').argument('[place]'),
		async (_given, [scenario, place]) => (await import('./place.ts')).runPracticePlace(scenario, place),
		{ hidden: true },
	)
