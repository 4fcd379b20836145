import { createLineSplitter } from '../log/line-splitter.ts'

const NEWLINE = '\n'

/**
 * Passes on only the entries of one address family. For conntrack 1.4.5, which lists both families whatever -f says
 * (the family was only sent together with a mark filter). Slower than the plain listing, so used for that one only.
 */
export function createFamilyFilter(family: 'ipv4' | 'ipv6', push: (chunk: Uint8Array) => void) {
	const splitter = createLineSplitter((line) => {
		const address = /\bsrc=(\S*)/.exec(line)?.[1]
		// What is no entry goes to the IPv4 listing, so that it is counted once.
		const isIpv6 = address?.includes(':') === true
		if (isIpv6 === (family === 'ipv6')) push(Buffer.from(line + NEWLINE, 'latin1'))
	})
	return { push: splitter.push, end: splitter.end }
}
