/** By what packets can be told apart beside their reason, in the order in which a key turns through them. */
export const GROUPINGS = [
	'source',
	'destination',
	'port',
	'interface',
	'namespace',
	'source-prefix',
	'destination-prefix',
] as const

export type Grouping = (typeof GROUPINGS)[number]
