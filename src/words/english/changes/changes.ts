// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// changes/bind-logger.ts
export const nobodyCanSayWhoGets = (familyName: string): string =>
	`where the log lines of ${familyName} go is not known: /proc/net/netfilter/nf_log has no such row`
export const noLoggerForTheKernel = (name: string, logger: string): string =>
	`no logger for the kernel log is loaded for ${name}: modprobe nf_log_syslog (up to Linux 5.12: modprobe ${logger})`
export const conntracksLinesGoToNow = (name: string, bound: string, bound2: string): string =>
	`conntrack's ${name} lines go to ${bound} now: meanwhile they go to the kernel log instead, and whoever listens to ${bound2} gets none of them`
export const isNotLoadedModprobe = (nflogLogger: string, nflogLogger2: string): string =>
	`${nflogLogger} is not loaded: modprobe ${nflogLogger2}`
export const whoReadsNetlinkGroup0 = (nflogLogger: string): string =>
	`who reads NFLOG group 0 cannot be seen: /proc/net/netfilter/${nflogLogger} cannot be read`
export const readsNetlinkGroup0Already = (listenerInWords: string): string =>
	`${listenerInWords} already reads NFLOG group 0: a second reader is refused, and lines for one that asks for conntrack data can lock up a CPU`
export const linesOfThisNetworkNamespace = 'lines of this network namespace'
export const reachTheKernelLogOnly = (what: string): string =>
	`${what} reach the kernel log only with nf_log_all_netns=1, which only the initial network namespace has and which cannot be read from here`
export const nfLogAllNetnsIs =
	'nf_log_all_netns is for the whole host: LOG rules of every other network namespace write to the kernel log meanwhile'

// changes/console-risk.ts
export const everyLineOfLevelAnd = (
	inWords: string,
	console: number,
	console2: number,
	level: number,
	cost: string,
): string =>
	`${inWords} every line of level ${console} and more urgent (console level ${console2}), those of this change too (level ${level}): ${cost}`
export const theCpuThatLogsWaits = 'the CPU that logs waits for it'
export const eachLineIsSentAs = (waits: string): string => `each line is sent as a packet, and ${waits}`
export const at115200BaudThatIs = (linesAt115200: number, waits: string): string =>
	`at 115200 baud that is about ${linesAt115200} lines/s, and ${waits}`

// changes/guard-answer.ts
export const leftAlone = 'left alone'
export const undoneByAnotherProcess = 'undone by another process'
export const byHand = (byHand: string): string => `    by hand: ${byHand}`
export const reads = (now: string): string => `reads ${now}`
export const still = (now: string): string => `still ${now}`
export const lateSAfterItsTime = (toFixed: string): string => `LATE: ${toFixed} s after its deadline`
export const leaseOf = (leaseId: string, ownerInWords: string): string =>
	`lease ${leaseId} of ${ownerInWords}`
export const fromBeforeTheLastBoot = (name: string): string =>
	`${name}: from before the last boot; the kernel has forgotten its changes, nothing to undo`
export const leaseNotUndone = (leaseId: string, note: string): string =>
	`lease ${leaseId}: not undone: ${note}`
export const nothingUndone = (name: string, note: string): string => `${name}: nothing undone: ${note}`
export const nothingInForce = 'nothing in force'
export const nothingWasWritten = (name: string, part: string): string =>
	`${name}: ${part}; nothing was written`
export const nothingWasInForce = 'nothing was in force'
export const nothingLeftToUndoGone = (count: string): string => `nothing left to undo, ${count} gone`
export const undone = (count: string): string => `undone, ${count}`
export const ofNotPutBack = (length: number, count: string): string => `${length} of ${count} not put back`
export const nothingToUndoNoLease = (part: string, stateDir: string): string =>
	`nothing to undo: no lease ${part}in ${stateDir}`

// changes/knobs.ts
export const isNotAValueOf = (stringify: string, sysctl: string): string =>
	`${stringify} is not a value of ${sysctl}`

// changes/lease-view.ts
export const itHadBeenPutBack = 'it had already been put back'
export const nowItReads = 'now it reads'
export const thenItRead = 'then it read'
export const weWroteSomeoneElseChanged = (set: string, part: string, now: string | null): string =>
	`ctscope set ${set}, ${part} ${now}: someone else changed it, so it is left alone`
export const itsFileIsGoneAnd = 'its file is gone, and the value with it'
export const theKernelRefusedToPut = (was: string, code: undefined | string, hintFor: string): string =>
	`the kernel refused to put ${was} back (${code})${hintFor}`

// changes/lease.ts
export const moreTimeIsGivenAt = 'the time can be extended at most once a second'
export const anHourOrMoreIs = 'an hour or more is left, and e extends to at most an hour from now'
export const theDeadline = 'the deadline'
export const itWasNotConfirmedIn = 'it was not confirmed in time'
export const itsTimeWasOver = 'its time had expired'

// changes/log-source.ts
export const probesAsAsked =
	'kernel probes, as requested: no setting of conntrack is changed, and reasons come from all network namespaces'
export const probesBecauseTheyCanBeSet =
	'kernel probes, because they can be set here: no setting of conntrack is changed, nothing is written to the kernel log, and reasons come from all network namespaces'
export const probesAreNoChoiceHere =
	'kernel probes report every protocol, and only how packets begin: leave out --protocol and --capture'
export const pid = (portid: number): string => `pid ${portid}`
export const netlinkPort = (portid: number): string => `netlink port ${portid}`
export const readsNetlinkGroup0When = (listenerInWords: string, nflogLogger: string): string =>
	`${listenerInWords} reads NFLOG group 0: when it asks for conntrack data, TCP and SCTP lines sent through ${nflogLogger} can lock up a CPU on kernels up to 6.18`
