import { Command } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/commands.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { offline } from '../common/subcommand.ts'

const EPILOGUE = english.examplesCtscopeRead

export const read = () =>
	offline(
		new Command('read')
			.description(english.readWhatWasSaved)
			.argument('[file...]', english.whatToRead)
			.option('--json', english.printJson)
			.option('--report', english.printReportOfRead)
			.addHelpText('after', EPILOGUE),
		async (given, [files]) => {
			if (files.length === 0 && process.stdin.isTTY) return wrongUse(english.readWhat)
			const { runRead } = await import('./read.ts')
			return runRead({
				paths: files.length === 0 ? ['-'] : files,
				json: given.json === true,
				report: given.report === true,
			})
		},
	)
