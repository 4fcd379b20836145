/** Another way to see what call sites would print, for a kernel that has none to switch. */
export type Instead = { readonly what: string; readonly command: string }

/**
 * From what is nearest at hand to what needs more tools. tcp_new() is the tracker that refuses TCP packets without an
 * entry, in most kernels without a line (net/netfilter/nf_conntrack_proto_tcp.c; it is marked noinline, so a probe finds it).
 */
export const INSTEAD: readonly Instead[] = [
	{
		what: 'the reasons that the kernel prints without it, with their packets',
		command: 'ctscope run -- COMMAND',
	},
	{
		what: 'each INVALID packet, whatever the reason',
		command:
			"iptables -t mangle -I PREROUTING -m conntrack --ctstate INVALID -j LOG --log-prefix 'INVALID: '",
	},
	{ what: 'entries as they begin, change and end', command: 'conntrack -E -o timestamp,id' },
	{
		what: 'TCP packets without an entry that are refused in silence',
		command: "bpftrace -e 'kretprobe:tcp_new /(retval & 0xff) == 0/ { @refused = count(); }'",
	},
	{
		what: 'the way of a packet through the kernel',
		command: "pwru --filter-func 'nf_.*' 'tcp and port 443'",
	},
]
