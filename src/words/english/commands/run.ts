// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'
import { some } from '../../numbers.ts'

// commands/run/capture.ts
export const switchingOnFor = (seconds: number): string =>
	`ctscope: switching logging on, ${seconds} s so far`
export const collectingFor = (seconds: number): string =>
	`ctscope: putting everything back and collecting the last lines, ${seconds} s so far`
export const theKernelLogHasNo = (why: string): string =>
	`the kernel log has no packets to capture, and the reasons would come from there: ${why}`
export const sourceNflogAndTcpdumpGive = '--source nflog and tcpdump give them'
export const couldNotBeWrittenTo = (path: string, inShort: string): string =>
	`${path} could not be written to the end: ${inShort}`

// commands/run/command.ts
export const theExitStatusIsThat = `
The exit status is that of COMMAND, except 3 and 4 (see ctscope --help), and 6
instead of 0 when a flood of the kernel log ended logging before COMMAND ended.
COMMAND has its own input and output; the reasons go to stderr. When logging
cannot be switched on, COMMAND is not run and the status is 2.

--source: nflog reads reasons and packets from NFLOG group 0 through tcpdump
and loses nothing that the log buffer would; syslog does not see them meanwhile.
kmsg reads the kernel log. auto takes probe where it works and sees packets too,
else nflog, else kmsg, and says why.
probe sets kernel probes on conntrack's own complaints, through tracefs: every
reason that log_invalid would print, of all network namespaces, while no setting
of conntrack is changed. In the first 30 s it also finds INVALID packets about
which the kernel has no complaint. It needs CONFIG_KPROBE_EVENTS.

--max-rate: when more lines a second than N get into the kernel log for three
seconds, what makes it say more is undone at once, and the report says so.

Where every protocol is logged, a rule in a table of ctscope copies INVALID
packets to where the reasons are read: those not logged are named by what they
are ("silent" in the report), and the table is removed at the end.

--expect ID=N, also more than once: when another number of packets came, or it
is not sure, the report says what was expected and what came, and the status is
8, whatever COMMAND ended with.

--netns-of-command also reports network namespaces that were made meanwhile, and
counts their packets for --expect. Kernel probes see them from their first
packet on; nothing else does, so without probes it is refused.

--packets: a line for each packet, at most 10 000; --json has them in any case.

--capture and --json make new files with mode 0600, never through a link.
--force empties a plain file of yours that is there already.

When reasons were lost because their reader was stopped or has ended, the report
says so and the status is 1 instead of 0.

--printk, also more than once, lets messages of the kernel's source print while
COMMAND runs, beside the reasons or, with --protocol none, alone. Their lines go
to the kernel log and name no packet. proposed: those that tell of packets which
are INVALID without a logged reason.`
export const protocolNoneSwitchesNothingOn = '--protocol none switches nothing on: give --printk WHAT too'
export const captureNeedsReasonsLeaveOut = '--capture needs reasons: leave out --protocol none'
export const callSitesPrintToThe = (source: string): string =>
	`call sites print to the kernel log: leave out --source ${source}`
export const probesTellOfEach = 'kernel probes report every protocol: leave out --protocol'
export const probesHaveNoWholePackets =
	'kernel probes see only the start of each packet: --capture takes --source nflog'
export const captureAndJsonNameThe = '--capture and --json name the same file: give two'
export const switchLoggingOnRunCommand = 'switch logging on, run COMMAND, switch it off, print the reasons'
export const runsWhereCtscopeWasStarted = 'runs where ctscope was started, not in the namespace of --netns'
export const writeThePacketsWithTheir = 'write the packets with their reasons to a new pcapng file'
export const alsoWriteTheResultAs = 'also write the result as JSON to a new file'
export const followTheNamespaces =
	'also report network namespaces that are made while COMMAND runs (unshare -n, ip netns add); takes kernel probes'
export const netnsOfCommandNeedsProbes = (source: string): string =>
	`--netns-of-command takes kernel probes: leave out --source ${source}, which reads one network namespace`
export const netnsOfCommandIsOfAll =
	'--netns-of-command takes kernel probes, which report every protocol: leave out --protocol'
export const printEveryPacket =
	'print every packet that was INVALID or logged, in order: time, flow, flags, SEQ, ACK, bound, reason, verdict'
export const expectThatSoMany =
	'expect so many packets of a reason (an id of ctscope explain --list), or of a part of the account: counted, explained, named, silent, lost; also more than once'
