#!/bin/bash
# In a guest: the call sites on the screen, switched on and off with keys as an admin does it. What stands in the control
# file at each step goes to /out. With `look` nothing is switched: what is proposed, and what there is in tcp_new.
cd /out || exit 1
CONTROL=/proc/dynamic_debug/control

# A rule that asks for the ct state loads conntrack and makes it see packets; the reasons are on, so that FIN is silent.
modprobe nf_conntrack
modprobe nf_log_syslog 2>/dev/null || modprobe nf_log_ipv4
ip link set lo up
iptables -A INPUT -m conntrack --ctstate INVALID -j DROP
echo 'func nf_conntrack_icmp_packet +mt' >$CONTROL
cp $CONTROL before.control

shot() { tmux capture-pane -p >"$1.screen"; }

until_seen() {
	for tries in $(seq 120); do
		tmux capture-pane -p | grep -qE "$1" && return
		sleep 0.25
	done
	echo "not seen: $1" >>missed
	shot missed
	tmux kill-server
	exit 0
}

# A dialog takes keys only once it was there to be read.
press() {
	tmux send-keys "$@"
	sleep 0.6
}

wait_for_end() {
	for tries in $(seq 100); do
		[ -s /out/exit ] && break
		sleep 0.1
	done
}

: >missed
tmux -f /dev/null new-session -d -x 80 -y 24 'ctscope --state-dir /tmp/state; echo $? >/out/exit'
until_seen 'INVALID +[0-9]'
press 4
until_seen 'explain silent'
shot list
press /
press -l tcp_new
press Enter
press g j
shot filtered
if [ "$1" = look ]; then
	press q
	wait_for_end
	cp $CONTROL after.control
	exit 0
fi
press Space
until_seen 'yes, do it'
shot dialog
press y
until_seen '=p +ours'
cp $CONTROL on.control
shot on
hping3 -q -c 3 -i u1000 -F -A -p 80 127.0.0.1 >/dev/null 2>&1
press 7
sleep 2
shot log
press 4
press Space
until_seen 'UNDONE|NO CHANGES'
cp $CONTROL off.control
shot off

# Decorations on a site that has flags of its own: back to those, not to none.
press Escape
press /
press -l 'icmp_packet'
press Enter
press g j
press d
until_seen 'Decorate'
press j j Space
shot decorate
press Enter
until_seen 'yes, do it'
press y
until_seen 'ours'
cp $CONTROL decorated.control
shot decorated
press q
until_seen 'undo and leave'
press Enter
wait_for_end
cp $CONTROL after.control
tmux kill-server 2>/dev/null
exit 0
