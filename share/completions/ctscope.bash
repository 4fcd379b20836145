# bash completion for ctscope. Written by scripts/manual.ts: change the commands.

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
	[[ $cur == *,* ]] && front=${cur%,*},
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
		[[ -e $path && ${path##*/} == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "${path##*/}")")
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
		'') echo '--version --netns --state-dir --demo --read-only --no-alt --mouse --plain --ascii --no-color --record --force --ttl --max-rate --source --help' ;;
		'tui') echo '--netns --state-dir --read-only --no-alt --mouse --plain --ascii --no-color --record --force --ttl --max-rate --source --help' ;;
		'status') echo '--netns --state-dir --json --help' ;;
		'watch') echo '--netns --state-dir --json --interval --count --source --ttl --help' ;;
		'run') echo '--netns --state-dir --protocol --printk --source --console-level --ttl --max-rate --netns-of-command --by --capture --json --force --packets --names --expect --help' ;;
		'investigate') echo '--netns --state-dir --for --source --max-rate --report --force --json --help' ;;
		'doctor') echo '--netns --state-dir --json --help' ;;
		'printk') echo '--netns --state-dir --json --help' ;;
		'flow') echo '--netns --state-dir --for --zone --icmp-id --json --help' ;;
		'lists') echo '--netns --state-dir --for --json --help' ;;
		'namespaces') echo '--netns --state-dir --json --interval --help' ;;
		'metrics') echo '--netns --state-dir --rules --openmetrics --help' ;;
		'rules') echo '--netns --state-dir --json --interval --help' ;;
		'tap') echo '--netns --state-dir --hook --for --state --rate --burst --level --log --to --prefix --json --show --yes --ttl --max-rate --help' ;;
		'preview') echo '--netns --state-dir --hook --for --state --rate --burst --level --log --to --prefix --json --show --yes --ttl --max-rate --help' ;;
		'count') echo '--netns --state-dir --hook --for --json --show --yes --ttl --max-rate --help' ;;
		'trace') echo '--netns --state-dir --for --count --json --yes --ttl --max-rate --help' ;;
		'revert') echo '--netns --state-dir --all --lease --dry-run --yes --json --help' ;;
		'practice') echo '--help' ;;
		'parse') echo '--json --by --names --help' ;;
		'read') echo '--json --report --by --names --help' ;;
		'replay') echo '--end --speed --no-alt --mouse --ascii --no-color --help' ;;
		'explain') echo '--list --json --help' ;;
		'help') echo '--help' ;;
	esac
}