export const anIdAndANumber = 'an id, = and a whole number, such as tcp-rst=4 or silent=0'
export const theOtherHalfOfRun = 'the other half of run --netns'

// commands/run/elsewhere.ts
export const nothingIsKnownOfProbes = 'whether kernel probes work here is not known'
export const netnsOfCommandCannotBeFollowed = (why: string): string =>
	`only kernel probes see namespaces that COMMAND makes, and they are not available${why === '' ? '' : ` (${why})`}; the kernel log and NFLOG are switched on in one namespace: run ctscope there, as in unshare -n sh -c 'ctscope run -- ...', or make it first (ip netns add NAME) and give --netns NAME`

// commands/run/expect.ts
export const noReasonHasThisId = (id: string, near: string): string =>
	`--expect: '${id}' is neither the id of a reason (ctscope explain --list has all) nor a part of the account (counted, explained, named, silent, lost)${near === '' ? '' : `; similar: ${near}`}`
export const expectedTwice = (id: string): string => `--expect: ${id} is expected twice; give it once`
export const asExpected = (id: string, came: number): string => `${id}: ${came} came`
export const notAsExpected = (id: string, expected: number, came: number): string =>
	`MISMATCH: ${id}: ${expected} expected, ${came} came`
export const notSure = (id: string, expected: number): string =>
	`NOT SURE: ${id}: ${expected} expected, and ${expected} came, but lines were lost, or may be about other packets`

// commands/run/figures.ts
export const aKernelProbe = 'a kernel probe'
export const theLinesOfAmongPrintk = (func: string): string =>
	`the lines of ${func} under printk likely count them`
export const runItAgainWithCounts = (unbroken: string, trim: string): string =>
	`run it again with ${unbroken}: "${trim}" counts them`
export const theKernelAlsoSaid = (title: string): string => `the kernel also said: ${title}`
export const theKernelAlsoSaidTimes = (count: string, title: string): string =>
	`the kernel also said, ${some(count, 'time')}: ${title}`

// commands/run/packets.ts
export const PACKET_HEADS = [
	...['TIME', 'FLOW', 'PROTO', 'FLAGS', 'SEQ', 'ACK', 'BOUND', 'ID', 'VERDICT', 'REASON'],
] as const
export const noLine = 'not logged by the kernel'
export const noPackets = '  no packet was INVALID or logged'
export const morePacketsThan = (bound: number, more: number): string =>
	`  the first ${some(bound, 'packet is', 'packets are')} kept; ${more} more came and are only in the counts`
export const inNetnsOf = (text: string, netns: number): string => `${text}, in net:[${netns}]`
export const silently = (verdict: string): string => `${verdict},silent`
export const ownAnswer = (verdict: string): string => `${verdict},own-answer`
export const judgedAgain = (verdict: string): string => `${verdict},judged-again`

// commands/run/printk.ts
export const noCallSiteOfNetfilter =
	'no call site of netfilter is there: its modules are not loaded (modprobe nf_conntrack)'
export const oneOfTheCallSites = 'one of the call sites prints already: it is left as it is'
export const ofTheCallSitesPrint = (already: number): string =>
	`${already} of the call sites print already: they are left as they are`
export const letCallSitesPrint = (what: string): string => `let call sites print: ${what}`
export const printkProposed = '--printk proposed'
export const noCallSiteOfThis = 'no call site of this kernel prints for INVALID packets that have no reason'
export const nearIt = (names: string): string => `; similar: ${names}`
export const noCallSiteOfNetfilterIs = (word: string, hint: string): string =>
	`no call site of netfilter is called ${word}${hint}`
export const ctscopePrintkListsThem = "'ctscope printk' lists them"

// commands/run/netns/remote.ts
export const thePartOfCtscopeIn = (name: string): string =>
	`the part of ctscope in the network namespace ${name} ended; the guard puts everything back`
export const aSecondCtscopeInThe = 'a second ctscope in the network namespace'
export const itCannotBeStarted = (code: string): string => `it cannot be started: ${errnoWords(code)}`

// commands/run/run.ts
export const wasNotFound = 'was not found'
export const isNotExecutable = 'is not executable'
export const ctscopeNothingWasChangedAnd = (name: string): string =>
	`ctscope: nothing was changed, and ${name} was not run`
