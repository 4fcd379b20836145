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

/** One match of a rule, as iptables-save (`! -o docker0`) and nft (`oifname != "docker0"`) print it: [not, value]. */
const MATCHES: readonly (readonly [Part, RegExp])[] = [
	['source', /(?:(! )?-s |\bip6? saddr (!= )?)([\da-f.:/-]+)(?= |$)/gi],
	['destination', /(?:(! )?-d |\bip6? daddr (!= )?)([\da-f.:/-]+)(?= |$)/gi],
	['into', /(?:(! )?-i |\biif(?:name)? (!= )?)"?([\w.+*-]+)"?/g],
	['out', /(?:(! )?-o |\boif(?:name)? (!= )?)"?([\w.+*-]+)"?/g],
	['protocol', /(?:(! )?-p |\b(?:meta l4proto|ip protocol|ip6 nexthdr) (!= )?)(\w+)/g],
	['destinationPort', /(?:(! )?--dport |\bdport (!= )?|\bdpt:()())(\d+)(?![\d:,-])/g],
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

/** The text names sources: then nobody else's are meant. */
export const namesSources = (text: string): boolean => /(?:^| )-s |\bip6? saddr /i.test(text)

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
			return packet.destinationPort == null ? undefined : Number(wanted) === packet.destinationPort
	}
}

const isNamed = (pattern: string, name: string): boolean =>
	/[+*]$/.test(pattern) ? name.startsWith(pattern.slice(0, -1)) : name === pattern
