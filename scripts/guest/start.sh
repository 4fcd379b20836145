#!/bin/bash
# First process of a guest: mounts what every Linux has, runs the command, hands its output and files over.
# Its own messages, like those of the kernel, go to the console.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm /dev/virtio-ports
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t tmpfs -o mode=755 run /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tracefs tracefs /sys/kernel/tracing
ln -s /proc/self/fd /dev/fd
ln -s /proc/self/fd/0 /dev/stdin
ln -s /proc/self/fd/1 /dev/stdout
ln -s /proc/self/fd/2 /dev/stderr
for port in /sys/class/virtio-ports/*; do
	ln -s "/dev/${port##*/}" "/dev/virtio-ports/$(<"$port/name")"
done
. /lab/run.conf
echo "$hostname" >/proc/sys/kernel/hostname
ip link set lo up
mkdir -p /out /in /run/lab
chmod 1777 /tmp
exec 9>/dev/virtio-ports/control
echo up >&9

# Should whoever runs us be gone without having killed us.
(
	exec 9>&-
	sleep "$((seconds + 30))"
	echo o >/proc/sysrq-trigger
) &

# Pipes: a port can be opened once only, and the command may open /dev/stderr.
mkfifo /run/lab/{in,out,err}
cat /run/lab/out >/dev/virtio-ports/stdout 9>&- &
out=$!
cat /run/lab/err >/dev/virtio-ports/stderr 9>&- &
err=$!
cat /dev/virtio-ports/stdin >/run/lab/in 2>/dev/null 9>&- &

mapfile -d '' -t command </lab/command
(
	cd /root || exit 125
	exec env -i PATH="$PATH" HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8 "${command[@]}" 9>&-
) </run/lab/in >/run/lab/out 2>/run/lab/err
status=$?

# What the command left running may hold the pipes; nobody waits long for that.
(
	sleep 2
	kill "$out" "$err"
) 9>&- &
wait "$out" "$err"
[ "$collect" = 1 ] && tar -C /out -cf /dev/virtio-ports/files .
echo "exit $status" >&9
sleep 60
