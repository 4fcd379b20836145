#!/bin/bash
# In a guest as a server is found: what an admin does with the packages. /in has first.deb, second.deb and one-file; what
# was seen goes to /out, a file a question. Each start of Node takes seconds here, so one guest answers all of them.
cd /out || exit 1
. /in/terminal.sh
# dpkg's own caution about loss of power; and its triggers would build an index of all manuals.
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab
echo 'man-db man-db/auto-update boolean false' | debconf-set-selections 2>/dev/null
rm -f /var/lib/man-db/auto-update
LOG=/proc/sys/net/netfilter/nf_conntrack_log_invalid
modprobe nf_conntrack
modprobe nf_conntrack_netlink
began=$SECONDS

# NAME COMMAND...: its output, its errors and its status.
step() {
	local name=$1 status
	shift
	"$@" >"$name.out" 2>"$name.err" </dev/null
	status=$?
	echo "$status" >"$name.status"
	echo "$((SECONDS - began)) s: $name, status $status" | tee -a steps >&2
}

# Everything that a session may change here.
settings() {
	grep -rH . /proc/sys/net/netfilter/nf_conntrack_{log_invalid,acct,timestamp} /proc/sys/net/netfilter/nf_log/2 /proc/sys/kernel/printk
	nft list ruleset
	lsmod | cut -d' ' -f1 | sort
	systemctl list-units --all --plain --no-legend 'ctscope*'
	ls -A /run/ctscope/leases /run/ctscope/claims 2>/dev/null
}

# Until the file reads this.
until_is() {
	local tries
	for ((tries = 0; tries < 600; tries++)); do
		[ "$(<"$1")" = "$2" ] && return
		sleep 0.1
	done
	return 1
}

until_gone() {
	local tries
	for ((tries = 0; tries < 300; tries++)); do
		[ -d "/proc/$1" ] || return 0
		sleep 0.1
	done
	return 1
}

# Of the programs: where they run from.
running() {
	local exe
	for exe in /proc/[0-9]*/exe; do readlink "$exe"; done | grep ctscope | sort | uniq -c
}

session() {
	ctscope run --ttl 10m -- sleep 600 >"$1.out" 2>"$1.err" </dev/null &
	session=$!
	until_is "$LOG" 255 || echo "$1: nothing was switched on" >>missed
}

see() { until_seen "$2" || echo "$1: not seen: $2" | tee -a missed >&2; screen >"$1.screen"; echo "$((SECONDS - began)) s: seen $1" >&2; }

type -P node npm ctscope >bare
ip -brief link >links

step install dpkg -i /in/first.deb
step version ctscope --version
MANWIDTH=80 step man man ctscope
sed -n '/Maintainer/p;/Depends/p' /var/lib/dpkg/info/ctscope.control 2>/dev/null
dpkg -s ctscope >package
# Of the package's own files, which nothing may have changed.
step verify dpkg --verify ctscope

# A key in a real terminal.
ip netns add lab-one
ip netns add lab-two
cat >/root/rc <<'RC'
PS1='$ '
. /usr/share/bash-completion/bash_completion
RC
open_terminal 100 30 'bash --rcfile /root/rc -i'
see prompt '\$ '
press "'ctscope run --netns lab-'" Tab Tab
see netns lab-two
press C-c
press "'/root/one-file practice asymmetric'"
cp /in/one-file /root/one-file

# The one file, before the terminal begins with it.
step file /root/one-file --version
step file-again /root/one-file --version
find /root/.cache -perm /077 >file.public
press Enter
see steps 'asymmetric|Steps'
until_seen 'Steps' || echo 'no Steps' >>missed
screen >practice.screen
press q
pause 1
press y
until_seen '\$ *$'
screen >practice-end.screen
ip -brief link >links.after

# A file system on which programs may not run, and one that is full.
mount -t tmpfs -o noexec tmpfs /tmp
cp /in/one-file /tmp/one-file
step noexec /tmp/one-file --version
step noexec-sh sh /tmp/one-file --version
umount /tmp
mount -t tmpfs -o noexec,mode=700 tmpfs /root
step nowhere-but-run /in/one-file --version
ls -A /run >run.list
rm -rf /run/ctscope-one-file
fill=$(($(df -Pk /run | awk 'NR == 2 { print $4 }') - 20000))
head -c "${fill}K" /dev/zero >/run/filled
step nowhere /in/one-file --version
umount /root
# With room for nothing at all, nothing may be switched on, since it could not be recorded.
head -c 1G /dev/zero >>/run/filled 2>/dev/null
settings >full.before
step full-look ctscope status --json
step full-run ctscope run -- true
rm -f /run/filled
settings >full.after

mount --bind /usr /usr
mount -o remount,bind,ro /usr
settings >read-only.before
step read-only-run ctscope run -- sh -c "cat $LOG"
step read-only-file /root/one-file status --json
settings >read-only.after
umount /usr

# Two versions after each other, a session of the first one alive.
settings >upgrade.before
session session
running >upgrade.running
step upgrade dpkg -i /in/second.deb
step second ctscope --version
ls /usr/lib/ctscope/run >upgrade.folders
settings >upgrade.during
step second-status ctscope status --json
running >>upgrade.running
kill -INT "$session"
wait "$session"
echo $? >session.status
settings >upgrade.after
step downgrade dpkg -i /in/first.deb
ls /usr/lib/ctscope/run >downgrade.folders

# Removal with changes in force: of a living session, and of one of which nobody is left.
settings >remove.before
session removed
step remove dpkg -r ctscope
until_gone "$session"
settings >remove.after
running >remove.running
find /usr/lib/ctscope /usr/bin/ctscope /etc -name '*ctscope*' 2>/dev/null >remove.left

step reinstall dpkg -i /in/second.deb
session killed
systemctl list-units --all --plain --no-legend 'ctscope*' >killed.units
for exe in /proc/[0-9]*/exe; do
	case $(readlink "$exe") in
	/usr/lib/ctscope/*) echo "${exe//[!0-9]/}" ;;
	esac
done >pids
kill -STOP $(<pids)
kill -KILL $(<pids)
cat "$LOG" >killed.log
step purge dpkg --purge ctscope
settings >purge.after
dpkg -s ctscope >purge.state 2>&1
find / -xdev -name '*ctscope*' -not -path '/in/*' -not -path '/out/*' -not -path '/root/*' >purge.left 2>/dev/null
echo "$((SECONDS - began)) s: end" | tee -a steps >&2
exit 0
