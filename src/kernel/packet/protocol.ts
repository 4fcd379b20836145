/** Layer 4 protocol numbers that conntrack has a tracker for, or a helper, with the name that people use (include/uapi/linux/in.h, in6.h). */
const NAMES: ReadonlyMap<number, string> = new Map([
	[1, 'ICMP'],
	[2, 'IGMP'],
	[4, 'IPIP'],
	[6, 'TCP'],
	[17, 'UDP'],
	[33, 'DCCP'],
	[41, 'IPv6'],
	[47, 'GRE'],
	[50, 'ESP'],
	[51, 'AH'],
	[58, 'ICMPv6'],
	[89, 'OSPF'],
	[112, 'VRRP'],
	[132, 'SCTP'],
	[136, 'UDPLITE'],
])

const NUMBERS: ReadonlyMap<string, number> = new Map([
	...[...NAMES].map(([number, name]) => [name.toLowerCase(), number] as const),
	['ipv6-icmp', 58],
	['icmp6', 58],
	['udp-lite', 136],
])

/** `TCP`, `ICMPv6`, `SCTP`, or the number as text for a protocol without a name here. */
export function protocolName(number: number): string {
	return NAMES.get(number) ?? String(number)
}

/** Number of a protocol from its name in any case, or from a number 0 to 255 as text. */
export function protocolNumber(name: string): number | undefined {
	const text = name.trim().toLowerCase()
	const known = NUMBERS.get(text)
	if (known !== undefined) return known
	if (!/^\d{1,3}$/.test(text)) return undefined
	const number = Number(text)
	return number <= 255 ? number : undefined
}
