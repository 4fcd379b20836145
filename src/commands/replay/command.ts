import { Command, Option } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/screens.ts'
import { parseSpeed } from '../common/arguments.ts'
import { checked } from '../common/command-options.ts'
import { print } from '../common/output.ts'
import { offline } from '../common/subcommand.ts'
import { hasTerminal, viewOf, wantsPlain } from '../common/view.ts'

const EPILOGUE = english.examplesCtscopeReplayCaseCtscope

export const replay = () =>
	offline(
		new Command('replay')
			.description(english.showARecordingCtscopeRecord)
			.argument('<file>', english.whatRecordHasMade)
			.option('--end', english.allOfItAtOnce)
			.addOption(
				new Option('--speed <n>', english.howFast025To)
					.default(1, '1')
					.argParser(checked(parseSpeed, english.oneOf0250)),
			)
			.option('--no-alt', english.stayOnTheNormalScreen)
			.option('--mouse', english.useTheMouse)
			.option('--ascii', english.drawWithAsciiCharactersOnly)
			.option('--no-color', english.drawWithoutColoursAlsoWith)
			.addHelpText('after', EPILOGUE),
		async (given, [file]) => {
			const { runReplay } = await import('./replay.ts')
			return runReplay({
				...viewOf(given),
				file,
				end: given.end === true,
				speed: given.speed,
				hasTerminal: hasTerminal() && !wantsPlain(process.env),
				print,
			})
		},
	)
