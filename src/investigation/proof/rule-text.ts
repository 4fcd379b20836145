import { isWithin } from '../../kernel/packet/address.ts'

/** What a text says of a packet, as far as it could be matched; undefined: it may be about any. */
export type PacketBefore = {
	readonly protocol: string
	readonly source?: string
	readonly destination?: string
	readonly destinationPort?: number | null
	/** Names of interfaces; '' where none is known. */
	readonly into?: string
	readonly out?: string
}

type Part = keyof PacketBefore

const PORTS = /(?:(! )?--dports? |\bdport (!= )?|\bdpts?:()())(\{[^}]*\}|[^\s{]+)/g

/** One match of a rule, as iptables-save (`! -o docker0`) and nft (`oifname != "docker0"`) print it: [not, value]. */
const MATCHES: readonly (readonly [Part, RegExp])[] = [
	['source', /(?:(?:^| )(! )?-s |\bip6? saddr (!= )?)([\da-f.:/-]+)(?= |$)/gi],
	['destination', /(?:(?:^| )(! )?-d |\bip6? daddr (!= )?)([\da-f.:/-]+)(?= |$)/gi],
	['into', /(?:(?:^| )(! )?-i |\biif(?:name)? (!= )?)"?([\w.+*-]+)"?/g],
	['out', /(?:(?:^| )(! )?-o |\boif(?:name)? (!= )?)"?([\w.+*-]+)"?/g],
	['protocol', /(?:(?:^| )(! )?-p |\b(?:meta l4proto|ip protocol|ip6 nexthdr) (!= )?)(\w+)/g],
	['destinationPort', PORTS],
]
/** nft names the protocol with its ports. */
const BY_PORT = /\b(tcp|udp|udplite|sctp|dccp) (?:[sd]port|flags|dpt:)/

/** False where one of the matches in the text of a rule keeps it from being about this packet. Sets and names may hold any. */
export function mayBeAbout(text: string, packet: PacketBefore): boolean {
	const [, protocol] = BY_PORT.exec(text) ?? []
	if (protocol !== undefined && protocol !== packet.protocol) return false
	return MATCHES.every(([part, pattern]) =>
		[...text.matchAll(pattern)].every((match) => {
			const wanted = match.at(-1) ?? ''
			const isNot = match.slice(1, -1).some((one) => one?.includes('!'))
			const is = fits(part, wanted, packet)
			return is === undefined || is !== isNot
		}),
	)
}

/** The text names a network of sources: then nobody else's are meant. */
export const namesSources = (text: string): boolean =>
	/(?:(?:^| )-s |\bip6? saddr (?:!= )?)[\da-f.:/-]+(?= |$)/i.test(text)

/** The text names this destination port, alone or among others: not "may", as a set with a name. */
export const namesPort = (text: string, port: number): boolean =>
	[...text.matchAll(PORTS)].some(
		(match) => match[1] === undefined && match[2] === undefined && portIn(match.at(-1) ?? '', port) === true,
	)

function fits(part: Part, wanted: string, packet: PacketBefore): boolean | undefined {
	switch (part) {
		case 'source':
		case 'destination': {
			const address = packet[part]
			return address === undefined ? undefined : isWithin(address, wanted)
		}
		case 'into':
		case 'out': {
			const name = packet[part] ?? ''
			return name === '' ? undefined : isNamed(wanted, name)
		}
		case 'protocol':
			return (
				wanted === packet.protocol || (wanted === 'all' ? true : /^\d+$/.test(wanted) ? undefined : false)
			)
		case 'destinationPort':
			return packet.destinationPort == null ? undefined : portIn(wanted, packet.destinationPort)
	}
}

/** `8080`, `{ 80, 8000-9000 }`, `80,8000:9000`; undefined where a part is no number: it may be any. */
export function portIn(ports: string, port: number): boolean | undefined {
	const ranges = ports
		.split(/[{},\s]+/)
		.filter((one) => one !== '')
		.map((one) => /^(\d+)(?:[-:](\d+))?$/.exec(one))
	if (ranges.some((range) => range !== null && isBetween(port, range))) return true
	return ranges.includes(null) ? undefined : false
}

const isBetween = (port: number, [, first, last = first]: RegExpExecArray): boolean =>
	Number(first) <= port && port <= Number(last)

const isNamed = (pattern: string, name: string): boolean =>
	/[+*]$/.test(pattern) ? name.startsWith(pattern.slice(0, -1)) : name === pattern
