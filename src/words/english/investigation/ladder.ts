// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// investigation/ladder/ladder-doubts.ts
export const doesConntrackTrackHere = 'Does conntrack track here?'
export const areTcpWindowsChecked = 'Are TCP windows checked?'
export const nfConntrackTcpBeLiberal =
	'nf_conntrack_tcp_be_liberal is 1: packets outside the TCP window are accepted and not logged'
export const toSeeThemSetNf =
	'to see them, set nf_conntrack_tcp_be_liberal to 0 (changes how packets are handled)'
export const nfConntrackTcpNoWindow =
	'nf_conntrack_tcp_no_window_check is 1 (a patch of this vendor): no reason about the TCP window appears'
export const toSeeThemSetNfConntrack =
	'to see them, set nf_conntrack_tcp_no_window_check to 0 (changes how packets are handled)'
export const doesTheKernelMentionConnections = 'Does the kernel log connections it picks up mid-stream?'
export const nfConntrackTcpLooseIs =
	'nf_conntrack_tcp_loose is 0: a TCP packet of an unknown connection is INVALID without a log line, unless it is a SYN'
export const compareTheCounterWithThe = 'compare the counter with the lines; the difference may be these'
export const areWindowsCheckedOfConnections = 'Are windows checked for connections picked up mid-stream?'
export const nfConntrackTcpLooseIsOn =
	'nf_conntrack_tcp_loose is on: entries picked up mid-stream are liberal, so their windows are not checked'
export const areChecksumsVerified = 'Are checksums verified?'
export const nfConntrackChecksumIs0 =
	'nf_conntrack_checksum is 0: packets with a bad checksum are not INVALID and not logged'
export const toSeeThemSetNfConntrackChecksum =
	'to see them, set nf_conntrack_checksum to 1 (changes how packets are handled)'
export const doAllPacketsPassConntrack = 'Do all packets pass conntrack?'
export const entriesAreOffloadedTheirPackets = (offloaded: number): string =>
	`${some(offloaded, 'entry is', 'entries are')} offloaded: their packets bypass conntrack, and the TCP window is out of date when they come back`
export const lookForSeqAndAck = 'look for SEQ and ACK reasons of these flows; try without the flowtable'
export const isEveryInvalidPacketMentioned = 'Is every INVALID packet logged?'
export const someChecksPrintNothingIcmp =
	'some checks print nothing: unsolicited ICMP replies, ICMP errors of unknown connections, short TCP headers, before Linux 6.8 also TCP packets that cannot begin a connection; and packets marked notrack never reach conntrack'
export const andMore = (length: number): string => `, and ${length} more`
export const forSomeOfThemA = (slice: string, more: string): string =>
	`for some of them a call site of dynamic debug prints a line (Printk, key 4): ${slice}${more}`
export const didEveryMessageReachUs = 'Did every message reach ctscope?'
export const didEveryRecordReachUs = 'Did every record reach ctscope?'
export const didEveryEventReachUs = 'Did every event reach ctscope?'
export const eventsWereOverwritten = (count: number): string =>
	`${some(count, 'event of the kernel probes was', 'events of the kernel probes were')} overwritten before anybody read them: packets came faster than that`
export const blockSomeOfThem = 'block the most frequent source for a while, or read the counters only'
export const doKernelProbesTell = 'Do kernel probes report INVALID packets?'
export const kernelProbesAreSet =
	'kernel probes are set on the complaints of conntrack: they see each complaint, whatever log_invalid and the loggers are'
export const messagesDidNotFitInto = (count: number): string =>
	`${some(count, 'message')} did not fit into the socket of the reader: packets came faster than they could be read`
export const theKernelOverwroteRecordsBefore = (count: number): string =>
	`the kernel overwrote ${some(count, 'record')} before they could be read: its log buffer is too small for this rate`
export const logOneProtocolOnly = 'log one protocol only'
export const areTheLinesInThe = 'Are the lines in the kernel log only?'
export const theConsoleLevelIsAnd = (level: number): string =>
	`the console level is ${level} and these lines are notices (5): look for them in the kernel log, not on the console`
