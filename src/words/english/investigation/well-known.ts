// Sentences for people, by the file that says them.

// investigation/join/well-known.ts
export const kubeProxy = {
	title: "kube-proxy's drop of INVALID",
	purpose:
		'It is there because NAT does not translate INVALID packets back: a pod would get an answer from the address of another pod, reset the connection, and clients would see "connection reset by peer".',
	hurts:
		'It hurts where a node sees only one direction of a connection: asymmetric routes, direct server return, external traffic that comes in by one node and leaves by another.',
	instead:
		'Fix the routes so that both directions pass the same node. If the packets are INVALID because of TCP windows alone, set conntrack.tcpBeLiberal in the configuration of kube-proxy: where net.netfilter.nf_conntrack_tcp_be_liberal is 1 when kube-proxy starts, it leaves this rule out. A rule that is deleted by hand comes back.',
} as const
export const calico = {
	title: "Calico's drop of INVALID",
	purpose:
		'Its policies let answers pass because of their connection. A packet that is INVALID belongs to none, so every chain of a workload or host endpoint drops it before the policies are evaluated.',
	hurts:
		'It hurts where only one direction passes the host: asymmetric routes, a load balancer with direct server return, an endpoint that moved while its connections were open.',
	instead:
		'Fix the routes. For traffic that conntrack should not see, use a policy with doNotTrack. DisableConntrackInvalidCheck of FelixConfiguration leaves the rule out on all hosts. A rule that is deleted by hand comes back.',
} as const
export const firewalld = {
	title: "firewalld's drop of INVALID",
	purpose:
		'It drops what belongs to no connection before the last rule would reject it, so that scans and late packets get no answer. With LogDenied on, STATE_INVALID_DROP in the log is this rule.',
	hurts:
		'It hurts where only one direction passes this host, and where late or retransmitted packets of closed connections are still expected.',
	instead:
		'Fix the routes. Otherwise take that traffic out of conntrack with a rule in the table raw that names its addresses and ports (CT --notrack, or notrack), and accept it in its zone. No option of firewalld leaves the rule out, and a rule that is deleted by hand comes back with the next reload.',
} as const
export const ufw = {
	title: "ufw's drop of INVALID",
	purpose:
		'/etc/ufw/before.rules has it right after the rule for established connections: what belongs to no connection is logged as [UFW AUDIT INVALID] or [UFW BLOCK], depending on the log level, and dropped before your own rules are evaluated. An "ufw allow" does not help such a packet.',
	hurts:
		'It hurts where only one direction passes this host. With Docker or another bridge, packets between containers may be INVALID here while their connection is fine.',
	instead:
		'Put an ACCEPT for the addresses and ports in question in front of these lines in /etc/ufw/before.rules (and before6.rules), then run ufw reload. Leave the lines themselves.',
} as const
export const docker = {
	title: 'a drop of INVALID in the chains of Docker',
	purpose:
		'Docker itself does not need it: it comes from whoever filters in DOCKER-USER, such as ufw-docker. It keeps packets that NAT would not translate back from reaching containers and leaving them.',
	hurts:
		'It hurts containers that talk with each other by a published address, and networks whose replies take another path: the SYN/ACK is then INVALID, and the connection never opens.',
	instead:
		'Put a RETURN for the networks of the containers in front of it in DOCKER-USER (in and out interface docker0 or br-...), rather than removing it for all.',
} as const
export const podman = {
	title: "netavark's drop of INVALID",
	purpose:
		'It keeps packets that NAT would not translate from leaving the host with the address of a container.',
	hurts: 'It hurts where the answers of a container take a path that this host does not see.',
	instead: 'Fix the routes. netavark puts the rule back when it sets up a network.',
} as const
export const openWrtMasquerade = {
	title: 'the drop of INVALID that OpenWrt has for a zone with masquerading',
	purpose:
		'A packet that is INVALID is not translated: without this rule it would leave by wan with its private address ("Prevent NAT leakage").',
	hurts:
		'It hurts with two uplinks or an asymmetric route, when answers go out by wan for a connection that came in elsewhere.',
	instead:
		"Fix the routes first (mwan3, policy routing). option masq_allow_invalid '1' in the section of that zone of /etc/config/firewall leaves the rule out for this zone only.",
} as const
export const openWrt = {
	title: 'the drop of INVALID that OpenWrt has with drop_invalid',
	purpose: 'It drops what belongs to no connection before any zone is evaluated.',
	hurts:
		'It hurts where another router of the LAN answers, so that this one sees only one direction, and with flow offloading, when a flow comes back from the flowtable late.',
	instead:
		"Fix the routes of that network, or set option drop_invalid '0' in the section defaults of /etc/config/firewall: it is off by default, and the rule that keeps NAT from leaking stays.",
} as const
