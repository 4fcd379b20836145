#!/bin/bash
# First process of a guest: mounts what every Linux has, runs the command, hands its output and files over.
# Its own messages, like those of the kernel, go to the console. Starting a process costs a tenth of a second here.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
. /lab/run.conf
busybox cp -a /lab/dev/. /dev
busybox mount -a -T /lab/fstab
busybox ip link set lo up
echo "$hostname" >/proc/sys/kernel/hostname
declare -A port
for vport in /sys/class/virtio-ports/*; do
	port[$(<"$vport/name")]=/dev/${vport##*/}
done
exec 9>"${port[control]}"
echo up >&9

# Should whoever runs us be gone without having killed us.
(
	exec 9>&-
	sleep "$((seconds + 30))"
	echo o >/proc/sysrq-trigger
) &

# Pipes: a port can be opened once only, and the command may open /dev/stderr.
mkfifo /lab/{in,out,err}
busybox cat /lab/out >"${port[stdout]}" 9>&- &
out=$!
busybox cat /lab/err >"${port[stderr]}" 9>&- &
err=$!
busybox cat "${port[stdin]}" >/lab/in 9>&- &

mapfile -d '' -t command </lab/command
(
	cd /root || exit 125
	exec env -i PATH="$PATH" HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8 "${command[@]}" 9>&-
) </lab/in >/lab/out 2>/lab/err
status=$?

# What the command left running may hold the pipes; nobody waits long for that.
(
	sleep 2
	kill "$out" "$err"
) 9>&- &
wait "$out" "$err"
[ "$collect" = 1 ] && tar -C /out -cf "${port[files]}" .
echo "exit $status" >&9
sleep 60
