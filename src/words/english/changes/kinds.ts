// Sentences for people, by the file that says them.

// changes/kinds/call-site.ts
export const sourceFile = 'source file'
export const lineNumber = 'line number'
export const callTrace = 'call trace'
export const printsWith = (decorations: string): string => `prints with ${decorations}`
export const silentWouldPrint = (decorations: string): string => `silent (would print ${decorations})`
export const fileFunc = (file: string, func: string): string => `file ${file} func ${func}`
export const thereIsNoFlagOf = (unknown: string): string => `there is no flag ${unknown} of a call site`
export const letPrint = (func: string): string => `let ${func} print`
export const theKernelPrintsThisMessage =
	'The kernel prints this message each time its code gets there, in any network namespace. Packets are handled as before.'
export const costThereIsNoRate =
	'Cost: there is no rate limit. The line has level 7 (debug), so a console shows it only when its level is 8. It names no packet.'
export const theKernelTookTheQuery = 'the kernel accepted the query, but the flags are unchanged'
export const theKernelIsLockedDown = 'the kernel is locked down, which closes debugfs'
export const thisKernelDoesNotHave = 'this kernel does not have one of these flags'

// changes/kinds/logger.ts
export const nobodyLinesAreLost = 'nobody: lines are lost'
export const nflogGroup0 = 'nflog (group 0)'
export const theKernelLog = 'the kernel log'
export const whoGetsTheLogLines = (familyName: string): string => `where the log lines of ${familyName} go`
export const whoGetsTheLinesOf = (familyName: string): string =>
	`Where the lines of log_invalid and of conntrack helpers for ${familyName} go (nf_log backend). NONE: they are lost. LOG and NFLOG rules name their own logger.`
export const nfLogWritesToThe =
	'nf_log_* writes to the kernel log. nfnetlink_log sends reason and packet to NFLOG group 0: only its one reader sees them, syslog does not, and without a reader they are lost.'
export const noSuchLoggerIsRegistered = (part: string): string =>
	`no such logger is registered: modprobe ${part}`
export const noLoggerOfThatName = 'no logger of that name is registered any more'

// changes/kinds/module.ts
export const loadingBindsInEveryNetwork = (modules: string, names: string): string =>
	`loading ${modules} binds ${names} in every network namespace where the family has no logger; what that changes here is put back, and what was loaded is unloaded again unless it is in use by then`
export const module = (name: string): string => `module ${name}`
export const undoneByUnloadingWhatLoading =
	'Undone by unloading what loading it added, unless it is in use by then; in that case it stays, and the report says so.'
export const theLoggerThatHandsLines =
	'The logger that sends lines and packets to netlink (NFLOG). It is not bound until nf_log is set to it.'
export const aLoggerThatWritesTo =
	'A logger that writes to the kernel log. Loading it makes it the logger of its families in every network namespace that has none.'
export const aPartOfNftablesThat =
	'A part of nftables that temporary rules need. Without rules it does nothing.'
export const letsConntrack8ReadThe =
	'Lets conntrack(8) read the table and the counters. Packets are handled as before.'
export const connectionTrackingItBeginsTo =
	'Connection tracking. It begins to see packets with the first rule or program that needs it.'
export const aModuleIsUnloadedOnly = 'a module is unloaded only when the change that loaded it is undone'
export const loadTheModule = (name: string): string => `load the module ${name}`
export const notLoaded = 'not loaded'
export const modprobe = (name: string): string => `modprobe ${name}`
export const rmmod = (part: string): string => `rmmod ${part}`
export const loadingThe = (sysctl: string): string => `loading the ${sysctl}`
export const inUseAnotherSessionOf = 'in use: another session of ctscope changes its loggers'
export const isInUse = (sysctl: string): string => `${sysctl} is in use`
export const itStaysTheLoggerOf = '; it stays the logger of other network namespaces that had none before'
export const soItStaysLoaded = (used: string, bound: string): string => `${used}, so it stays loaded${bound}`
export const staysLoaded = 'stays loaded'

// changes/kinds/mount.ts
export const isUnmountedOnlyWhenThe = (sysctl: string): string =>
	`${sysctl} is unmounted only when the change that mounted it is undone`
