#!/bin/bash
# In a guest: the call sites on the screen, switched on and off with keys as an admin does it. What stands in the control
# file at each step goes to /out. With `look` nothing is switched: what is proposed, and what there is in tcp_new.
cd /out || exit 1
. /in/terminal.sh
CONTROL=/proc/dynamic_debug/control

# A rule that asks for the ct state loads conntrack and makes it see packets; the reasons are on, so that FIN is silent.
modprobe nf_conntrack
modprobe nf_log_syslog 2>/dev/null || modprobe nf_log_ipv4
ip link set lo up
iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
echo 'func nf_conntrack_icmp_packet +mt' >$CONTROL
cp $CONTROL before.control

shot() { screen >"$1.screen"; }

# A dialog takes keys only once it was there to be read.
see() {
	if until_seen "$1"; then
		pause 0.8
		return
	fi
	echo "not seen: $1" >>missed
	screen >>missed
	exit 0
}

# One after the other: an Escape that another key follows at once is a different key.
key() {
	press "$@"
	pause 0.6
}

# A key that may come while the screen is still busy with the one before: once more when nothing follows for a minute.
key_until() {
	local try
	for try in 1 2 3; do
		key "$1"
		until_seen "$2" 60 && return
	done
	see "$2"
}

# Keys that are read at once are a paste, in which Enter is no key: each is seen before the next one.
filter() {
	key /
	see 'enter keep'
	key -l "$1"
	see "filter: $1"
	key Enter
	see "Printk > filter $1"
}

: >missed
open_terminal 80 24 'ctscope --state-dir /tmp/state; echo $? >/out/exit'
see 'INVALID +[0-9]'
key 4
see 'explain silent'
shot list
filter tcp_new
shot filtered
if [ "$1" = look ]; then
	press q
	wait_for_end /out/exit
	cp $CONTROL after.control
	exit 0
fi
key g
key j
see '▸ *=_ .* tcp_new'
key Space
see 'yes, do it'
shot dialog
key y
see '=p +ctscope'
cp $CONTROL on.control
shot on
hping3 -q -c 3 -i u1000 -F -A -p 80 127.0.0.1 >/dev/null 2>&1
press 7
see 'invalid new deleting'
shot log
key 4
see 'explain silent'
key_until Space 'UNDONE|NO CHANGES'
cp $CONTROL off.control
shot off

# Decorations on a site that has flags of its own: back to those, not to none.
key Escape
see $'Changes [0-9]+ *\n─+\n FLAGS'
filter icmp_packet
key g
key j
see '▸ *=mt '
key d
see 'Decorate'
key j
key j
key Space
see '\[x\] f function'
shot decorate
key Enter
see 'yes, do it'
key y
see '=pmft +ctscope'
cp $CONTROL decorated.control
shot decorated
key q
see 'undo and leave'
press Enter
wait_for_end /out/exit
cp $CONTROL after.control
exit 0