# What stands behind an option; fails when it takes nothing.
_ctscope_value() {
	case "$1 $2" in
		' --netns') _ctscope_names /run/netns ;;
		' --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		' --record') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		' --ttl') COMPREPLY=() ;;
		' --max-rate') COMPREPLY=() ;;
		' --source') _ctscope_words 'auto' 'probe' 'nflog' 'kmsg' ;;
		'tui --netns') _ctscope_names /run/netns ;;
		'tui --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'tui --record') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'tui --ttl') COMPREPLY=() ;;
		'tui --max-rate') COMPREPLY=() ;;
		'tui --source') _ctscope_words 'auto' 'probe' 'nflog' 'kmsg' ;;
		'status --netns') _ctscope_names /run/netns ;;
		'status --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'watch --netns') _ctscope_names /run/netns ;;
		'watch --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'watch --interval') COMPREPLY=() ;;
		'watch --count') COMPREPLY=() ;;
		'watch --source') _ctscope_words 'probe' ;;
		'watch --ttl') COMPREPLY=() ;;
		'run --netns') _ctscope_names /run/netns ;;
		'run --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'run --protocol') _ctscope_words 'all' 'none' 'tcp' 'udp' 'icmp' 'icmpv6' 'sctp' 'gre' ;;
		'run --printk') _ctscope_words 'proposed' ;;
		'run --source') _ctscope_words 'auto' 'probe' 'nflog' 'kmsg' ;;
		'run --console-level') _ctscope_words '1' '2' '3' '4' '5' '6' '7' '8' ;;
		'run --ttl') COMPREPLY=() ;;
		'run --max-rate') COMPREPLY=() ;;
		'run --by') _ctscope_words 'source' 'destination' 'port' 'interface' 'namespace' 'source-prefix' 'destination-prefix' ;;
		'run --capture') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'run --json') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'run --expect') COMPREPLY=() ;;
		'investigate --netns') _ctscope_names /run/netns ;;
		'investigate --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'investigate --for') COMPREPLY=() ;;
		'investigate --source') _ctscope_words 'auto' 'probe' 'nflog' 'kmsg' ;;
		'investigate --max-rate') COMPREPLY=() ;;
		'investigate --report') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'doctor --netns') _ctscope_names /run/netns ;;
		'doctor --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'printk --netns') _ctscope_names /run/netns ;;
		'printk --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'flow --netns') _ctscope_names /run/netns ;;
		'flow --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'flow --for') COMPREPLY=() ;;
		'flow --zone') COMPREPLY=() ;;
		'flow --icmp-id') COMPREPLY=() ;;
		'lists --netns') _ctscope_names /run/netns ;;
		'lists --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'lists --for') COMPREPLY=() ;;
		'namespaces --netns') _ctscope_names /run/netns ;;
		'namespaces --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'namespaces --interval') COMPREPLY=() ;;
		'metrics --netns') _ctscope_names /run/netns ;;
		'metrics --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'rules --netns') _ctscope_names /run/netns ;;
		'rules --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'rules --interval') COMPREPLY=() ;;
		'tap --netns') _ctscope_names /run/netns ;;
		'tap --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'tap --hook') _ctscope_list prerouting input forward output postrouting ;;
		'tap --for') COMPREPLY=() ;;
		'tap --state') _ctscope_list new established related invalid untracked ;;
		'tap --rate') COMPREPLY=() ;;
		'tap --burst') COMPREPLY=() ;;
		'tap --level') _ctscope_words 'emerg' 'alert' 'crit' 'err' 'warn' 'notice' 'info' 'debug' ;;
		'tap --log') _ctscope_list tcp-seq tcp-opt ip-opt uid ;;
		'tap --to') _ctscope_words 'kmsg' 'nflog' ;;
		'tap --prefix') COMPREPLY=() ;;
		'tap --ttl') COMPREPLY=() ;;
		'tap --max-rate') COMPREPLY=() ;;
		'preview --netns') _ctscope_names /run/netns ;;
		'preview --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'preview --hook') _ctscope_list prerouting input forward output postrouting ;;
		'preview --for') COMPREPLY=() ;;
		'preview --state') _ctscope_list new established related invalid untracked ;;
		'preview --rate') COMPREPLY=() ;;
		'preview --burst') COMPREPLY=() ;;
		'preview --level') _ctscope_words 'emerg' 'alert' 'crit' 'err' 'warn' 'notice' 'info' 'debug' ;;
		'preview --log') _ctscope_list tcp-seq tcp-opt ip-opt uid ;;
		'preview --to') _ctscope_words 'kmsg' 'nflog' ;;
		'preview --prefix') COMPREPLY=() ;;
		'preview --ttl') COMPREPLY=() ;;
		'preview --max-rate') COMPREPLY=() ;;
		'count --netns') _ctscope_names /run/netns ;;
		'count --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'count --hook') _ctscope_list prerouting input forward output postrouting ;;
		'count --for') COMPREPLY=() ;;
		'count --ttl') COMPREPLY=() ;;
		'count --max-rate') COMPREPLY=() ;;
		'trace --netns') _ctscope_names /run/netns ;;
		'trace --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'trace --for') COMPREPLY=() ;;
		'trace --count') COMPREPLY=() ;;
		'trace --ttl') COMPREPLY=() ;;
		'trace --max-rate') COMPREPLY=() ;;
		'revert --netns') _ctscope_names /run/netns ;;
		'revert --state-dir') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		'revert --lease') _ctscope_names /run/ctscope/leases ;;
		'parse --by') _ctscope_words 'source' 'destination' 'port' 'interface' 'namespace' 'source-prefix' 'destination-prefix' ;;
		'read --by') _ctscope_words 'source' 'destination' 'port' 'interface' 'namespace' 'source-prefix' 'destination-prefix' ;;
		'replay --speed') _ctscope_words '0.25' '0.5' '1' '2' '4' '8' '16' '32' '64' ;;
		*) return 1 ;;
	esac
	return 0
}

