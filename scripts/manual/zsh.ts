// Completion for zsh.
import { COMMAND_ROWS, type CommandRow, PROGRAM } from './command-table.ts'
import { argumentValues, optionValues, type Values } from './values.ts'

/** Within '...' of a shell. */
const quoted = (text: string) => text.replaceAll("'", "'\\''")

/** Within [...] of an _arguments specification. */
const described = (text: string) => quoted(text.replaceAll(/[[\]:\\]/g, '\\$&'))

/** The action of a specification: what is offered. */
function action(values: Values): string {
	switch (values.kind) {
		case 'free':
			return ' '
		case 'words':
			return `(${values.words.join(' ')})`
		case 'list':
			return `_values -s , word ${values.words.join(' ')}`
		case 'file':
			return '_files'
		case 'folder':
			return '_files -/'
		case 'command':
			return '_normal'
		case 'names':
			// The blank: else options of compadd would come before the folder.
			return ` _ctscope_names ${values.folder}`
	}
}

const option = (command: string, { long, short, takesValue, text }: CommandRow['options'][number]) => {
	const value = takesValue ? `:value:${action(optionValues(command, long))}` : ''
	const names = short === undefined ? `'${long}` : `'(${short} ${long})'{${short},${long}}'`
	return `${names}[${described(text)}]${value}'`
}

/** `*::` hands everything from there on to the other command. */
function argument(name: string): string[] {
	const values = argumentValues(name)
	if (values === undefined) return []
	return [`'${values.kind === 'command' ? '*::' : '*:'}argument:${action(values)}'`]
}

const command = (row: CommandRow) =>
	`\t\t${row.name})\n\t\t\t_arguments -S ${[...row.options.map((one) => option(row.name, one)), ...argument(row.name)].join(' \\\n\t\t\t\t')} ;;`

export const zshCompletion = () => `#compdef ctscope
# zsh completion for ctscope. Written by scripts/manual.ts: change the commands.

# Names in a folder of this host, or a path.
_ctscope_names() {
	local -a names expl
	names=($1/*(N:t))
	if [[ $PREFIX == [./]* ]]; then
		_files
	else
		_wanted names expl name compadd -a names
	fi
}

_ctscope_commands() {
	local -a commands
	commands=(
${COMMAND_ROWS.map(({ name, summary }) => `\t\t'${name}:${quoted(summary.replaceAll(':', '\\:'))}'`).join('\n')}
	)
	_describe -t commands 'command' commands
}

_ctscope() {
	local curcontext=$curcontext state line ret=1
	local -A opt_args
	_arguments -C -S ${[...PROGRAM.options.map((one) => option('', one)), "'1:command:_ctscope_commands'", "'*::argument:->argument'"].join(' \\\n\t\t')} && ret=0
	[[ $state == argument ]] || return ret
	case $line[1] in
${COMMAND_ROWS.map(command).join('\n')}
	esac
}

if [ "$funcstack[1]" = _ctscope ]; then _ctscope "$@"; else compdef _ctscope ctscope; fi
`