export const mount = (fileSystem: string): string => `mount ${fileSystem}`
export const showsTheFileOfCall = (debugfsFolder: string): string =>
	`Shows the file of call sites below ${debugfsFolder}, where older kernels have it. Only root can look into it. Packets are handled as before.`
export const undoneByUnmountingItAs =
	'Undone by unmounting it, unless it is in use by then; in that case it stays, and the report says so. Call sites that were switched on are put back before that.'
export const showsTheFilesOfProbes = (tracefsFolder: string): string =>
	`Shows the files in which kernel probes are set below ${tracefsFolder}. Only root can look into them. Packets are handled as before.`
export const undoneByUnmountingTracefs =
	'Undone by unmounting it after the probes of ctscope are gone, unless it is in use by then; in that case it stays, and the report says so.'
export const notMounted = 'not mounted'
export const umount = (debugfsFolder: string): string => `umount ${debugfsFolder}`
export const mounting = (sysctl: string): string => `mounting ${sysctl}`
export const anotherSessionHas = (fileSystem: 'debugfs' | 'tracefs'): string =>
	`another session of ctscope has ${fileSystem === 'debugfs' ? 'call sites switched on' : 'kernel probes set'}`
export const isInUseFuserVm = (sysctl: string, path: string): string =>
	`${sysctl} is in use (fuser -vm ${path} shows by whom)`
export const soItStaysMounted = (why: string): string => `${why}, so it stays mounted`
export const staysMounted = 'stays mounted'

// changes/kinds/printk-level.ts
export const onlyEmerg = 'only emerg'
export const emergTo = (last: string): string => `emerg to ${last}`
export const theConsoleLevelIs1 = (level: string): string =>
	`the console level is 1 (only emergencies) to 15 (everything), not ${level}`
export const onlyTheFirstNumberOf =
	'only the first number of kernel.printk, the console level, is ever changed'
export const whatTheConsoleShowsOf = 'what the console shows of the kernel log'
export const whichLevelsOfTheKernel =
	'Which levels of the kernel log are also written to the console. Lines of log_invalid have level 5 (notice), of LOG rules 4 (warning) unless they say another one, of call sites 7 (debug).'
export const costAbove5ASlow =
	'Cost: above 5, a slow serial console is written line by line while packets wait.'

// changes/kinds/refusal.ts
export const mountedReadOnlyAsIn = 'mounted read-only, as in most containers'
export const needsRootInTheNamespace = 'needs root in the namespace that owns it'
export const needsCapNetAdmin = 'needs CAP_NET_ADMIN'
export const theGuardIsNotIn = 'the guard is not in the network namespace that was shown'
export const theKernelTookTheWrite = 'the kernel accepted the write, but still shows the old value'
export const theToolForItDid = 'the tool for it did not end in time'
export const noProcessCanBeStarted = 'no process can be started for it now (pids.max, ulimit -u?)'
export const anotherMessageOfTheKernel =
	'another message of the kernel is on the same line, and a query would switch both'

// changes/kinds/sysctl.ts
export const takesToNot = (sysctl: string, min: number, max: number, part: string, value: string): string =>
	`${sysctl} takes ${min} to ${max}${part}, not ${value}`
export const fromTo = (min: number, max: number, part: string): string => `from ${min} to ${max}${part}`
export const takes0Or1Not = (sysctl: string, value: string): string => `${sysctl} takes 0 or 1, not ${value}`

// changes/kinds/sysctls.ts
export const not41OfTheDocumentation = '58; 41, which the kernel documentation names, logs nothing'
export const takenByTheKernelBut =
	'accepted by the kernel, but no kernel that was checked logs anything for it'
export const everyProtocolThatCanLog = 'every protocol that can log'
export const allProtocols = 'all protocols'
export const n41LogsNothingIcmpv6Is = '41: logs nothing, ICMPv6 is 58'
export const protocol = (value: string): string => `protocol ${value}`
export const logWhyPacketsAreInvalid = 'log why packets are INVALID'
export const theKernelPrintsOneLine =
	'The kernel logs each INVALID packet of this protocol, with the reason. Packets are handled as before.'
export const costThereIsNoRateLimit =
	'Cost: there is no rate limit. Each packet is one line in the kernel log, and on the console when its level is above 5.'
