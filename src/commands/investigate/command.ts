import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/investigate.ts'
import { parseLookTime } from '../common/arguments.ts'
import { checked, file, forceOption, maxRateOption, sourceOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.theExitStatusIs0

const DEFAULT_FOR_MS = 30_000

export const investigate = () =>
	subcommand(
		onHost('investigate', english.findTheCausesOfInvalid)
			.addOption(
				new Option('--for <time>', english.lookForThisTime)
					.default(DEFAULT_FOR_MS, '30s')
					.argParser(checked(parseLookTime, english.aTimeFrom1sTo1h)),
			)
			.addOption(sourceOption())
			.addOption(maxRateOption())
			.addOption(new Option('--report <file>', english.alsoWriteTheWholeReport).argParser(file))
			.addOption(forceOption())
			.option('--json', english.printJson)
			.addHelpText('after', EPILOGUE),
		(given) =>
			inNetns(given, async (common) => {
				const { runInvestigate } = await import('./investigate.ts')
				return runInvestigate({
					...common,
					forMs: given.for,
					source: given.source,
					maxRate: given.maxRate,
					report: given.report === undefined ? undefined : resolve(given.report),
					force: given.force,
					json: given.json === true,
				})
			}),
	)