export const ctscopeLoggingCouldNotBe = (name: string): string =>
	`ctscope: logging could not be switched on, so ${name} was not run`
export const theReport = 'the report'
export const ctscopeCouldNotBeStarted = (command: string, error: string): string =>
	`ctscope: ${command} could not be started: ${errnoWords(error)}`
export const nothingWasChanged = (program: string, problem: string): string =>
	`ctscope: ${program} ${problem}; nothing was changed`
export const ctscopeWasEndedInThe = 'ctscope was interrupted; the guard puts everything back'

// commands/run/session.ts
export const loggingEndedWhileTheCommand =
	'logging ended while the command was still running: --source nflog bypasses the kernel log, --protocol logs one protocol, and --max-rate allows more lines'
export const theReaderOfNflogTcpdump = (unread: string): string =>
	`the reader of NFLOG (tcpdump) is stopped with up to ${some(unread, 'packet')} unread: someone has stopped or frozen it`
export const theChangesWereUndone = 'the changes were undone'
export const invalidPacketWas = 'INVALID packet was'
export const invalidPacketsWere = 'INVALID packets were'
export const afterThatCounted = (counted: string): string => `after that ${counted} counted`
export const theProbesEnded = (inShort: string, since: string): string =>
	`kernel probes ended early (${inShort}): ${since}, with reasons that nobody read`
export const theReaderOfNflogEnded = (inShort: string, since: string): string =>
	`the reader of NFLOG ended early (${inShort}): ${since}, with reasons that nobody read`
export const theKernelLogCouldNot = (inShort: string, since: string): string =>
	`the kernel log could not be read to the end (${inShort}): ${since}`
export const theReaderOfNflogTcpdumpWas = (lost: string): string =>
	`the reader of NFLOG (tcpdump) was stopped or frozen by someone: up to ${some(lost, 'packet with a reason was', 'packets with reasons were')} lost`
export const loggingEndedWhileTheCommandWas = (endedEarly: string): string =>
	`logging ended while the command was still running: ${endedEarly}`
export const someoneElseSwitchedLoggingOff = (gone: string): string =>
	`someone else changed what is logged meanwhile, so lines may be missing: ${gone}`
export const thatNobodyAskedAbout = (afterThat: string): string => `${afterThat} while logging was off`
export const theReaderOfNflogStood =
	'the reader of NFLOG was stopped for a while; all that waited was read afterwards'
export const reasonLine = 'reason line'
export const ofOtherNetworkNamespacesCame = (counted: string): string =>
	`${counted} of other network namespaces came into the kernel log meanwhile; they are not counted here`
export const whatElseTheKernelSays = (inShort: string): string =>
	`other kernel messages are not known, since the kernel log cannot be read (${inShort})`
export const theKernelLogCouldNotBe = 'the kernel log could not be read to the end'
export const packetsWithoutALineWere = (why: string): string =>
	`packets that were not logged were not examined: ${why}`
export const ofThemWereCopied = (copied: string, all: string, rate: number): string =>
	`${copied} of the ${all} INVALID packets were copied, at most ${rate} a second where packets come in and ${rate} where this host sends them: those beyond that that were not logged stay silent`

// commands/run/silent/copying.ts
export const notAllAreToldOf = 'no single place in this kernel sees every INVALID packet'
export const nftIsNotInstalled = 'nft is not installed (apt install nftables)'
export const itWouldSwitchTrackingOn =
	'nothing shows that conntrack is active here, and a rule that matches on ct state would switch it on'
export const itWouldDoMoreThanLog = 'a rule that copies them would do more than log'

// commands/run/switch.ts
export const seeReasonsByProbes = 'show why packets are INVALID, by kernel probes'
export const seeSilentPackets = 'show INVALID packets that have no reason, by kernel probes'
export const seeEndsOfEntries = 'show who ends entries, by kernel probes'
export const endsAreNotShown = (why: string): string => `who ends entries is not shown: ${why}`
export const tooManyEntriesEnd =
	'more than 2 000 entries end within a second: from here on ctscope does not see who ends them'
export const probesCannotBeSetHere = (inShort: string): string => `kernel probes could not be set: ${inShort}`
export const silentPacketsAreShownFor = (seconds: number, cost: string): string =>
	`ctscope looked for INVALID packets without a reason in the first ${seconds} s only: that costs CPU time for every packet${cost === '' ? '' : ` (${cost})`}`
