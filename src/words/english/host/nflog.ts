// Sentences for people, by the file that says them.

// host/nflog/nflog-command.ts
export const readingThePacketsOfNfnetlink = 'reading the packets of nfnetlink_log'
export const rootCapNetAdmin = 'root (CAP_NET_ADMIN)'

// host/nflog/nflog-complaints.ts
export const rootWithCapNetAdmin = 'root with CAP_NET_ADMIN in this network namespace'
export const netlinkGroup0HasA = 'NFLOG group 0 already has a reader'
export const stopItOrTakeThe = 'stop it, or take the kernel log as the source (--source kmsg)'
export const readingNfnetlinkLogWithTcpdump = 'reading nfnetlink_log with tcpdump'

// host/nflog/nflog-reader.ts
export const noOutput = 'no output'
export const listeningOn = 'listening on'
export const recordingTheReaderOfNflog = (stateDir: string): string =>
	`recording the reader of NFLOG in ${stateDir}`
export const withoutThatAnUndoCould = (code: string): string =>
	`${code}; without that an undo could not stop it`
export const itDidNotBeginTo = (startsWithinMs: number): string =>
	`it did not begin to listen within ${startsWithinMs} s`
export const readingMorePacketsOfNfnetlink = 'reading more packets of nfnetlink_log'
export const thisProgramStoodStillWhile = 'ctscope was stopped while too many came; start again'
export const itWritesNothingToIts = 'it writes nothing to its output'

// host/nflog/nflog-state.ts
export const theKernelLogAsThe = 'the kernel log as the source (--source kmsg)'
export const nobodyLogsToNetlinkGroup = (slice: string): string =>
	`nobody logs to NFLOG group 0: nf_log.2 is ${slice}, and tcpdump would change it without putting it back`
export const switchLoggingToNflogOn = (part: string): string =>
	`switch logging to NFLOG on in ctscope, which puts it back, or take ${part}`
export const netlinkPort = (portid: number): string => `netlink port ${portid}`
export const netlinkGroup0HasAReader = (who: string): string => `NFLOG group 0 already has a reader: ${who}`
export const stopItOrTake = (part: string): string => `stop it, or take ${part}`
