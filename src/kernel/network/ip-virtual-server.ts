/** What /proc/net/ip_vs says of the virtual services of this network namespace (net/netfilter/ipvs/ip_vs_ctl.c). */
export type VirtualServers = {
	readonly services: number
	/** Servers that answer their clients themselves, past this host: forwarding by `Route` or `Tunnel`. */
	readonly direct: number
}

/** Lines `TCP  0A420102:0050 rr` of services, `  -> 0A420202:0050      Route   1 ...` of their servers. */
export function parseVirtualServers(text: string): VirtualServers {
	const lines = text.split('\n')
	return {
		services: lines.filter((line) => /^(?:TCP|UDP|SCTP|FWM) /.test(line)).length,
		direct: lines.filter((line) => /^ +-> \S+ +(?:Route|Tunnel) /.test(line)).length,
	}
}
