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
