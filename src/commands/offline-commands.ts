import { type Command, Option } from 'commander'
import { columnsOf } from '../words/paragraph.ts'
import { parseSpeed } from './common/arguments.ts'
import { checked } from './common/command-options.ts'
import { EXPLAIN_EPILOGUE, PARSE_EPILOGUE } from './common/help-text.ts'
import { localeIsAscii, wantsColor } from './common/view.ts'

/** Subcommands that need neither root nor Linux, and read nothing of this host. */
export function addOfflineCommands(program: Command, done: (exitCode: number) => void): void {
	const offline = (name: string, summary: string) => program.command(name).description(summary)

	/** What is said about a host makes no sense where no host is looked at. */
	const refuseHost = (command: Command): void => {
		const name = command.name()
		if (program.opts().netns !== undefined) {
			program.error(`error: ${name} looks at no host: leave out --netns; see ctscope ${name} --help`)
		}
	}

	offline('parse', 'group the packet lines of any kernel log by reason; needs no root')
		.argument('[file]', 'a log, plain or gzip; - is standard input')
		.option('--json', 'print one JSON object for each line of the log')
		.addHelpText('after', PARSE_EPILOGUE)
		.action(async (file: string | undefined, given: { json?: true }, command: Command) => {
			refuseHost(command)
			if (file === undefined && process.stdin.isTTY) {
				program.error(
					'error: parse which log? give a file, or - for what you type or paste; see ctscope parse --help',
				)
			}
			const { runParse } = await import('./parse/parse.ts')
			done(await runParse({ file, json: given.json === true, columns: columnsOf(process.stdout) }))
		})

	offline('replay', 'show a recording (ctscope --record FILE) on the same screens; needs no root')
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
		.action(async (file: string, given: Record<string, unknown>, command: Command) => {
			refuseHost(command)
			const { runReplay } = await import('./screen/replay.ts')
			done(
				await runReplay({
					file,
					end: given.end === true,
					speed: given.speed as number,
					ascii: given.ascii === true || localeIsAscii(process.env),
					color: wantsColor(given.color !== false, process.env),
					alternateScreen: given.alt !== false,
					hasTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
					print: (text) => process.stdout.write(`${text}\n`),
				}),
			)
		})

	offline('explain', 'say what a reason means, what causes it and what to do; needs no root')
		.argument('[text...]', "a line of a log, the kernel's words, or the id of a reason")
		.option('--list', 'print all reasons')
		.option('--json', 'print JSON')
		.addHelpText('after', EXPLAIN_EPILOGUE)
		.action(async (words: string[], given: { list?: true; json?: true }, command: Command) => {
			refuseHost(command)
			const what = words.length === 0 ? undefined : words.join(' ')
			const list = given.list === true
			if ((what === undefined) !== list) {
				program.error(
					"error: explain what? give a log line, the kernel's words or an id, or --list; see ctscope explain --help",
				)
			}
			const { runExplain } = await import('./explain/explain.ts')
			done(await runExplain({ what, list, json: given.json === true, columns: columnsOf(process.stdout) }))
		})
}