export const areTheLinesPrintedOn = 'Are the lines printed on the console too?'
export const theConsoleLevelIsEvery = (level: number): string =>
	`the console level is ${level}: every line goes to the console as well, and a serial console slows the host down`
export const setTheConsoleLevelTo = 'set the console level to 4 while logging'
export const canThisKernelLogInvalid = 'Can this kernel log INVALID packets at all?'
export const kernelsFrom416To = (kernel: string): string =>
	`kernels from 4.16 to 5.0 without a later fix never print these lines, and this is ${kernel}`
export const ifLinesStayAwayWhile =
	'if no lines come while the counter rises, install a newer kernel of your distribution'
export const logOneProtocolOnlyRead =
	'log one protocol only, read NFLOG, which has no such buffer (--source nflog), or boot with a larger log_buf_len'

// investigation/ladder/ladder-loggers.ts
export const isALoggerBoundFor = (name: string): string => `Is a logger bound for ${name}?`
export const nfLogCannotBeRead = (family: number): string => `nf_log/${family} cannot be read here`
export const nfLogIsLinesGo = (family: number, bound: string, name: string): string =>
	`nf_log/${family} is ${bound}: ${name} lines go to NFLOG group 0`
export const noneLinesAreThrownAway = (name: string): string => `NONE: ${name} lines are discarded`
export const linesGoThere = (bound: string, name: string): string => `${bound}: ${name} lines go there`
export const nfLogIsNotTo = (family: number, where: string): string =>
	`nf_log/${family} is ${where}, not to NFLOG group 0`
export const andIsNotLoaded = (because: string, nflogLogger: string): string =>
	`${because}, and ${nflogLogger} is not loaded`
export const modprobe = (nflogLogger: string): string => `modprobe ${nflogLogger}`
export const bind = (nflogLogger: string): string => `bind ${nflogLogger}`
export const nfLogIsLinesGoTo = (family: number, bound: string): string =>
	`nf_log/${family} is ${bound}: lines go to the kernel log`
export const whichNobodyReadsTheyAre = ', which nobody reads: they are lost'
export const whichReads = (listenerInWords: string): string => `, which ${listenerInWords} reads`
export const nfLogIsLinesGoToNetlink = (
	family: number,
	bound: string,
	name: string,
	reader: string,
): string => `nf_log/${family} is ${bound}: ${name} lines go to NFLOG group 0${reader}, not to the kernel log`
export const bindForAWhileOr = (syslog: string): string =>
	`bind ${syslog} for a while, or read NFLOG (--source nflog)`
export const nfLogIsWhichIs = (family: number, bound: string): string =>
	`nf_log/${family} is ${bound}, which is not a known logger`
export const nfLogIsNoneLines = (family: number, name: string, syslog: string): string =>
	`nf_log/${family} is NONE: ${name} lines are discarded, though ${syslog} could be bound`
export const nfLogIsNoneAnd = (family: number, syslog: string, name: string): string =>
	`nf_log/${family} is NONE and ${syslog} is not loaded: ${name} lines are discarded`
export const modprobeNfLogSyslogBefore = 'modprobe nf_log_syslog (before Linux 5.13: modprobe nf_log_ipv4)'
export const sinceLinux617Switching = '; since Linux 6.17 switching log_invalid on loads it'
export const theKernelDoesNotLoad = (registered: undefined | string): string =>
	`; the kernel does not load it by itself while ${registered} is registered`
export const doLinesOfThisNetwork = 'Do lines of this network namespace get through?'
export const thisIsTheInitialNetwork = 'this is the initial network namespace'
export const nflogDeliversInsideTheNetwork =
	'NFLOG delivers inside the network namespace: nf_log_all_netns is not needed'
export const thisIsNotTheInitial =
	'this is not the initial network namespace, and nf_log_all_netns of the initial one cannot be read'
export const lookThereSysctlNetNetfilter = 'look there: sysctl net.netfilter.nf_log_all_netns must be 1'
export const nfLogAllNetnsIs = 'nf_log_all_netns is 1 in the initial network namespace'
export const nfLogAllNetnsIs0 =
	'nf_log_all_netns is 0: the kernel discards lines of every network namespace but the initial one'
