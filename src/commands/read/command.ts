import { Command } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/commands.ts'
import { namesNeedBy } from '../../words/english/who/commands.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { offline } from '../common/subcommand.ts'
import { byOption, hasAddresses, namesOption } from '../who/option.ts'

const EPILOGUE = english.examplesCtscopeRead

export const read = () =>
	offline(
		new Command('read')
			.description(english.readWhatWasSaved)
			.argument('[file...]', english.whatToRead)
			.option('--json', english.printJson)
			.option('--report', english.printReportOfRead)
			.addOption(byOption(english.groupPacketsRead))
			.addOption(namesOption())
			.addHelpText('after', EPILOGUE),
		async (given, [files]) => {
			if (files.length === 0 && process.stdin.isTTY) return wrongUse(english.readWhat)
			const names = given.names === true
			if (names && !hasAddresses(given.by)) return wrongUse(namesNeedBy)
			if (given.by !== undefined && given.report === true) return wrongUse(english.byAndReport)
			const { runRead } = await import('./read.ts')
			return runRead({
				paths: files.length === 0 ? ['-'] : files,
				json: given.json === true,
				report: given.report === true,
				by: given.by,
				names,
			})
		},
	)