_ctscope_argument() {
	case $1 in
		'run') _ctscope_command "$at" ;;
		'printk') COMPREPLY=() ;;
		'flow') _ctscope_words 'tcp' 'udp' 'icmp' 'icmpv6' 'sctp' 'gre' ;;
		'rules') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'tap') COMPREPLY=() ;;
		'preview') COMPREPLY=() ;;
		'count') COMPREPLY=() ;;
		'trace') COMPREPLY=() ;;
		'practice') _ctscope_words 'scan' 'asymmetric' 'forgotten' 'checksum' 'timeout' 'nat' ;;
		'parse') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'read') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'replay') compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		'explain') _ctscope_words 'icmp-short' 'icmp-csum' 'icmp-type' 'icmp-outer' 'tcp-flags' 'tcp-csum' 'tcp-trunc' 'tcp-short' 'tcp-new' 'tcp-rst' 'tcp-challenge' 'tcp-state' 'tcp-state-old' 'tcp-ign' 'tcp-ign-old' 'tcp-win-seq-over' 'tcp-win-ack-over' 'tcp-win-seq-under' 'tcp-win-ack-under' 'tcp-overshot' 'tcp-win-seq-over-old' 'tcp-win-ack-over-old' 'tcp-win-seq-under-old' 'tcp-win-ack-under-old' 'tcp-win-bug' 'tcp-lower-timeout-old' 'tcp-lower-timeout' 'udp-short' 'udp-trunc' 'udp-csum' 'dccp-loose' 'dccp-state' 'dccp-ign' 'dccp-short' 'dccp-trunc' 'dccp-cov' 'dccp-csum' 'dccp-type' 'dccp-48' 'icmp6-short' 'icmp6-csum' 'icmp6-outer' 'icmp6-redir-short' 'icmp6-redir-src' 'icmp6-redir-opt' 'sctp-1' 'sctp-2' 'sctp-3' 'sctp-basic' 'sctp-vtag' 'sctp-state' 'udplite-short' 'udplite-cov' 'udplite-nocsum' 'udplite-csum' 'legacy-icmp-icmp-short' 'legacy-icmp-icmp-csum' 'legacy-icmp-csum' 'legacy-icmp-icmp-type' 'legacy-tcp-tcp-short' 'legacy-tcp-tcp-trunc' 'legacy-tcp-tcp-csum' 'legacy-tcp-tcp-flags' 'legacy-tcp-tcp-state-old' 'legacy-tcp-tcp-rst' 'legacy-tcp-tcp-win-seq-over-old' 'legacy-tcp-tcp-win-seq-under-old' 'legacy-tcp-tcp-win-ack-over-old' 'legacy-tcp-tcp-win-ack-under-old' 'legacy-tcp-tcp-win-bug' 'legacy-tcp-tcp-ign-old' 'legacy-tcp-tcp-challenge' 'legacy-tcp-ignored' 'legacy-tcp-packed' 'legacy-tcp-rst-ignored' 'legacy-tcp-syn-ignored' 'legacy-tcp-out-of-sync' 'legacy-tcp-truncated' 'legacy-tcp-seq-under' 'legacy-tcp-ack-over' 'legacy-tcp-ack-under' 'legacy-udp-udp-short' 'legacy-udp-udp-trunc' 'legacy-udp-udp-csum' 'legacy-dccp-dccp-ign' 'legacy-dccp-dccp-state' 'legacy-dccp-dccp-short' 'legacy-dccp-dccp-trunc' 'legacy-dccp-dccp-cov' 'legacy-dccp-dccp-csum' 'legacy-dccp-dccp-type' 'legacy-dccp-dccp-loose' 'legacy-icmpv6-icmp6-short' 'legacy-icmpv6-icmp6-csum' 'legacy-icmpv6-newtype' 'legacy-sctp-sctp-1' 'legacy-sctp-sctp-2' 'legacy-sctp-sctp-3' 'legacy-udplite-udplite-short' 'legacy-udplite-udplite-cov' 'legacy-udplite-udplite-nocsum' 'legacy-udplite-udplite-csum' 'helper-amanda-alloc' 'helper-amanda-add' 'helper-ftp-alloc' 'helper-ftp-add' 'helper-irc-alloc' 'helper-irc-add' 'helper-sane-alloc' 'helper-sane-add' 'helper-tftp-alloc' 'helper-tftp-add' 'helper-amanda-nat-ports' 'helper-amanda-nat-mangle' 'helper-ftp-nat-ports' 'helper-ftp-nat-mangle' 'helper-irc-nat-ports' 'helper-irc-nat-mangle' 'helper-ftp-partial' 'helper-h323-h245' 'helper-h323-q931' 'helper-h323-ras' 'helper-sip-1' 'helper-sip-2' 'helper-sip-3' 'helper-sip-4' 'helper-sip-5' 'helper-sip-6' 'helper-sip-7' 'helper-sip-8' 'helper-sip-9' 'helper-sip-10' 'helper-sip-11' 'helper-sip-12' 'helper-sip-nat-1' 'helper-sip-nat-2' 'helper-sip-nat-3' 'helper-sip-nat-4' 'helper-sip-nat-5' 'helper-sip-nat-6' 'helper-sip-nat-7' 'helper-sip-nat-8' 'helper-sip-nat-9' 'helper-sip-nat-10' 'helper-sip-nat-11' 'helper-snmp-1' 'helper-snmp-2' 'helper-snmp-3' 'silent-not-asked' 'silent-icmp-not-asked' 'silent-no-logger-4' 'silent-no-logger-6' 'silent-icmp-error' 'silent-tcp-loose' 'silent-tcp-new' 'silent-icmp-reply' 'silent-tcp-short' 'silent-header' 'silent-sctp' 'silent-sctp-tag' 'silent-gre' 'silent-reopen' ;;
		'help') _ctscope_words 'exit-status' 'environment' 'sources' 'safety' 'json' 'tui' 'status' 'watch' 'run' 'investigate' 'doctor' 'printk' 'flow' 'lists' 'namespaces' 'metrics' 'rules' 'tap' 'preview' 'count' 'trace' 'revert' 'practice' 'parse' 'read' 'replay' 'explain' 'help' ;;
	esac
}