export const someChecksSayInvalidWithout =
	'Some checks say INVALID without printing a line. Value 41 is not ICMPv6 (58 is), and 47 (GRE) prints nothing.'
export const letOtherNetworkNamespacesWrite = 'let other network namespaces write to the kernel log'
export const oneSwitchForTheWhole =
	'One switch for the whole host: without it, lines of every network namespace but the initial one are discarded.'
export const costLogRulesOfContainers =
	'Cost: LOG rules of containers write to the host kernel log too, and a line does not say where it comes from.'
export const acceptTcpPacketsOutsideThe = 'accept TCP packets outside the window'
export const onPacketsOutsideTheTcp =
	'On: packets outside the TCP window are not INVALID any more, and nothing is printed about them.'
export const costStatefulRulesAcceptSuch =
	'Cost: stateful rules accept such packets. Bad flags, checksums, states and RST are still INVALID.'
export const pickUpTcpConnectionsIn = 'pick up TCP connections in the middle'
export const onAConnectionThatIs =
	'On: a connection that is first seen mid-stream is picked up, with window checks off for it.'
export const offItsPacketsAreInvalid =
	'Off: its packets are INVALID, and the kernel logs nothing about them. Running connections without an entry stop.'
export const acceptTcpRstOutsideThe = 'accept TCP RST outside the window'
export const onARstOutsideThe = 'On: an RST outside the window does not become INVALID.'
export const costStatefulRulesLetForged = 'Cost: stateful rules let forged RST packets through.'
export const checkNoTcpWindowAt = 'check no TCP window at all'
export const onNoTcpWindowIs = 'On: no TCP window is checked. Only in patched kernels (OpenWrt).'
export const tcpRetransmissionsUntilTheTimeout = 'TCP retransmissions until the timeout shrinks'
export const afterThatManyRetransmissionsWithout =
	'After that many retransmissions without an answer the entry gets the timeout max_retrans.'
export const pickUpDccpConnectionsIn = 'pick up DCCP connections in the middle'
export const onDccpConnectionsAreTaken =
	'On: DCCP connections are picked up mid-stream. Off: such packets are INVALID.'
export const checkChecksumsOfReceivedPackets = 'check checksums of received packets'
export const onReceivedPacketsWithA =
	'On: received packets with a wrong checksum are INVALID. Off: they are tracked like any other.'
export const onlyPacketsThatArriveAre = 'Only packets that arrive are checked, not those sent from here.'
export const countPacketsAndBytesOf = 'count packets and bytes of each entry'
export const newEntriesCountTheirPackets =
	'New entries count their packets and bytes. Nothing is called INVALID for it.'
export const rulesThatMatchOnPackets =
	'Rules that match on packets or bytes of a connection (connbytes, ct bytes) begin to match.'
export const noteWhenEachEntryWas = 'note when each entry was made'
export const newEntriesCarryTheTime =
	'New entries carry the time they were made. Nothing is called INVALID for it.'
export const synSentSynRecvEstablished =
	'syn_sent syn_recv established fin_wait close_wait last_ack time_wait close max_retrans unacknowledged'
export const closedCookieWaitCookieEchoed =
	'closed cookie_wait cookie_echoed established shutdown_sent shutdown_recd shutdown_ack_sent heartbeat_sent heartbeat_acked'
export const requestRespondPartopenOpenClosereq = 'request respond partopen open closereq closing timewait'
export const anEntryWithoutPacketsFor =
	'An entry without packets for this long is removed. The value holds from the next packet of an entry on.'
export const tooShortLaterPacketsOf =
	'Too short: later packets of the flow have no entry and are NEW or INVALID. Too long: the table fills.'
export const timeoutOfProtocolsWithoutA = 'timeout of protocols without a tracker'
export const timeoutOfIpv6Fragments = 'timeout of IPv6 fragments'
export const ipv6FragmentsThatAreNot =
	'IPv6 fragments that are not complete after this time are dropped, before conntrack sees the packet.'
export const timeoutOf = (name: string, part: string): string => `timeout of ${name}${part}`
export const timeoutOfOffloadedFlows = (protocol: string): string => `timeout of offloaded ${protocol} flows`
export const timeoutOfFlowsThatLeave = (protocol: string): string =>
	`timeout of ${protocol} flows that leave the offload path`
