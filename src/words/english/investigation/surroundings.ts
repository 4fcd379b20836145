export const REVERSE_PATH = 'rp_filter'
export const strictOn = (names: string): string => `strict on ${names}`
export const looseOn = (names: string): string => `loose on ${names}`
export const off = 'off'
export const dropsNow = (packets: string, seconds: string): string =>
	`it has dropped ${packets} in the last ${seconds}`
export const hasDropped = (packets: string): string => `it has dropped ${packets} before, none now`

export const BRIDGES = 'bridges'
export const noBridgeFrames = 'br_netfilter is not loaded: no frame of a bridge passes IP hooks'
export const bridgeCalls = (ipv4: boolean, ipv6: boolean): string =>
	`br_netfilter: bridge-nf-call-iptables ${ipv4 ? 1 : 0}, bridge-nf-call-ip6tables ${ipv6 ? 1 : 0}`

export const VIRTUAL_SERVERS = 'IPVS'
export const virtualService = 'virtual service'
export const noVirtualServers = 'no virtual service'
export const virtualServices = (services: string, tracks: boolean): string =>
	`${services}, ${tracks ? 'tracked (vs/conntrack 1)' : 'not tracked (vs/conntrack 0)'}`
export const serversAnswerPast = (servers: string): string =>
	`${servers} reply to clients directly (direct routing or tunnel)`

export const BEFORE = 'before conntrack'
export const noXdp = 'no XDP program'
export const noFilter = 'no tc filter'
export const xdpOn = (names: string): string => `XDP programs on ${names}`
export const filtersOn = (names: string): string => `tc filters on ${names}`
export const tcxPrograms = 'eBPF programs attached with tcx (bpftool net lists them)'

export const CARDS = 'network cards'
export const noCard = 'none in this namespace'
export const checksReceived = (does: boolean): string => `rx checksum offload ${does ? 'on' : 'off'}`
export const joinsLarge = 'large-receive-offload on: what it joins cannot be forwarded as it came'
export const allowanceDrops = (packets: string, seconds: string): string =>
	`the cloud has dropped ${packets} over its limit of tracked connections in the last ${seconds}`
export const allowanceDropped = (packets: string): string =>
	`the cloud has dropped ${packets} over its limit of tracked connections before, none now`
export const allowanceFree = 'no packet over the limit of tracked connections of the cloud'

export const notReadYet = 'rp_filter, br_netfilter, IPVS, XDP, tc and network cards'
export const more = (count: number): string => `${count} more`
