import { Command } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/parse.ts'
import { groupPacketsBy, namesNeedBy } from '../../words/english/who/commands.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { offline } from '../common/subcommand.ts'
import { byOption, hasAddresses, namesOption } from '../who/option.ts'

const EPILOGUE = english.readsVarLogKernLog

export const parse = () =>
	offline(
		new Command('parse')
			.description(english.groupThePacketLinesOf)
			.argument('[file]', english.aLogPlainOrGzip)
			.option('--json', english.printOneJsonObjectFor)
			.addOption(byOption(groupPacketsBy))
			.addOption(namesOption())
			.addHelpText('after', EPILOGUE),
		async (given, [file]) => {
			if (file === undefined && process.stdin.isTTY) return wrongUse(english.parseWhichLogGiveA)
			const names = given.names === true
			if (names && !hasAddresses(given.by)) return wrongUse(namesNeedBy)
			const { runParse } = await import('./parse.ts')
			const columns = columnsOf(process.stdout)
			return runParse({ file, json: given.json === true, by: given.by, names, columns })
		},
	)