export const silentPacketsAreNotShown = (why: string): string =>
	`INVALID packets without a reason are not shown: ${why}`
export const switchingLoggingOn = 'switching logging on'
export const loggingWasOnAlreadyNothing = 'logging was already on: no setting was changed'
export const consoleLevelDmesgNKeeps = (
	text: string,
	level: undefined | number,
	level2: undefined | number,
): string => `${text}; --console-level ${level} (dmesg -n ${level2}) keeps them off it`
export const nflogCannotBeReadHere = (inShort: string): string => `NFLOG cannot be read here: ${inShort}`
export const andNotEverythingCouldBe = "and not everything could be put back; see 'ctscope status'"
export const theKernelLogBecause = (why: string): string => `the kernel log, because ${why}`
export const theKernelLogWhereCall = 'the kernel log, where call sites print'
export const letCallSitesPrint2 = 'let call sites print'
export const kernelPrintkCannotBeRead = 'kernel.printk cannot be read here'

// commands/run/text.ts
export const whileRanSNetns = (summary: string, name: string, toFixed: string, name2: string): string =>
	`${summary} while ${name} ran (${toFixed} s, netns ${name2})`
export const notWritten = '  NOT WRITTEN: '
export const notRead = '  NOT READ: '
export const invalidPacket = 'INVALID packet'
export const noneWithAReason = (packets: string): string => `${packets}, none with a reason,`
export const withAReason = (packets: string, part: string): string => `${packets}, ${part} with a reason,`
export const withAReasonAndNamed = (packets: string, explained: string, named: string): string =>
	`${packets}, ${explained} with a reason and ${named} silent with a name,`
export const silentPacket = (text: string): string => `silent: ${text}`
export const silentBecause = (text: string, id: string, confidence: string, because: string): string =>
	`silent: ${text} (${id}), confidence ${confidence}: ${because}`
export const ofThemCopies = (copies: string): string => `${copies} of INVALID packets among them`
export const noInvalidPacket = 'no INVALID packet'
export const noInvalidPacketButThe = 'no INVALID packet, but other messages of the kernel'
export const andMoreReasons = (length: number): string => `         and ${some(length, 'more reason')}`
export const mostFrequentFlow = 'MOST FREQUENT FLOW'
export const ctscopeTapShowsThem =
	'ctscope tap --state invalid shows the packets that were not logged, ctscope trace the rules that they meet'
export const ctscopeExplainCausesAndWhat = (id: string): string =>
	`ctscope explain ${id}: causes, and what to look at`
export const packetsFromProbesLost = (packets: string, lost: string): string =>
	`${some(packets, 'packet')} from kernel probes, ${lost} lost`
export const inNetns = (name: string): string => `in the network namespace ${name}:`
export const inNewNetns = (name: string): string =>
	`in the network namespace ${name}, made while the command ran:`
export const withoutAReason = (packets: string): string => `${packets} without a reason`
export const packetsFromNflogLost = (packets: string, lost: string): string =>
	`${some(packets, 'packet')} from NFLOG, ${lost} lost`
export const recordsOfTheKernelLog = (records: string, lost: string): string =>
	`${some(records, 'record')} of the kernel log, ${lost} lost`
export const noneOfThemMoved = 'none that indicates trouble moved'
export const upTo = (unexplained: string): string => `up to ${unexplained}: `
export const thatCanBeLikelyOnes = (count: string): string => `${count} possible, likely ones first:`
export const text = (most: string, title: string, standing: string, because: string): string =>
	`${most}${title} (${standing}: ${because})`
export const toTell = '      to find out: '
export const orLessLikely = (hidden: string): string => `or, less likely: ${hidden}`
export const linesOfCallSitesNone = 'lines of call sites, none of which names a packet:'
export const bytesIn = (count: string, bytes: string, path: string): string =>
	`${count}, ${some(bytes, 'byte')} in ${path}`

export const expectedHead = '  expected: '
export const packetsHead = 'packets, in the order of their time:'

// commands/run/types.ts
export const changeWas = 'change was'
export const changesWere = 'changes were'
export const logFloodLinesSSwitched = (rate: number, counted: string): string =>
	`LOG FLOOD: ${rate} lines/s, ${counted} switched off before the command ended`

// commands/run/netns/inside.ts

export const thisIsForCtscopeItself =
	'ctscope: this is for ctscope itself; use: ctscope run --netns NAME -- COMMAND\n'
