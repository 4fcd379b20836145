// Sentences for people, by the file that says them.

// investigation/join/window-ledger.ts
export const pickedUpInMidStream =
	'The entry was picked up in mid-stream, or came back from an offload: it is liberal, so its windows are not judged.'
export const nothingSeenOf = (end: string): string => `No packet of ${end} was accepted here before this one.`
export const answerHadNoScale = (server: string): string =>
	`The SYN had a window scale option, the answer of ${server} had none when it passed here: conntrack takes both scales as 0. If the ends scale all the same, the option was lost on the way.`
export const synLostItsScale = (client: string, server: string): string =>
	`The SYN of ${client} had no window scale option when it passed here, and the answer of ${server} has one: the scale of the SYN was lost on the way. conntrack takes both scales as 0, so windows look smaller than they are.`
