#!/bin/bash
# In a guest where nothing of netfilter is loaded: a tap brings what it needs, logs, and takes all of it away again.
cd /out || exit 1
modules() { awk '{ print $1 }' /proc/modules | sort; }
ip link set lo up
modules >before.modules
ctscope --state-dir /tmp/state rules --json --interval 0.1 >rules.json 2>rules.err
modules >looked.modules
# The packets come when the table is there.
(
	for ((turn = 0; turn < 300; turn++)); do
		grep -q '^nft_log ' /proc/modules && break
		read -rt 0.2 <> <(:)
	done
	read -rt 3 <> <(:)
	hping3 -q -c 3 -i u1000 -F -A -p 80 127.0.0.1 >/dev/null 2>&1
) &
ctscope --state-dir /tmp/state tap --json --yes --state invalid --for 10s >tap.json 2>tap.err
echo $? >exit
modules >after.modules
wait
exit 0
