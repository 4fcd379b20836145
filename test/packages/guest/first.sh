#!/bin/bash
# In a guest: installed, looked at, removed with changes in force. /in has first.deb, second.deb and one-file.
cd /out || exit 1
. /in/common.sh
type -P node npm ctscope >bare
ip -brief link >links

step install dpkg -i /in/first.deb
step version ctscope --version
MANWIDTH=80 step man man ctscope
# The package's own files, which nothing may have changed.
step verify dpkg --verify ctscope

ip netns add lab-one
ip netns add lab-two
open_shell
press -l "'ctscope run --netns lab-'"
press Tab
pause 1
press Tab
see netns lab-two
press C-c
ip netns del lab-one
ip netns del lab-two

# The unit of the examples, as an admin installs it.
mkdir -p /var/lib/prometheus/node-exporter
cp /in/ctscope-metrics.* /etc/systemd/system/
systemctl daemon-reload
systemd-analyze verify /etc/systemd/system/ctscope-metrics.{service,timer} >units.out 2>&1
step metrics systemctl start ctscope-metrics.service
cp /var/lib/prometheus/node-exporter/* .

# Removal with changes in force: of a living session.
settings >remove.before
session removed
settings >remove.during
step remove dpkg -r ctscope
settled >remove.after
# It stays with its command, and says at the end what became of its changes, without the files that it was started from.
kill -TERM "$session"
wait "$session"
running >remove.running
find /usr -xdev -name '*ctscope*' >remove.left

if [ "$1" = short ]; then exit 0; fi

# And of one that is killed with its guard, at once after that.
step reinstall dpkg -i /in/second.deb
session killed
for exe in /proc/[0-9]*/exe; do
	case $(readlink "$exe") in
	/usr/lib/ctscope/*) echo "${exe//[!0-9]/}" ;;
	esac
done >pids
mapfile -t pids <pids
kill -STOP "${pids[@]}"
kill -KILL "${pids[@]}"
step purge dpkg --purge ctscope
settled >purge.after
dpkg -s ctscope >purge.state 2>&1
find /usr /etc /var/lib/dpkg -xdev -name '*ctscope*' -not -name 'ctscope-metrics.*' >purge.left
