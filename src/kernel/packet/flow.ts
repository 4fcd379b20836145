import type { Packet } from './packet.ts'

/** `10.0.3.7:443 > 10.0.9.21:51514`, `[fd77::1]:443 > [fd77::2]:80`, `10.0.0.1 > 10.0.0.2` without ports, `?` for an address that is not there. Of ARP those it speaks of. */
export function flowOf(packet: Packet): string {
	const { src, dst, spt, dpt, arp } = packet
	return `${endpoint(src ?? arp?.senderIp ?? null, spt)} > ${endpoint(dst ?? arp?.targetIp ?? null, dpt)}`
}

/** Addresses and ports of a flow as `flowOf` writes it; what is not there is left out. */
export function endsOf(flow: string): {
	readonly addresses: readonly string[]
	readonly ports: readonly string[]
} {
	const ends = flow.split(' > ').map((end) => /^(?:\[(.+)\]|([^[\]:]+)):(\d+)$/.exec(end) ?? [end, end])
	const [from, to] = ends
	const known = (text: string | undefined): readonly string[] =>
		text === undefined || text === '?' ? [] : [text]
	return {
		addresses: ends.flatMap(([, six, four]) => known(six ?? four)),
		// The one that was asked comes first: the other one is drawn by chance.
		ports: [...known(to?.[3]), ...known(from?.[3])],
	}
}

/** One end as `flowOf` writes it. */
export function endpoint(address: string | null, port: number | null): string {
	// Most addresses are of IPv4.
	if (address === null || !address.includes(':'))
		return port === null ? (address ?? '?') : `${address ?? '?'}:${port}`
	const short = shortAddress(address)
	return port === null ? short : `[${short}]:${port}`
}

/** `eth0` where it came in, `>eth0` where this host sent it, `eth0>eth1` for both, '' when the line does not say. */
export function whereOf({ in: from, out: to }: Packet): string {
	if ((from ?? '') === '' && (to ?? '') === '') return ''
	return (to ?? '') === '' ? (from ?? '') : `${from ?? ''}>${to}`
}

/**
 * The kernel prints IPv6 as eight groups of four digits (%pI6). This is the short form of RFC 5952, the one that
 * conntrack(8) prints. Everything else is given back as it is.
 */
export function shortAddress(address: string): string {
	if (!address.includes(':')) return address
	const groups = address.split(':')
	if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return address
	const short = groups.map((group) => Number.parseInt(group, 16).toString(16))
	const zeros = longestZeros(short)
	if (zeros.length < 2) return short.join(':')
	return `${short.slice(0, zeros.from).join(':')}::${short.slice(zeros.from + zeros.length).join(':')}`
}

function longestZeros(groups: readonly string[]): { from: number; length: number } {
	let best = { from: 0, length: 0 }
	for (let from = 0; from < groups.length; from++) {
		let length = 0
		while (groups[from + length] === '0') length++
		if (length > best.length) best = { from, length }
	}
	return best
}
