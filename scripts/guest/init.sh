#!/bin/busybox sh
# First thing that runs in a guest, from memory: loads what the disks need, puts the root together, goes on in it.
b=/bin/busybox
$b mount -t devtmpfs dev /dev
for module in $($b cat /modules/order); do $b insmod "/modules/$module"; done
tries=0
until [ -b /dev/vda ] && [ -b /dev/vdb ]; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || { echo 'lab: no disks'; $b poweroff -f; }
	$b usleep 50000
done
cd /layers
$b mkdir base modules ram
$b mount -t ext4 -o ro /dev/vda base
$b mount -t ext4 -o ro /dev/vdb modules
$b mount -t tmpfs -o mode=755,size=80% ram ram
$b mkdir ram/work
$b mv /guest ram/upper
$b mount -t overlay -o lowerdir=modules:base,upperdir=ram/upper,workdir=ram/work overlay /root
$b mount --move /dev /root/dev
cd /
init=/lab/start.sh
[ -e /root/usr/lib/systemd/systemd ] && init=/usr/lib/systemd/systemd
exec $b switch_root /root $init
