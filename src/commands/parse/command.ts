import { Command } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/parse.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { offline } from '../common/subcommand.ts'

const EPILOGUE = english.readsVarLogKernLog

export const parse = () =>
	offline(
		new Command('parse')
			.description(english.groupThePacketLinesOf)
			.argument('[file]', english.aLogPlainOrGzip)
			.option('--json', english.printOneJsonObjectFor)
			.addHelpText('after', EPILOGUE),
		async (given, [file]) => {
			if (file === undefined && process.stdin.isTTY) return wrongUse(english.parseWhichLogGiveA)
			const { runParse } = await import('./parse.ts')
			return runParse({ file, json: given.json === true, columns: columnsOf(process.stdout) })
		},
	)
