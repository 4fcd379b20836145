// Sentences for people, by the file that says them.

// host/network/surroundings.ts
export const toolIsMissing = (tool: string, debianPackage: string): string =>
	`the program ${tool} was not found (apt install ${debianPackage})`
export const toolHasNoJson = (tool: string): string => `this ${tool} does not print JSON`
export const toolFailed = (tool: string, says: string): string =>
	`${tool} failed${says === '' ? '' : ` (${says})`}`
export const filtersOfInterfaces = (interfaces: string): string => `tc filters of ${interfaces}: not listed`
export const ethtoolSaysNothing = (cards: string): string => `ethtool shows nothing for ${cards}`
export const xdpAndCards = (why: string): string => `XDP programs and network cards: ${why}`
export const filtersOfTc = (why: string): string => `tc filters: ${why}`
export const offloadsOfCards = (why: string): string => `offloads and counters of network cards: ${why}`
export const cardsBeyond = (most: number): string => `network cards after the first ${most}`

// host/network/names.ts
export const isNoAddress = 'it is not a complete address'
export const getentIsMissing = 'getent is missing (package libc-bin)'
