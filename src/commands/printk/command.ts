import * as english from '../../words/english/commands/printk.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { print } from '../common/output.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.withoutWordsConntrackNatDefragmentation

export const printk = () =>
	subcommand(
		onHost('printk', english.listMessagesOfConntrackThat)
			.argument('[words...]', english.onlyThoseWithAllThese)
			.option('--json', english.printJson)
			.addHelpText('after', EPILOGUE),
		(given, [words]) =>
			inNetns(given, async (common) => {
				const { runPrintk } = await import('./printk.ts')
				return runPrintk({
					...common,
					words,
					json: given.json === true,
					columns: columnsOf(process.stdout),
					print,
				})
			}),
	)
