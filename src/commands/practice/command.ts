import { Argument, Command } from '@commander-js/extra-typings'
import { PLACE_COMMAND, SCENARIO_IDS } from '../../practice/scenario.ts'
import * as english from '../../words/english/commands/practice.ts'
import { print } from '../common/output.ts'
import { subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.scenariosScanAsymmetricForgottenChecksum

/** Practices. */
export const practice = () =>
	subcommand(
		new Command('practice')
			.description(english.findTheCauseOfInvalid)
			.addArgument(new Argument('[scenario]', english.whichOneWithoutItYou).choices(SCENARIO_IDS))
			.argument('[args...]', english.whatCtscopeIsToDo)
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
