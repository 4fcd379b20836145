// Sentences for people, by the file that says them.

// investigation/join/window-ledger.ts
export const pickedUpInMidStream =
	'The entry was picked up in mid-stream, or came back from an offload: it is liberal, so its windows are not checked.'
export const nothingSeenOf = (end: string): string => `No packet of ${end} was accepted here before this one.`
export const answerHadNoScale = (server: string): string =>
	`The SYN had a window scale option, the answer of ${server} had none when it passed here: conntrack takes both scales as 0. If the ends scale all the same, the option was lost on the path.`
export const synLostItsScale = (client: string, server: string): string =>
	`The SYN of ${client} had no window scale option when it passed here, and the answer of ${server} has one, which a server gives only where the SYN had it: it was most likely lost on the path to here. conntrack takes both scales as 0, and where the ends scale, windows look smaller than they are.`

// investigation/join/obituary.ts
export const deletedBy = (program: string, pid: number | null, portId: number | null): string => {
	const who = program === '' ? 'a program' : program
	return `deleted by ${who} (${pid === null ? `netlink port ${portId ?? '?'}` : `pid ${pid}`})`
}
export const timedOut = (state: string | null): string =>
	state === null ? 'it timed out' : `it timed out in ${state}`
export const evictedTableFull = 'the kernel evicted it, since the table was full or nearly so'
export const endedByAPacket = (state: string | null): string =>
	`a packet of the connection ended it${state === null ? '' : ` in ${state}`}: an RST, or a new connection with the same ports`
export const cleanedUp =
	'the kernel removed it with others, as when a device, an address or a module goes away'
export const endedInTheKernel = (caller: string): string =>
	caller === '' ? 'the kernel ended it' : `the kernel ended it in ${caller}`
export const closedByBothEnds = (state: string): string => `the connection was closed (${state})`
export const endedByItself = (state: string | null): string =>
	`no program deleted it${state === null ? '' : ` in ${state}`}: it timed out, was evicted, or went with an address or a device`
export const entryEndedBefore = (seconds: number, how: string): string =>
	`its entry ended ${seconds} s before: ${how}`
