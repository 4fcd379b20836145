import { Command } from '@commander-js/extra-typings'
import { columnsOf } from '../../words/paragraph.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { offline } from '../common/subcommand.ts'

const EPILOGUE = `
Reads /var/log/kern.log, dmesg, journalctl -k (also -o json), OpenWrt's logread
and pasted lines, of any host and any kernel. Needs no root.`

export const parse = () =>
	offline(
		new Command('parse')
			.description('group the packet lines of any kernel log by reason; needs no root')
			.argument('[file]', 'a log, plain or gzip; - is standard input')
			.option('--json', 'print one JSON object for each line of the log')
			.addHelpText('after', EPILOGUE),
		async (given, [file]) => {
			if (file === undefined && process.stdin.isTTY)
				return wrongUse(
					'parse which log? give a file, or - for what you type or paste; see ctscope parse --help',
				)
			const { runParse } = await import('./parse.ts')
			return runParse({ file, json: given.json === true, columns: columnsOf(process.stdout) })
		},
	)
