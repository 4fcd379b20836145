import { Argument, type Command } from 'commander'
import { SCENARIO_IDS, type ScenarioId } from '../../practice/scenario.ts'
import { PRACTICE_EPILOGUE } from '../common/help-text.ts'
import { PLACE_COMMAND } from './place.ts'

/** Practices, and the processes that hold their network namespaces. */
export function addPractice(program: Command, done: (exitCode: number) => void): void {
	program
		.command('practice')
		.description('find the cause of INVALID packets in throw-away network namespaces with real traffic')
		.addArgument(new Argument('[scenario]', 'which one; without it you are not told').choices(SCENARIO_IDS))
		.argument('[args...]', 'what ctscope is to do there: options of the screen, or another subcommand')
		.passThroughOptions()
		.allowUnknownOption()
		.addHelpText('after', PRACTICE_EPILOGUE)
		.action(async (scenario: ScenarioId | undefined, args: readonly string[]) => {
			const { runPractice } = await import('./practice.ts')
			done(
				await runPractice({
					scenario,
					args,
					pick: (of) => Math.floor(Math.random() * of),
					print: (text) => process.stdout.write(`${text}\n`),
				}),
			)
		})
	program
		.command(PLACE_COMMAND, { hidden: true })
		.argument('[scenario]')
		.argument('[place]')
		.action(async (scenario: string | undefined, place: string | undefined) => {
			const { runPracticePlace } = await import('./place.ts')
			done(await runPracticePlace(scenario, place))
		})
}
