import { Command } from '@commander-js/extra-typings'
import { columnsOf } from '../../words/paragraph.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { offline } from '../common/subcommand.ts'

const EPILOGUE = `
Examples:
  ctscope explain 'nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=10.0.3.7 ...'
  ctscope explain SEQ is over upper bound
  ctscope explain --list`

export const explain = () =>
	offline(
		new Command('explain')
			.description('say what a reason means, what causes it and what to do; needs no root')
			.argument('[text...]', "a line of a log, the kernel's words, or the id of a reason")
			.option('--list', 'print all reasons')
			.option('--json', 'print JSON')
			.addHelpText('after', EPILOGUE),
		async (given, [words]) => {
			const what = words.length === 0 ? undefined : words.join(' ')
			const list = given.list === true
			if ((what === undefined) !== list)
				return wrongUse(
					"explain what? give a log line, the kernel's words or an id, or --list; see ctscope explain --help",
				)
			const { runExplain } = await import('./explain.ts')
			return runExplain({ what, list, json: given.json === true, columns: columnsOf(process.stdout) })
		},
	)
