import ipaddr from 'ipaddr.js'

/** The same address in another spelling: IPv6 shortened or in full, IPv4 mapped into IPv6. */
export function sameAddress(one: string, other: string): boolean {
	return one === other || canonicalAddress(one) === canonicalAddress(other)
}

/** IPv6 in eight groups without leading zeros, in lower case; anything else as it is. */
export function canonicalAddress(text: string): string {
	const address = text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
	if (!address.includes(':')) return address
	const [head = '', tail] = address.toLowerCase().split('::')
	const groups = (part: string) => (part === '' ? [] : part.split(':'))
	const before = groups(head)
	const after = tail === undefined ? [] : groups(tail)
	const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
	return [...before, ...Array.from({ length: missing }, () => '0'), ...after]
		.map((group) => group.replace(/^0+(?=.)/, ''))
		.join(':')
}

/** Whether an address is this one, in this range (`10.0.0.1-10.0.0.9`) or below this prefix (`10.0.0.0/8`, `/255.0.0.0`); undefined for what is none of them. */
export function isWithin(address: string, range: string): boolean | undefined {
	const [from = '', to, ...more] = range.split('-')
	const one = parsed(address)
	if (one === undefined || more.length > 0) return undefined
	if (to !== undefined) {
		const [low, high] = [parsed(from), parsed(to)]
		if (low === undefined || high === undefined) return undefined
		return one.kind() === low.kind() && order(low, one) <= 0 && order(one, high) <= 0
	}
	const [start = '', mask] = from.split('/')
	const network = parsed(start)
	if (network === undefined) return undefined
	const bits = mask === undefined ? (network.kind() === 'ipv4' ? 32 : 128) : bitsOf(mask)
	if (bits === undefined || bits > (network.kind() === 'ipv4' ? 32 : 128)) return undefined
	return one.kind() === network.kind() && sameBits(one, network, bits)
}

type Parsed = ipaddr.IPv4 | ipaddr.IPv6

function parsed(text: string): Parsed | undefined {
	const address = text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
	if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address)
	return address.includes(':') && ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : undefined
}

function bitsOf(mask: string): number | undefined {
	if (/^\d{1,3}$/.test(mask)) return Number(mask)
	return parsed(mask)?.prefixLengthFromSubnetMask() ?? undefined
}

function order(one: Parsed, other: Parsed): number {
	const [a, b] = [one.toByteArray(), other.toByteArray()]
	const at = a.findIndex((byte, index) => byte !== b[index])
	return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

function sameBits(one: Parsed, other: Parsed, bits: number): boolean {
	const [a, b] = [one.toByteArray(), other.toByteArray()]
	return a.every((byte, index) => {
		const shift = 8 - Math.min(8, Math.max(0, bits - index * 8))
		return byte >> shift === (b[index] ?? 0) >> shift
	})
}

/** RFC 1918, RFC 6598 (shared), link-local and unique local addresses: none of them is routed in the internet. */
export function isPrivate(text: string): boolean {
	const address = canonicalAddress(text)
	if (address.includes(':')) return /^f[cd]|^fe[89ab]/.test(address)
	return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
		address,
	)
}

export const isLoopback = (text: string): boolean =>
	/^127\./.test(text) || canonicalAddress(text) === '0:0:0:0:0:0:0:1'

/** Multicast, or the broadcast of every network. */
export const isForMany = (text: string): boolean =>
	/^2(?:2[4-9]|3\d)\.|^255\.255\.255\.255$|^ff[0-9a-f]{2}:/i.test(text)
