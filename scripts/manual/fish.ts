// Completion for fish.
import { COMMAND_ROWS, type CommandRow, PROGRAM } from './command-table.ts'
import { argumentValues, optionValues, type Values } from './values.ts'

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** What is offered; `complete` runs what stands in parentheses. */
function offer(values: Values): string {
	switch (values.kind) {
		case 'free':
			return '-x'
		case 'words':
			return `-x -a ${quoted(values.words.join(' '))}`
		case 'list':
			return `-x -a ${quoted(`(__ctscope_list ${values.words.join(' ')})`)}`
		case 'file':
			return '-r -F'
		case 'folder':
			return `-x -a '(__fish_complete_directories)'`
		case 'command':
			return `-x -a '(__fish_complete_subcommand --fcs-skip=2)'`
		case 'names':
			return `-r -f -a ${quoted(`(__ctscope_names ${values.folder})`)}`
	}
}

/** The program's own options come before a command, those of a command behind it. */
const where = (name: string) =>
	name === '' ? `-n __ctscope_has_no_command` : `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`

const options = ({ name, options }: CommandRow) =>
	options.map(({ long, short, takesValue, text }) =>
		[
			`complete -c ctscope ${where(name)} -l ${long.slice(2)}`,
			...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
			...(takesValue ? [offer(optionValues(name, long))] : []),
			`-d ${quoted(text)}`,
		].join(' '),
	)

function args(name: string): string[] {
	const values = argumentValues(name)
	return values === undefined || values.kind === 'free'
		? []
		: [`complete -c ctscope ${where(name)} ${offer(values).replace('-r -F', '-F')}`]
}

const names = COMMAND_ROWS.map(({ name }) => name)

export const fishCompletion =
	() => `# fish completion for ctscope. Written by scripts/manual.ts: change the commands.

set -g __ctscope_commands ${names.join(' ')}

function __ctscope_has_no_command
	not __fish_seen_subcommand_from $__ctscope_commands
end

# Names in a folder of this host.
function __ctscope_names
	for path in $argv[1]/*
		string replace -r '.*/' '' -- $path
	end
end

# Words with commas between them: the last one is completed.
function __ctscope_list
	set -l front (string match -r '.*,' -- (commandline -ct))
	for word in $argv
		echo $front$word
	end
end

complete -c ctscope -f
${COMMAND_ROWS.map(({ name, summary }) => `complete -c ctscope ${where('')} -a ${name} -d ${quoted(summary)}`).join('\n')}
${[PROGRAM, ...COMMAND_ROWS].flatMap(options).join('\n')}
${names.flatMap(args).join('\n')}
`
