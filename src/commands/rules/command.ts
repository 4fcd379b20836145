import * as english from '../../words/english/commands/rules.ts'
import { intervalOption } from '../common/command-options.ts'
import { common, inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.examplesCtscopeRulesInterval10

export const rules = () =>
	subcommand(
		onHost('rules', english.tellWhichRulesActOn)
			.argument('[file]', english.aListingOfAnotherHost)
			.option('--json', english.printJson)
			.addOption(intervalOption(english.timeBetweenTheTwoReadings))
			.addHelpText('after', EPILOGUE),
		async (given, [file]) => {
			const { runRules } = await import('./rules.ts')
			const asked = { file, json: given.json === true, intervalMs: given.interval }
			// A listing of another host has no namespace here.
			if (file !== undefined) return runRules({ ...common(given), ...asked })
			return inNetns(given, (options) => runRules({ ...options, ...asked }))
		},
	)
