import type { Scenario, ScenarioId } from './scenario.ts'

/** Drops INVALID and counts it: the rule that half of all firewalls have. */
const dropInvalid = (hook: 'input' | 'forward' | 'output'): readonly string[] => [
	'nft add table inet firewall',
	`nft 'add chain inet firewall ${hook} { type filter hook ${hook} priority filter; policy accept; }'`,
	`nft add rule inet firewall ${hook} ct state invalid counter drop`,
]

/** Conntrack begins with the first rule that asks for a state; this one loses nothing. */
const trackOnly = (hook: 'input' | 'forward'): readonly string[] => [
	'nft add table inet firewall',
	`nft 'add chain inet firewall ${hook} { type filter hook ${hook} priority filter; policy accept; }'`,
	`nft add rule inet firewall ${hook} ct state established,related counter accept`,
]

/**
 * Each with traffic that is INVALID for the reason of its name, made without raw sockets: real connections, whose
 * packets the neighbours spoil by rules of their own. `left` has no conntrack, so nothing there is in the way.
 */
const SCENARIOS: readonly Scenario[] = [
	{
		id: 'scan',
		title: 'a port scan',
		story: 'The counter of INVALID packets rises, and the firewall drops them. Users do not complain.',
		causes: ['scan'],
		setUp: {
			left: [
				'nft add table ip scanner',
				"nft 'add chain ip scanner output { type filter hook output priority filter; }'",
				"nft add rule ip scanner output tcp dport 1000-1033 tcp flags set 'fin|psh|urg'",
				'nft add rule ip scanner output tcp dport 1034-1066 tcp flags set fin',
				'nft add rule ip scanner output tcp dport 1067-1099 tcp flags set 0x0',
			],
			here: dropInvalid('input'),
		},
		plays: { left: [{ does: 'knock', address: '10.66.1.2', ports: [1000, 1099] }] },
	},
	{
		id: 'asymmetric',
		title: 'asymmetric routing',
		story: 'Uploads to the server behind this router stall after some kilobytes. Small requests work.',
		causes: ['one-direction'],
		setUp: {
			here: dropInvalid('forward'),
			left: ['ip route add 10.66.2.0/24 via 10.66.1.2'],
			right: [
				'ip route add 10.66.1.0/24 via 10.66.3.1',
				'ip route add 10.66.1.0/24 via 10.66.2.1 table 100',
				'ip rule add fwmark 1 lookup 100',
				'nft add table ip detour',
				"nft 'add chain ip detour output { type route hook output priority mangle; }'",
				"nft add rule ip detour output 'tcp flags & (syn|ack) == syn|ack' meta mark set 1",
			],
		},
		plays: {
			left: [{ does: 'upload', address: '10.66.2.2', port: 8080, bytes: 600_000 }],
			right: [{ does: 'serve', port: 8080 }],
		},
	},
	{
		id: 'forgotten',
		title: 'an entry that is gone while its socket lives',
		story: 'Clients of the service on this host hang at the end of a session, until they time out.',
		causes: ['entry-deleted', 'entry-flushed', 'entry-gone', 'fin-never-leaves'],
		setUp: { here: [...dropInvalid('output'), ...trackOnly('input').slice(1)] },
		plays: {
			left: [{ does: 'chat', address: '10.66.1.2', port: 8080, everyMs: 60_000 }],
			here: [{ does: 'serve', port: 8080, closesAfterMs: 1_500, forgets: true }],
		},
	},
	{
		id: 'checksum',
		title: 'bad checksums',
		story: 'Now and then a report of the sensors is missing. The sensors say that they have sent it.',
		causes: ['checksum'],
		setUp: {
			left: [
				'nft add table ip broken',
				"nft 'add chain ip broken output { type filter hook output priority filter; }'",
				'nft add rule ip broken output udp dport 5140 @th,64,16 set 0xdead',
			],
			here: dropInvalid('input'),
		},
		plays: {
			left: [{ does: 'datagrams', address: '10.66.1.2', port: 5140 }],
			here: [{ does: 'receive', port: 5140 }],
		},
	},
	{
		id: 'timeout',
		title: 'a timeout that is too small',
		story: 'Connections that rest for some seconds are dead afterwards. Busy ones work.',
		causes: ['small-timeout', 'entry-timed-out'],
		setUp: {
			left: ['ip route add 10.66.2.0/24 via 10.66.1.2'],
			here: [
				...dropInvalid('forward'),
				'echo 2 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established',
				'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose',
			],
			right: ['ip route add 10.66.1.0/24 via 10.66.2.1'],
		},
		plays: {
			left: [{ does: 'chat', address: '10.66.2.2', port: 8080, everyMs: 4_000 }],
			right: [{ does: 'serve', port: 8080 }],
		},
	},
	{
		id: 'nat',
		title: 'replies that are not translated back',
		story: 'Clients of the published service see connections reset, always near their end.',
		causes: ['reply-not-translated', 'entry-deleted', 'entry-gone'],
		setUp: {
			left: ['ip route add 10.66.2.0/24 via 10.66.1.2'],
			here: [
				...trackOnly('forward'),
				'nft add table ip publish',
				"nft 'add chain ip publish prerouting { type nat hook prerouting priority dstnat; }'",
				'nft add rule ip publish prerouting ip daddr 10.66.1.2 tcp dport 80 dnat to 10.66.2.2:8080',
			],
			right: ['ip route add 10.66.1.0/24 via 10.66.2.1'],
		},
		plays: {
			left: [{ does: 'chat', address: '10.66.1.2', port: 80, everyMs: 60_000 }],
			here: [{ does: 'forget', port: 80, everyMs: 500 }],
			right: [{ does: 'serve', port: 8080, closesAfterMs: 1_500 }],
		},
	},
]

export const scenarios: readonly Scenario[] = SCENARIOS

export const scenarioById = (id: ScenarioId | string): Scenario | undefined =>
	SCENARIOS.find((one) => one.id === id)

/** Links of every practice, run in `here`, which reaches into both others by the pids of their processes. */
export function linkLines(pids: Readonly<Record<'left' | 'right', number>>): readonly string[] {
	return [
		`ip link add left type veth peer name here netns ${pids.left}`,
		`ip link add right type veth peer name here netns ${pids.right}`,
		'ip address add 10.66.1.2/24 dev left',
		'ip address add 10.66.2.1/24 dev right',
		'ip link set left up',
		'ip link set right up',
		'ip link set lo up',
		'echo 1 > /proc/sys/net/ipv4/ip_forward',
		...NO_FILTER,
	]
}

/** A way back that is another one is no reason to drop here. */
const NO_FILTER = [
	'for file in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > "$file"; done',
	'for file in /proc/sys/net/ipv4/conf/*/send_redirects; do echo 0 > "$file"; done',
]

/** Addresses of a neighbour; left and right have a link past `here`. */
export function neighbourLines(
	place: 'left' | 'right',
	pids: Readonly<Record<'left' | 'right', number>>,
): readonly string[] {
	const [here, direct] = place === 'left' ? ['10.66.1.1', '10.66.3.1'] : ['10.66.2.2', '10.66.3.2']
	return [
		...(place === 'left' ? [`ip link add direct type veth peer name direct netns ${pids.right}`] : []),
		`ip address add ${here}/24 dev here`,
		`ip address add ${direct}/24 dev direct`,
		'ip link set here up',
		'ip link set direct up',
		'ip link set lo up',
		...NO_FILTER,
	]
}
