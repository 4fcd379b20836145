// Sentences for people, by the file that says them.

// app/who/names.ts
export const notAnsweredWithin = (seconds: number): string => `name: no answer within ${seconds} s`
export const noName = 'no name'
export const nameNotAsked = (why: string): string => `name not looked up: ${why}`
export const askingForTheName = 'looking up its name ...'

// app/screens/watch/grouping.ts
export const onlyAnAddressHasAName =
	'only an address has a name: group by source or destination, and select one'
export const theNameIsBeingAsked = 'its name is being looked up'
export const soManyNamesAtOnce = (most: number): string =>
	`${most} names are being looked up: wait for an answer`
export const namesAreNotAskedOfARecording = 'a recording is played: this host does not know its addresses'

// app/screens/watch/who/rows.ts
export const HEADS = {
	source: 'SOURCE',
	destination: 'DESTINATION',
	port: 'DEST PORT',
	interface: 'INTERFACE',
	namespace: 'NAMESPACE',
	'source-prefix': 'SOURCE PREFIX',
	'destination-prefix': 'DEST PREFIX',
} as const
export const NOT_KNOWN = {
	source: 'source not known',
	destination: 'destination not known',
	port: 'port not known',
	interface: 'interface not known',
	namespace: 'namespace not known',
	'source-prefix': 'source not known',
	'destination-prefix': 'destination not known',
} as const
export const noPlaceOfTheirOwn = 'others: too many to list separately'
export const seenByNobody = 'not known: no log line'
export const inNetns = (netns: string, text: string): string => `${netns}: ${text}`

// app/screens/watch/who/grid.ts
export const COLUMN_HEADS = { sources: 'SOURCES', targets: 'TARGETS', ports: 'PORTS' } as const
export const mostOften = 'MOSTLY'
/** Where there is no room for a head. */
export const withoutHead = (by: keyof typeof HEADS, text: string): string => {
	if (by === 'source' || by === 'source-prefix') return `from ${text}`
	return by === 'destination' || by === 'destination-prefix' ? `to ${text}` : text
}

// app/screens/watch/who/detail.ts
export const packetsOfAll = (packets: string, share: string): string => `${packets}, ${share} of all.`
export const spread = (sources: string, targets: string, ports: string): string =>
	`From ${sources} to ${targets}, ${ports}.`
export const noDestinationPort = 'no destination port'
export const destinationPort = 'destination port'
export const destinationPorts = 'destination ports'
export const address = 'source address'
export const addresses = 'source addresses'
export const moreThan = (counted: string): string => `at least ${counted}`
export const withoutALine = (packets: string): string => `${packets} of them without a log line.`
export const whyHead = ' REASONS'
export const flowsHead = ' FLOWS'
export const ofOthers = 'others'
export const firstLast = (first: string, last: string): string => `First ${first}, last ${last}.`
export const asTheLineHasThem =
	'Addresses and ports are those of the packet where conntrack judged it: mostly before NAT. A reply counts for who sent the reply, and its destination port is that of the client.'
export const bounds = (groups: number, distinct: string): string =>
	`Listed separately: ${groups} groups, with up to ${distinct} addresses or ports each; the others are counted, too.`
export const beyondMeans = (groups: number): string =>
	`At most ${groups} groups are listed separately. These packets are of other groups, each with the fewest packets when its place was needed; one that came again started from 0.`
export const restMeans =
	'The kernel counted these packets and wrote no log line, and nothing else showed them: their addresses are not known.'
export const notKnownMeans = {
	source: 'Their log lines do not have this address, or were cut.',
	destination: 'Their log lines do not have this address, or were cut.',
	port: 'Their log lines should have a port and do not, or were cut.',
	interface: 'Their log lines name no interface, or were cut.',
	namespace:
		'The kernel log has the lines of all network namespaces and does not say which is which (nf_log_all_netns is on). Kernel probes and NFLOG show it.',
	'source-prefix': 'Their log lines do not have this address, or were cut.',
	'destination-prefix': 'Their log lines do not have this address, or were cut.',
} as const
export const whereItCameIn =
	'"eth0" is where packets came in, ">eth0" where this host sent them. The log line of conntrack is written where that is decided: mostly before routing, so there is no outgoing interface yet.'
export const forMany = 'Multicast or broadcast: listed by itself, in no prefix.'
export const byGroup = (grouping: string, key: string): string =>
	`Grouped by ${grouping}; ${key}: next grouping.`
export const byAddress = (grouping: string, key: string, name: string): string =>
	`Grouped by ${grouping}; ${key}: next grouping, ${name}: look up its name.`

// app/screens/watch/commands.ts
export const groupBy =
	'Group by reason, source, destination, destination port, interface, namespace, source prefix, destination prefix in turn'
export const groupByShort = 'group by'
export const reverseName = 'Look up the name of the selected address (getent hosts on this host)'
export const reverseNameShort = 'name'
