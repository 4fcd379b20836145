// Sentences for people, by the file that says them.

// commands/who/option.ts
export const alsoTellPacketsApartBy = 'also group the packets by this'
export const groupPacketsBy = 'group the packets by this, and not by reason'
export const askForNames = 'with --by source or destination: look up their names (getent hosts on this host)'
export const namesNeedBy = '--names is for the addresses of --by source and --by destination'

// commands/who/text.ts
export const byHead = (grouping: string, packets: string): string => `by ${grouping}, ${packets}:`
export const noPacket = 'no packet to group'
export const HEADS = { sources: 'SOURCES', targets: 'TARGETS', ports: 'PORTS' } as const
export const mostly = 'MOSTLY'
export const beyondTheBound = (bound: string): string =>
	`others: at most ${bound} groups are listed separately; one that came again started from 0`
export const nobodySawThem = 'not known: no log line, and nothing else showed them'
export const andMoreGroups = (groups: string, packets: string): string =>
	`and ${groups} more with ${packets}; --json has them`
