// Sentences for people, by the file that says them.

// investigation/who/grouping.ts
export const icmpType = (protocol: string, type: number): string => `${protocol} type ${type}`
export const fragmentWithoutPorts = (protocol: string): string => `${protocol} fragment, no ports`
export const withoutPorts = (protocol: string): string => `${protocol}, no ports`
/** How the packets are told apart, behind `by`. */
export const GROUPING_NAMES = {
	source: 'source address',
	destination: 'destination address',
	port: 'destination port',
	interface: 'interface',
	namespace: 'network namespace',
	'source-prefix': 'source prefix (/24, /64)',
	'destination-prefix': 'destination prefix (/24, /64)',
} as const