_ctscope() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= word at index
	COMPREPLY=()
	# The first word that is neither an option nor the value of one is the command, the next one begins its arguments.
	at=0
	for ((index = 1; index < COMP_CWORD; index++)); do
		word=${COMP_WORDS[index]}
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
		_ctscope_words tui status watch run investigate doctor printk flow lists namespaces metrics rules tap preview count trace revert practice parse read replay explain help
	else
		((at > 0)) || at=$COMP_CWORD
		_ctscope_argument "$command"
	fi
}

_ctscope_valued() {
	case $1 in
		'') echo '--netns --state-dir --record --ttl --max-rate --source' ;;
		'tui') echo '--netns --state-dir --record --ttl --max-rate --source' ;;
		'status') echo '--netns --state-dir' ;;
		'watch') echo '--netns --state-dir --interval --count --source --ttl' ;;
		'run') echo '--netns --state-dir --protocol --printk --source --console-level --ttl --max-rate --by --capture --json --expect' ;;
		'investigate') echo '--netns --state-dir --for --source --max-rate --report' ;;
		'doctor') echo '--netns --state-dir' ;;
		'printk') echo '--netns --state-dir' ;;
		'flow') echo '--netns --state-dir --for --zone --icmp-id' ;;
		'lists') echo '--netns --state-dir --for' ;;
		'namespaces') echo '--netns --state-dir --interval' ;;
		'metrics') echo '--netns --state-dir' ;;
		'rules') echo '--netns --state-dir --interval' ;;
		'tap') echo '--netns --state-dir --hook --for --state --rate --burst --level --log --to --prefix --ttl --max-rate' ;;
		'preview') echo '--netns --state-dir --hook --for --state --rate --burst --level --log --to --prefix --ttl --max-rate' ;;
		'count') echo '--netns --state-dir --hook --for --ttl --max-rate' ;;
		'trace') echo '--netns --state-dir --for --count --ttl --max-rate' ;;
		'revert') echo '--netns --state-dir --lease' ;;
		'practice') echo '' ;;
		'parse') echo '--by' ;;
		'read') echo '--by' ;;
		'replay') echo '--speed' ;;
		'explain') echo '' ;;
		'help') echo '' ;;
	esac
}

complete -F _ctscope ctscope
