/** Network namespaces and the links between them. `here` is the host that is looked at. */
export type Topology = {
	readonly places: readonly string[]
	readonly links: readonly Link[]
	/** Shell lines of each place after its links are up. */
	readonly lines: Readonly<Record<string, readonly string[]>>
}

/** A veth pair: in each place an interface with the name given. */
export type Link = { readonly from: End; readonly to: End }
export type End = { readonly place: string; readonly name: string; readonly addresses: readonly string[] }

export type Family = 4 | 6

/** A network, and the addresses of its hosts by number. */
export type Net = { readonly prefix: string; readonly all: string; at(host: number): string }

export function net(family: Family, number: number): Net {
	const start = family === 4 ? `10.66.${number}.` : `fd66:${number}::`
	return {
		prefix: start,
		all: family === 4 ? `${start}0/24` : `${start}/64`,
		at: (host) => `${start}${host}`,
	}
}

/** With the length of its prefix, for `ip address add`. */
const withLength = (address: string): string => `${address}/${address.includes(':') ? 64 : 24}`

/** Both families of each network: a case talks in one of them, and the other is there as on any host. */
export const both = (number: number, host: number): readonly string[] => [
	withLength(net(4, number).at(host)),
	withLength(net(6, number).at(host)),
]

export const FORWARDS = [
	'echo 1 > /proc/sys/net/ipv4/ip_forward',
	'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
]

export const routes = (number: number, via: number, host: number): readonly string[] => [
	`ip route replace ${net(4, number).all} via ${net(4, via).at(host)}`,
	`ip -6 route replace ${net(6, number).all} via ${net(6, via).at(host)}`,
]