export const howLongAFlowWithout =
	'How long a flow without packets stays in the offload path, where conntrack does not see it.'
export const whenItComesBackWindow =
	'When it comes back, window data are old: its next packets may be INVALID.'

// changes/kinds/table.ts
export const nftTableInet = (table: string): string => `nft table inet ${table}`
export const nftListTableInet = (table: string): string => `nft list table inet ${table}`
export const isThereAndNotOurs = (sysctl: string): string => `${sysctl} is there, and ctscope did not make it`
export const holdsATapAlreadyIt = (sysctl: string): string =>
	`${sysctl} holds a tap already: it is undone before another one takes its place`
export const rulesOfOurOwnIn = (table: string): string => `temporary rules in table inet ${table}`
export const aTableOfOurOwn =
	'A table of ctscope with rules that only log or count: none of them drops, accepts or changes a packet, and chains of others stay as they are.'
export const costEachPacketOfThese =
	'Cost: each packet of these hooks passes one rule more. Lines have a limit; counters count what the limit leaves out too.'
export const theTableGoesWithThe =
	'The table belongs to the process that holds it: where nft and the kernel support that (flags owner), the kernel removes the table when the process dies.'
export const nftDeleteTableInet = (table: string): string => `nft delete table inet ${table}`
export const nft = (trim: string): string => `nft '${trim}'`
export const addingThe = (sysctl: string): string => `adding the ${sysctl}`

// changes/kinds/probes.ts
export const PROBES_TELL: Readonly<Record<'reasons' | 'invalid' | 'ends' | 'lists', string>> = {
	reasons: 'why conntrack complains',
	invalid: 'each INVALID packet',
	ends: 'who ends entries',
	lists: 'when each entry is made, confirmed, removed and freed',
}
export const probesOfGroup = (group: string): string => `kernel probes ${group}`
export const isNoValueToWrite = (value: string): string => `${value} is not a value to write`
export const areThereAlready = (sysctl: string): string => `the ${sysctl} already exist`
export const kernelProbes = (group: string): string => `kernel probes of ctscope in tracefs, group ${group}`
export const theKernelTellsUs =
	'The kernel reports to ctscope each packet that conntrack complains about, in all network namespaces. No setting of conntrack is changed, and nothing goes to the kernel log. Packets are handled as before.'
export const probesCost =
	'Cost: probes of reasons run only for packets that conntrack complains about. Those that show each INVALID packet run for every packet, and are removed after 30 s; they are refused where they would cost more than a tenth of a core.'
export const theKernelTellsOfEntries =
	'The kernel reports when each entry is made, confirmed, removed from the table and freed, in all network namespaces. No setting of conntrack is changed. Packets are handled as before.'
export const listProbesCost = (seconds: number): string =>
	`Cost: these probes run four times for every connection, some microseconds each, and are removed after ${seconds} s at the latest.`
export const theProbesGoWithThe =
	'The probes are removed when the change is undone. Probes of others are not touched.'
export const packetsCost = (
	perSecond: string,
	micros: string,
	isMeasured: boolean,
	percent: string,
): string =>
	`${perSecond} packets/s may pass connection tracking here, at ${micros} µs each${isMeasured ? ', as measured' : ' at most'}: ${percent} % of one core`
export const costsTooMuch = (cost: string, most: number): string =>
	`probes that look at every packet would cost too much: ${cost}, and more than ${most} % is refused; wait for less traffic`
export const noProbes = 'none'
export const probesThatTell = (what: string): string => `probes: ${what}`
export const removeProbes = (folder: string, group: string): string =>
	`(cd ${folder}; echo 0 > instances/${group}/events/${group}/enable; rmdir instances/${group}; grep -o ':${group}/[a-z0-9_]*' dynamic_events | sed 's/^/-/' >> dynamic_events)`
export const makeProbes = (folder: string, group: string, what: string): string =>
	`mkdir ${folder}/instances/${group} # and probes in kprobe_events: ${what}`
export const settingProbes = 'setting kernel probes'
export const somebodyUsesTheProbes =
	'someone else reads them or has them switched on in another instance; after that the next try removes them'
