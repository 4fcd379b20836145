# A terminal that scripts in a guest press keys in and read, for `.`: tmux, asked over one pipe. Emulated, each start of
# tmux and grep would take longer than what is waited for.

# WIDTH HEIGHT COMMAND
open_terminal() {
	tmux -f /dev/null new-session -d -x "$1" -y "$2" "$3"
	coproc TERMINAL { exec tmux -C attach -f ignore-size,no-output; }
	# Never says anything: a read with a time limit is a sleep without a process.
	exec {tick}<> <(:)
	answer >/dev/null
}

pause() { read -rt "$1" -u "$tick"; }

# Lines of one command of tmux, without what it tells besides.
answer() {
	local line
	until [[ $line == %begin* ]]; do read -r line <&"${TERMINAL[0]}" || return; done
	while IFS= read -r line <&"${TERMINAL[0]}" && [[ $line != %end* && $line != %error* ]]; do
		printf '%s\n' "$line"
	done
}

screen() {
	echo 'capture-pane -p' >&"${TERMINAL[1]}"
	answer
}

# Waits for a regular expression on the screen; minutes, since beside other work an emulated start takes one.
until_seen() {
	local end=$((SECONDS + ${2:-240}))
	until [[ $(screen) =~ $1 ]]; do
		((SECONDS > end)) && return 1
		pause 0.5
	done
	# Not the status of the last pause.
	return 0
}

press() {
	echo "send-keys $*" >&"${TERMINAL[1]}"
	answer >/dev/null
}

# Until the command has written its exit status into this file.
wait_for_end() {
	local end=$((SECONDS + 120))
	until [ -s "$1" ] || ((SECONDS > end)); do pause 0.1; done
}
