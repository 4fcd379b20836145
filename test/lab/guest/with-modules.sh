#!/bin/bash
# In a guest that has loaded nothing of netfilter: looks in every way there is, and writes down which modules are there
# afterwards. What the kernel asks modprobe(8) for meanwhile goes to /out/asked, one line each. Then the loggers are
# loaded, and reasons are asked for twice. Everything goes to /out: NAME.out, NAME.err and NAME.status of each step.
cd /out || exit 1
. /in/terminal.sh
: >asked
cat >/tmp/modprobe <<'END'
#!/bin/bash
echo "$*" >>/out/asked
exec /sbin/modprobe "$@"
END
chmod +x /tmp/modprobe
echo /tmp/modprobe >/proc/sys/kernel/modprobe

# Each kernel does a part of what takes long: 6.1 doctor, the screens and the kernel log, 6.12 NFLOG.
is_older() { [[ $(uname -r) == 6.1.* ]]; }

modules() { cut -d' ' -f1 /proc/modules | sort >"$1.modules"; }

step() {
	local name=$1
	shift
	"$@" >"$name.out" 2>"$name.err" </dev/null
	echo $? >"$name.status"
}

# Every screen: the numbers are theirs, q leaves.
screens() {
	open_terminal 100 30 'ctscope; echo $? >/out/screens.exit'
	until_seen 'missing:|Missing:'
	for key in 3 4 5 7 8 1; do
		press "$key"
		until_seen "▸$key"
		[ "$key" = 5 ] && until_seen 'not available here: conntrack'
		screen
	done
	press q
	wait_for_end /out/screens.exit
	cat /out/screens.exit
}

# Every setting of netfilter in both namespaces, and those of printk.
settings() {
	for netns in '' 'ip netns exec lab'; do
		$netns grep -rs '' /proc/sys/net/netfilter | grep -v nf_conntrack_count | sed "s/^/$netns /"
	done
	grep -s '' /proc/sys/kernel/printk /proc/sys/kernel/printk_devkmsg
}

ip netns add lab
modules boot
for tool in conntrack nft iptables; do
	modprobe -r nfnetlink
	: >asked
	"$tool" --version
	cat asked >"$tool.loads"
done >/dev/null 2>&1
modprobe -r nfnetlink
: >asked

step status ctscope status --json
is_older && step doctor ctscope doctor --netns lab
is_older || step watch ctscope watch --json --count 2 --interval 0.3
is_older && step screens screens
modules nothing
cp asked asked.nothing

# Half of it: entries are counted, and conntrack(8) would still load the other half.
modprobe nf_conntrack
modules half
step half-status ctscope status --json
modules half-after
cp asked asked.half

# The proof that all this would have been seen.
step list conntrack -L
modules list

ip netns add peer
ip link add veth0 netns lab type veth peer name veth0 netns peer
ip -n lab addr add 10.77.0.2/24 dev veth0
ip -n peer addr add 10.77.0.1/24 dev veth0
ip -n lab link set veth0 up
ip -n peer link set veth0 up
ip netns exec lab iptables -w -A INPUT -m conntrack --ctstate INVALID -j DROP
modprobe -a nf_log_syslog nfnetlink_log

cat >/bad-packets <<'END'
for options in '-S -F' '-R' '-2 -b -d 32' '-1 -C 40 -K 0 --force-icmp'; do
	ip netns exec peer hping3 -q -c 3 -i u1000 $options -p 80 10.77.0.2
done
exit 7
END
settings >settings.before
modules before
is_older && step kmsg ctscope run --netns lab --source kmsg --json kmsg.json -- bash /bad-packets
settings >settings.between
is_older || step nflog ctscope run --netns lab --source nflog --json nflog.json -- bash /bad-packets
settings >settings.after
modules after
timeout 5 dd if=/dev/kmsg of=kmsg.records bs=8192 iflag=nonblock 2>/dev/null
exit 0
