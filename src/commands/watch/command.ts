import { Option } from '@commander-js/extra-typings'
import { parseCount } from '../common/arguments.ts'
import { checked, intervalOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Example:
  ctscope watch --interval 5 --count 12    a minute of counters and reasons`

/** Counters and reasons again and again. */
export const watch = () =>
	subcommand(
		onHost('watch', 'print counters and reasons again and again; changes nothing')
			.option('--json', 'print one JSON object a line')
			.addOption(intervalOption('time between two readings'))
			.addOption(
				new Option('--count <n>', 'end after n readings').argParser(
					checked(parseCount, 'a number from 1 on'),
				),
			)
			.addHelpText('after', EPILOGUE),
		(given) =>
			inNetns(given, async (common) => {
				const { runWatch } = await import('./watch.ts')
				return runWatch({
					...common,
					json: given.json === true,
					intervalMs: given.interval,
					count: given.count,
				})
			}),
	)
