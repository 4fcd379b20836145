import { Command } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/explain.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { offline } from '../common/subcommand.ts'

const EPILOGUE = english.examplesCtscopeExplainNfCt

export const explain = () =>
	offline(
		new Command('explain')
			.description(english.sayWhatAReasonMeans)
			.argument('[text...]', english.aLineOfALog)
			.option('--list', english.printAllReasons)
			.option('--json', english.printJson)
			.addHelpText('after', EPILOGUE),
		async (given, [words]) => {
			const what = words.length === 0 ? undefined : words.join(' ')
			const list = given.list === true
			if ((what === undefined) !== list) return wrongUse(english.explainWhatGiveALog)
			const { runExplain } = await import('./explain.ts')
			return runExplain({ what, list, json: given.json === true, columns: columnsOf(process.stdout) })
		},
	)
