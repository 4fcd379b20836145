import { Command, Option } from '@commander-js/extra-typings'
import { parseSpeed } from '../common/arguments.ts'
import { checked } from '../common/command-options.ts'
import { print } from '../common/output.ts'
import { offline } from '../common/subcommand.ts'
import { hasTerminal, viewOf } from '../common/view.ts'

const EPILOGUE = `
Examples:
  ctscope replay case.ctscope --speed 8
  ctscope replay case.ctscope --end        the last screen`

export const replay = () =>
	offline(
		new Command('replay')
			.description('show a recording (ctscope --record FILE) on the same screens; needs no root')
			.argument('<file>', 'what --record has made')
			.option('--end', 'all of it at once: the last screen')
			.addOption(
				new Option('--speed <n>', 'how fast: 0.25 to 64 times')
					.default(1, '1')
					.argParser(checked(parseSpeed, 'one of 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64')),
			)
			.option('--no-alt', 'stay on the normal screen of the terminal')
			.option('--ascii', 'draw with ASCII characters only')
			.option('--no-color', 'draw without colours (also with NO_COLOR set)')
			.addHelpText('after', EPILOGUE),
		async (given, [file]) => {
			const { runReplay } = await import('./replay.ts')
			return runReplay({
				...viewOf(given),
				file,
				end: given.end === true,
				speed: given.speed,
				hasTerminal: hasTerminal(),
				print,
			})
		},
	)
