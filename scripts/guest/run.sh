#!/bin/bash
# What makes a guest out of a machine: it is saved when this has begun, and each run goes on from there: unpacks the
# program, runs the command, hands its output and files over.
# Its own messages, like those of the kernel, go to the console. Starting a process costs a tenth of a second here.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
declare -A port
for vport in /sys/class/virtio-ports/*; do
	port[$(<"$vport/name")]=/dev/${vport##*/}
done
# Read from the disk once and for all. Only read: what some of them do at their start makes the kernel ask for modules.
mapfile -t tools < <(type -P node tmux conntrack nft ip tcpdump python3 modprobe ssh sudo)
busybox cat "${tools[@]}" >/dev/null

exec 9<>"${port[control]}"
echo ready >&9
read -r now <&9
cd /
busybox date -s "@$now"
busybox cpio -idmu <"${port[program]}"
. /lab/run.conf
echo "$hostname" >/proc/sys/kernel/hostname
echo up >&9

# Should whoever runs us be gone without having killed us.
(
	exec 9>&-
	sleep "$((seconds + 30))"
	echo o >/proc/sysrq-trigger
) &

# Pipes: a port can be opened once only, and the command may open /dev/stderr.
mkfifo /lab/{in,out,err}
busybox dd bs=65536 if=/lab/out of="${port[stdout]}" 2>/lab/out.copied 9>&- &
out=$!
busybox dd bs=65536 if=/lab/err of="${port[stderr]}" 2>/lab/err.copied 9>&- &
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
files=0
if [ "$collect" = 1 ]; then
	tar -C /out -cf /lab/files.tar .
	files=$(stat -c %s /lab/files.tar)
	busybox cat /lab/files.tar >"${port[files]}"
fi
# What was written to a port may still be on its way when the write has returned: whoever reads is told how much it is.
copied() {
	local bytes=0 line
	while read -r line; do
		[[ $line =~ ^([0-9]+)\ bytes ]] && bytes=${BASH_REMATCH[1]}
	done <"$1"
	echo "$bytes"
}
echo "exit $status $(copied /lab/out.copied) $(copied /lab/err.copied) $files" >&9
sleep 60
