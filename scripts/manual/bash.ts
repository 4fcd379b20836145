// Completion for bash.
import { COMMAND_ROWS, type CommandRow, PROGRAM } from './command-table.ts'
import { argumentValues, optionValues, type Values } from './values.ts'

/** Runs in bash when the values are asked for; leaves them in COMPREPLY. */
function offer(values: Values): string {
	switch (values.kind) {
		case 'free':
			return 'COMPREPLY=()'
		case 'words':
			return `_ctscope_words ${values.words.map((word) => `'${word}'`).join(' ')}`
		case 'list':
			return `_ctscope_list ${values.words.join(' ')}`
		case 'file':
			return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")'
		case 'folder':
			return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur")'
		case 'command':
			return '_ctscope_command "$at"'
		case 'names':
			return `_ctscope_names ${values.folder}`
	}
}

const valued = ({ name, options }: CommandRow) =>
	options
		.filter(({ takesValue }) => takesValue)
		.map(({ long }) => `\t\t'${name} ${long}') ${offer(optionValues(name, long))} ;;`)

const flags = ({ name, options }: CommandRow) =>
	`\t\t'${name}') echo '${options.map(({ long }) => long).join(' ')}' ;;`

const args = ({ name }: CommandRow) => {
	const values = argumentValues(name)
	return values === undefined ? [] : [`\t\t'${name}') ${offer(values)} ;;`]
}

const all = [PROGRAM, ...COMMAND_ROWS]

export const bashCompletion =
	() => `# bash completion for ctscope. Written by scripts/manual.ts: change the commands.

_ctscope_words() {
	local word
	COMPREPLY=()
	for word; do
		[[ $word == "$cur"* ]] && COMPREPLY+=("$word")
	done
}

# Words with commas between them: the last one is completed.
_ctscope_list() {
	local word front=
	[[ $cur == *,* ]] && front=\${cur%,*},
	COMPREPLY=()
	for word; do
		[[ $front$word == "$cur"* ]] && COMPREPLY+=("$front$word")
	done
	compopt -o nospace
}

# Names in a folder of this host, or a path.
_ctscope_names() {
	local path
	COMPREPLY=()
	if [[ $cur == /* ]]; then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	fi
	for path in "$1"/*; do
		[[ -e $path && \${path##*/} == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "\${path##*/}")")
	done
}

# Another command with its own completion, where bash-completion is.
_ctscope_command() {
	if declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "$1"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	else
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	fi
}

_ctscope_flags() {
	case $1 in
${all.map(flags).join('\n')}
	esac
}

# What stands behind an option; fails when it takes nothing.
_ctscope_value() {
	case "$1 $2" in
${all.flatMap(valued).join('\n')}
		*) return 1 ;;
	esac
	return 0
}

_ctscope_argument() {
	case $1 in
${COMMAND_ROWS.flatMap(args).join('\n')}
	esac
}

_ctscope() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= word at index
	COMPREPLY=()
	# The first word that is neither an option nor the value of one is the command, the next one begins its arguments.
	at=0
	for ((index = 1; index < COMP_CWORD; index++)); do
		word=\${COMP_WORDS[index]}
		if [[ $word == -- ]]; then
			at=$((index + 1))
			break
		elif [[ $word == -* ]]; then
			if [[ " $(_ctscope_valued "$command") " == *" $word "* ]]; then ((index++)); fi
		elif [[ -z $command ]]; then
			command=$word
		else
			at=$index
			break
		fi
	done
	# Behind the first word of another command everything is its own.
	if ((at > 0)) && [[ $command == run ]]; then
		_ctscope_argument run
		return
	fi
	if ((at == 0)) && _ctscope_value "$command" "$prev"; then return; fi
	if ((at == 0)) && [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_ctscope_flags "$command")" -- "$cur")
	elif [[ -z $command ]]; then
		_ctscope_words ${COMMAND_ROWS.map(({ name }) => name).join(' ')}
	else
		((at > 0)) || at=$COMP_CWORD
		_ctscope_argument "$command"
	fi
}

_ctscope_valued() {
	case $1 in
${all
	.map(
		({ name, options }) =>
			`\t\t'${name}') echo '${options
				.filter(({ takesValue }) => takesValue)
				.map(({ long }) => long)
				.join(' ')}' ;;`,
	)
	.join('\n')}
	esac
}

complete -F _ctscope ctscope
`
