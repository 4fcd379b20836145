#!/bin/bash
# In a guest: looks, loads a logger as a module, asks for reasons twice, and writes down what was before and after.
# Everything goes to /out: NAME.out, NAME.err and NAME.status of each step.
cd /out || exit 1

step() {
	local name=$1
	shift
	"$@" >"$name.out" 2>"$name.err" </dev/null
	echo $? >"$name.status"
}

modules() { cut -d' ' -f1 /proc/modules | sort; }

# Every setting of netfilter in both namespaces, and those of printk.
settings() {
	for netns in '' 'ip netns exec lab'; do
		$netns grep -rs '' /proc/sys/net/netfilter | grep -v nf_conntrack_count | sed "s/^/$netns /"
	done
	grep -s '' /proc/sys/kernel/printk /proc/sys/kernel/printk_devkmsg
}

modules >modules.boot
step status ctscope status --json
step doctor ctscope doctor

ip netns add lab
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
modules >modules.before
step kmsg ctscope run --netns lab --source kmsg --json kmsg.json -- bash /bad-packets
settings >settings.between
step nflog ctscope run --netns lab --source nflog --json nflog.json -- bash /bad-packets
settings >settings.after
modules >modules.after
timeout 5 dd if=/dev/kmsg of=kmsg.records bs=8192 iflag=nonblock 2>/dev/null
exit 0
