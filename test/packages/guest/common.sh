# For the scripts of guests as servers are found, for `.`. What was seen goes to /out, a file a question; each start of Node
# takes seconds here, so one guest answers many of them.
. /in/terminal.sh
# dpkg's own caution about loss of power; and an index of all manuals, which its triggers would build.
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab
rm -f /var/lib/man-db/auto-update
LOG=/proc/sys/net/netfilter/nf_conntrack_log_invalid
modprobe nf_conntrack
modprobe nf_conntrack_netlink
: >missed
# For pause, before there is a terminal.
exec {tick}<> <(:)

say() { echo "$SECONDS s: $*" >&2; }

# NAME COMMAND...: its output, its errors and its status.
step() {
	local name=$1 status
	shift
	"$@" >"$name.out" 2>"$name.err" </dev/null
	status=$?
	echo "$status" >"$name.status"
	say "$name, status $status"
}

# What sessions change here, and what they leave.
settings() {
	grep -H . /proc/sys/net/netfilter/nf_conntrack_{log_invalid,acct,timestamp} /proc/sys/net/netfilter/nf_log/2 /proc/sys/kernel/printk
	nft list ruleset
	systemctl list-units --all --plain --no-legend 'ctscope-[gl]*'
	find /run/ctscope/leases /run/ctscope/knobs -mindepth 1 2>/dev/null
}

# The guard has said that everything is back, and its service may still be about to end.
settled() {
	local tries
	for ((tries = 0; tries < 60; tries++)); do
		[ -z "$(systemctl list-units --all --plain --no-legend 'ctscope-[gl]*')" ] && break
		pause 0.5
	done
	settings
}

# FILE VALUE: until it reads this.
until_is() {
	local tries
	for ((tries = 0; tries < 1200; tries++)); do
		[ "$(<"$1")" = "$2" ] && return
		pause 0.1
	done
	return 1
}

# Processes of ours, by the folder that they run from, and what they are.
running() {
	local exe file name
	for exe in /proc/[0-9]*/exe; do
		file=$(readlink "$exe") || continue
		[[ $file == *ctscope* ]] || continue
		name=$(tr '\0' ' ' 2>/dev/null <"${exe%/exe}/cmdline")
		echo "$file $name"
	done | sort | uniq -c
}

# NAME: something of ours is in force until someone ends it.
session() {
	ctscope run --source nflog --ttl 10m -- sleep 600 >"$1.out" 2>"$1.err" </dev/null &
	session=$!
	until_is "$LOG" 255 || echo "$1: nothing was switched on" >>missed
	say "$1: in force"
}

# NAME PATTERN: a picture of the screen, once it shows this; minutes, as in terminal.sh.
see() {
	local end=$((SECONDS + 240)) shown
	while shown=$(screen); [[ ! $shown =~ $2 ]]; do
		if ((SECONDS > end)); then
			echo "$1: not seen: $2" >>missed
			break
		fi
		pause 0.5
	done
	printf '%s\n' "$shown" >"$1.screen"
	say "seen: $1"
}

# A shell as an admin has it.
open_shell() {
	cat >/root/rc <<-'RC'
		PS1='ready> '
		. /usr/share/bash-completion/bash_completion
	RC
	open_terminal 100 30 'bash --rcfile /root/rc -i'
	see prompt 'ready>'
}