export const write1ToNfLog =
	'write 1 to nf_log_all_netns in the initial network namespace, or read NFLOG, which needs no such switch (--source nflog)'
export const doWeReadNetlinkGroup = 'Does ctscope read NFLOG group 0?'
export const ourReaderOfNflogStands = (readerStalled: number): string =>
	`the NFLOG reader of ctscope is stopped with up to ${some(readerStalled, 'packet')} unread: someone has stopped or frozen tcpdump`
export const letItGoOnKill =
	'resume it (kill -CONT, or thaw its cgroup); what did not fit into its buffer is lost'
export const ourReaderOfNflogIs = 'the NFLOG reader of ctscope is running'
export const readsNetlinkGroup0And = (listenerInWords: string): string =>
	`${listenerInWords} reads NFLOG group 0, and a second reader is refused`
export const endThatReaderOrRead = 'end that reader, or read the kernel log (--source kmsg)'
export const ourReaderOfNflogStarts = 'the NFLOG reader of ctscope starts together with the log'
export const ourReaderIsStarting = 'the NFLOG reader of ctscope is starting'
export const nobodyReadsNetlinkGroup0 = 'nobody reads NFLOG group 0: lines sent there are lost'
export const startOurReaderOrRead = 'start the reader of ctscope, or read the kernel log (--source kmsg)'
export const ourReaderOfNflogHas = 'the NFLOG reader of ctscope has ended'
export const startItAgainOrRead = 'start it again, or read the kernel log (--source kmsg)'
export const readNflogOr = (modprobe: string): string => `read NFLOG (--source nflog), or ${modprobe}`

// investigation/ladder/ladder-protocol.ts
export const isTheKernelAskedTo = 'Is log_invalid on?'
export const nfConntrackLogInvalidDoes =
	'nf_conntrack_log_invalid does not exist here: nf_conntrack is not loaded, or not visible'
export const modprobeNfConntrack = 'modprobe nf_conntrack'
export const nfConntrackLogInvalidIs =
	'nf_conntrack_log_invalid is 0: packets are counted and no reason is logged'
export const switchLogInvalidOn255 = 'switch log_invalid on: 255 for all protocols, 6 for TCP'
export const nfConntrackLogInvalidIs255 = 'nf_conntrack_log_invalid is 255: every protocol'
export const nfConntrackLogInvalidIs41 =
	'nf_conntrack_log_invalid is 41, which is no tracked protocol: ICMPv6 is 58'
export const write58ForIcmpv6Or = 'write 58 for ICMPv6, or 255 for all'
export const protocol = (value: string): string => `protocol ${value}`
export const nfConntrackLogInvalidIsNo = (value: string, part: string): string =>
	`nf_conntrack_log_invalid is ${value}: no kernel that was checked prints a line for ${part}`
export const writeTheNumberOfA =
	'write the number of a protocol that can log, such as 6 for TCP, or 255 for all'
export const n1IsTheNumberOf = ' (1 is the number of ICMP, and does not mean "on")'
export const nfConntrackLogInvalidIsOnly = (value: string, name: string, trap: string): string =>
	`nf_conntrack_log_invalid is ${value}: only ${name} reasons are logged${trap}`
export const write255ToHearOf = 'write 255 to log all protocols'

// investigation/ladder/ladder.ts
export const noReasonLineWillReach = (because: string): string =>
	`No reason line will reach ctscope: ${because}`
export const onlyHalfOfTheReason = (because: string): string =>
	`Only some of the reason lines will reach ctscope: ${because}`
export const reasonLinesWillReachUs = (because: string): string =>
	`Reason lines will reach ctscope, but not all: ${because}`
export const nothingSeenStopsTheReason = (because: string): string =>
	`Nothing was found that blocks the reason lines; not certain: ${because}`
export const reasonLinesWillReachUs2 = 'Reason lines will reach ctscope.'
export const canTheKernelLogBe = 'Can the kernel log be read?'
export const devKmsgCanBeRead = '/dev/kmsg can be read'