export const theKernelLogAsAsked = 'the kernel log, as requested'
export const nflogAsAskedForTcpdump = `NFLOG, as requested: tcpdump reads reasons and packets from group 0`
export const theKernelLogBecause = (reason: string): string => `the kernel log, because ${reason}`
export const andNoNeedForNf = ' and no need for nf_log_all_netns'
export const nflogBecauseTcpdumpCanRead = (more: string): string =>
	`NFLOG, because tcpdump can read NFLOG group 0 here: whole packets, no losses in the log buffer${more}`
export const tcpdumpWhichReadsNflogIs = 'tcpdump, which reads NFLOG, is not installed (apt install tcpdump)'
export const procNetNetfilterNfLog = '/proc/net/netfilter/nf_log does not show which loggers there are'
export const isNotLoadedModprobe2 = (nflogLogger: string, nflogLogger2: string): string =>
	`${nflogLogger} is not loaded (modprobe ${nflogLogger2})`
export const readsNetlinkGroup0Already2 = (listenerInWords: string): string =>
	`${listenerInWords} already reads NFLOG group 0`
export const nfLogCannotBeWritten = (family: number, why: string): string =>
	`nf_log/${family} cannot be written: ${why}`
export const whichGetThemNow = ', which get them now,'
export const syslogAndJournaldDoNot = (before: string): string =>
	`syslog and journald${before} do not see the lines of conntrack meanwhile; LOG and NFLOG rules are not touched`
export const bindTheLoggerOfThe = (risk: string): string =>
	`${risk}: bind the logger of the kernel log (nf_log_ipv4, nf_log_ipv6) first, or log UDP or ICMP only`
export const setprivIsNotInstalledShould =
	'setpriv is not installed: if ctscope is killed, tcpdump may go on listening for a while (setpriv is part of util-linux)'
export const setprivOfUtilLinuxIs =
	'setpriv (of util-linux) is not installed, so a reader of NFLOG would not end with ctscope'

// changes/plan.ts
export const stopLoggingInvalidPackets = 'stop logging INVALID packets'
export const logWhyPacketsAreInvalid = 'log why packets are INVALID'
export const logWhyPacketsAreInvalid2 = (protocolName: string): string =>
	`log why ${protocolName} packets are INVALID`
export const conntrackIsNotLoadedModprobe = 'conntrack is not loaded (modprobe nf_conntrack)'
export const nfConntrackLogInvalidIs = (why: string): string =>
	`nf_conntrack_log_invalid is not there: ${why}`
export const allProtocols = 'all protocols'
export const theLogIsOnFor = (protocolName: string, part: string): string =>
	`logging is on for ${protocolName} now: with this change it is on for ${part} instead`
export const loadTheLoggerOfThe = (risk: string): string =>
	`${risk}: load the logger of the kernel log first, or log UDP or ICMP only`
export const noKernelLookedAtPrints =
	'no kernel that was checked logs a line for GRE: the kernel accepts 47 and logs nothing'
export const n41IsNotIcmpv6And = '41 is not ICMPv6 and prints nothing: ICMPv6 is 58'
export const cannotBeWritten = (knob: string, why: string): string => `${knob} cannot be written: ${why}`
export const undo = (purpose: string): string => `undo: ${purpose}`

// changes/printk-plan.ts
export const isNoSetOfFlags = (flags: string): string => `"${flags}" is not a set of dynamic debug flags`
export const isNotInTheKernel = 'is not in the kernel any more'
export const areNotInTheKernel = 'are not in the kernel any more'
export const isNotOfNetfilterLeft = 'is not of netfilter: left alone'
export const areNotOfNetfilterLeft = 'are not of netfilter: left alone'
export const cannotBeNamedAloneBy =
	'cannot be selected alone by a query (another message is on its line): left alone'
export const cannotBeNamedAloneByA =
	'cannot be selected alone by a query (other messages are on their lines): left alone'
export const callSitesAreMoreThan = (length: number, mostSites: number): string =>
	`${length} call sites are more than the ${mostSites} that are switched at once: narrow the filter`
export const itPrintsLikeThatAlready = 'it already prints like that'
export const allPrintLikeThatAlready = (already: number): string => `all ${already} already print like that`
export const noCallSiteWasNamed = 'no call site was named'
export const callSites = (length: number, many: string): string => `${length} call sites ${many}`

// changes/shell-line.ts
export const insideItsNetworkNamespace = (line: string): string => `${line}  (inside its network namespace)`

// changes/tap-plan.ts
export const nothingTellsThatConntrackIs =
	'nothing shows that conntrack is active in this network namespace: a rule that matches on ct state switches it on here, and connections get entries until the rule is gone'
export const logPackets = 'log packets'
export const previewWhatARuleWould = 'preview what a rule would drop'
export const countPacketsByState = 'count packets by state'
export const tracePacketsThroughTheRules = 'trace packets through the rules'
export const nftIsNotInstalledApt = 'nft is not installed: apt install nftables'
export const linesOfLogRules = 'lines of LOG rules'
export const groupOfNflogIsFor = (group: number): string =>
	`group ${group} of NFLOG is for whoever listens there: its packets do not come to Log (group 0 does)`
export const thereAreTapsAlreadyUndo = (mostTables: number): string =>
	`there are ${some(mostTables, 'tap')} already: undo one first`
export const thisIsMoreThanOne = 'this is more than one tap can hold: leave something out'
export const anotherTapHasThePrefix = (stringify: string): string =>
	`another tap has the prefix ${stringify} already: choose one that begins differently`
export const taps = (length: number, taps: string): string => `${some(length, 'tap')}: ${taps}`
