// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

export const badChecksums = 'bad checksums'
export const captureAtTheSenderAnd =
	'Capture at the sender and here, and compare: where the checksum is right before a hop and wrong after it, that hop breaks it.'
export const onAVirtualMachineOr =
	'On a virtual machine or a bad NIC: ethtool -K INTERFACE rx off tx off, and look again.'
export const withNfConntrackChecksum0 =
	'With nf_conntrack_checksum 0 conntrack no longer verifies checksums; the receiver still drops such packets.'
export const thePacketsArriveWithA = `The packets arrive with a wrong checksum: something on the path changed them, or their sender did not fill it in.`
export const aPortScan = 'a port scan'
export const nothingIsBrokenARule = 'Nothing is broken: a rule that drops INVALID does what it is for.'
export const ifItIsOneSource =
	'If it is one source, block it before conntrack (a raw or prerouting -300 chain), so that it costs less.'
export const somebodyScansAddressesAndPorts = (size: string): string =>
	`Someone scans: ${size} addresses and ports get one or two packets each, which belong to no connection.`
export const targetsPacketsForEachFlow = (size: string, toFixed: string): string =>
	`${some(size, 'target')}, ${some(toFixed, 'packet')} for each flow`
export const mostComeFrom = (top: string): string => `most come from ${top}`
export const lookForAMiddleboxThat =
	'Look for a middlebox that strips the window scale option or rewrites sequence numbers, and for offloads (ethtool -k): conntrack then computes another window than the ends have.'
export const nfConntrackTcpBeLiberal =
	'nf_conntrack_tcp_be_liberal 1 lets packets outside the window keep their entry; only an RST outside of it is still INVALID.'

export const asymmetricRouting = 'asymmetric routing'
export const routeBothDirectionsThroughThis = 'Route both directions through this host, or neither.'
export const whereThatCannotBeDo =
	'Where that is impossible, do not track these flows (notrack in a raw chain) and filter them statelessly.'
export const nfConntrackTcpBeLiberal1 =
	'nf_conntrack_tcp_be_liberal 1 lets packets outside the window pass; the entries still see only one direction.'
export const onlyOneDirectionOfThese =
	'Only one direction of these connections passes this host: asymmetric routing. What the other side acknowledges is not seen, so the window stays where it was.'
export const countedPacketsOneWayThe = (there: string, back: string): string =>
	`counted: ${some(there, 'packet')} one way, ${back} the other`
export const onlySynAcksComeBack = 'only SYN/ACKs came back: no acknowledgement of data'
export const noAcknowledgementComesBack =
	'the first window of data should have been acknowledged here, and no ACK came'
export const ofEntriesHaveNoReply = (unreplied: number, known: number): string =>
	`${unreplied} of ${known} entries have no reply`
export const theEntryIsGoneWhile = 'the entry is gone while the socket lives'
export const findWhoDeletesEntriesConntrack =
	'Find who deletes entries (conntrack -D or -F in a script, a controller, a full table), or which timeout is too small.'
export const letTheRuleThatDrops =
	'Exempt what this host sends (OUTPUT) from the rule that drops INVALID, or reset such connections instead of dropping.'
export const ofALocalSocketHas = (gone: number, counted: string): string =>
	`${gone} of ${counted}: a local socket has the connection, and there was no entry`
export const repliesThatAreNotTranslated = 'replies that are not translated back'
export const dropInvalidPacketsInForward =
	'Drop INVALID packets in FORWARD, so that none leaves with an address that the other side does not know (kube-proxy has such a rule).'
export const findWhyTheEntryIs =
	'Find why the entry is gone: a timeout, a script that deletes entries, a full table.'
export const noOtherRuleDropsThem = 'rules that were not read, and may drop them'
export const thisHostTranslatesAddressesNat = (source: string): string =>
	`This host translates addresses (NAT), but not of INVALID packets: ${source} reaches the other side under its own address, which may be unknown there.`
export const ofThatPassThroughHave = (length: number, counted: string): string =>
	`${length} of ${counted} that pass through have no entry and a private source`
export const aTimeoutThatIsToo = 'a timeout that is too small'
export const raiseTheTimeoutAboveThe =
	'Raise the timeout above the longest idle time of these connections, or let them send keepalives more often.'
export const seeWhoSetItGrep =
	'See who set it: grep -r nf_conntrack /etc/sysctl.conf /etc/sysctl.d, or the controller of the node.'
export const nfConntrackIsSUsual = (knob: string, was: undefined | string, usualTimeouts: string): string =>
	`nf_conntrack_${knob} is ${was} s (usual: ${usualTimeouts} s): conntrack forgets connections that are idle for longer, and their next packets have no entry.`
export const nfConntrackTcpLooseIs =
	'nf_conntrack_tcp_loose is 0: packets from the middle of a connection are INVALID, and not logged'
export const connectionsFromBeforeAreNot = 'connections from before are not picked up'
export const afterARestartAFailover =
	'After a restart, a failover or a flush of the table this ends as connections are opened anew.'
export const nfConntrackTcpLoose1 =
	'nf_conntrack_tcp_loose 1 picks connections up mid-stream; conntrackd keeps the tables of two hosts in sync.'
export const packetsFromTheMiddleOf =
	'Packets from the middle of connections that this host has no entry for: nf_conntrack_tcp_loose is 0, so they are INVALID, and not logged.'
export const packetsWithoutALine = (count: string): string => `${some(count, 'packet')} without a log line`
export const latePacketsOfConnectionsThat = 'late packets of connections that are over'
export const mostlyHarmlessTheEndsHave =
	'Mostly harmless: the ends have closed already. Dropping them does not hurt open connections.'
export const rstAndFinPacketsOf =
	'RST and FIN packets of connections that neither conntrack nor a local socket knows any more.'
export const oneEndHasClosed =
	'One end has closed these connections with an RST or FIN that passed here; the other end does not know, and keeps sending.'
export const findWhatLosesTheRst =
	'Find what loses the RST or FIN beyond this host: capture it on both sides (tcpdump -ni any "tcp[tcpflags] & (tcp-rst|tcp-fin) != 0").'
export const bridgedPacketsCountTwice = 'bridged packets count twice'
export const framesOfTheBridgePassTheHooks =
	'br_netfilter sends the frames of a bridge through the hooks of IP. These packets pass the bridge more than once, so each of them is judged and counted more than once.'
export const bridgeCallIptables =
	'If nothing here has to filter bridged frames: sysctl -w net.bridge.bridge-nf-call-iptables=0 (and net.bridge.bridge-nf-call-ip6tables=0). Docker and Kubernetes set them on purpose.'
export const judgedTwice = (packets: string): string =>
	`${packets} judged again within a moment, the same segment each time`
export const throughPorts = (ports: string): string => `they came in through ports of a bridge: ${ports}`
export const framesThatComeTwice = 'frames that the network duplicates'
export const throughTwoPorts = 'the same packets came in through two ports of the bridge'
export const captureOnThePorts = 'tcpdump -eni on each port of the bridge'
export const answersOfAnEarlierConnection = 'SYN/ACKs of an earlier connection'
export const aSynAckOfBefore =
	'These SYN/ACKs acknowledge another SYN than the one that conntrack has seen last: they are late, and a client that uses its port again gets the answer of the connection before.'
export const findWhatDelaysAnswers =
	'Find what delays or repeats the answers on their path (capture on both sides of this host), and whether the client uses its ports again at once.'
export const synAcksBeyondTheirSyn = (answers: string): string =>
	`${answers} acknowledge what this SYN has not sent`
export const theirEntriesWereOpen = 'their entries ended while the connections were open'
export const noneOfThemEnds = 'none of them is a FIN or RST'
export const packetsFromTheMiddle = (packets: string, flows: string): string =>
	`${some(packets, 'packet')} of ${flows} ${packets === '1' ? 'is' : 'are'} from the middle of a connection, with no log line`
export const theyCarryData = (some: number, flows: string): string =>
	`${some} of ${flows} carry data, or retransmit the same segment`
export const repliesDroppedBefore = 'one direction is dropped here before conntrack sees it'
export const directRoutingOfIpvs = 'IPVS: its servers reply to clients directly, as direct routing does'
export const listVirtualServices = 'whether these flows go to a virtual service (ipvsadm -Ln)'
export const bridgeNfCallIs1 = (setting: string): string => `${setting} is 1`
export const noChainBefore =
	'no chain before conntrack has a rule that could, and no XDP program or tc filter is there (tcx was not looked at)'
export const whatChainsBeforeDrop = (chains: string): string =>
	`what rules, tc and XDP drop before conntrack${chains === '' ? '' : ` (${chains})`}: nft list ruleset, iptables -t raw -L -vn, tc -s filter show dev IF ingress`
export const closedByOneEnd = 'connections that one end has closed without the other knowing'
export const bothEndsSend = 'both ends still send'
export const requestsPassHere = 'they go to the service, so their first packets came here too'
export const lookedAtNoEntryNo = (counted: string): string => `${counted} looked at: no entry, no socket`

export const allFromOneSender = (address: string): string => `all of them from ${address}`
export const malformedPackets = 'malformed packets'
export const thePacketsThemselvesAreWrong =
	'The packets themselves are wrong: too short, cut off, or with headers that do not fit together.'
export const captureThemAndLookAtSender =
	'Capture some of them (C) and look at who sends them, and through which tunnel.'
export const lookForASmallMtu =
	'Look for a small MTU, fragments and tunnels on the path; a scan sends odd flags on purpose.'
export const fewTargets = (count: number): string => `only ${some(count, 'target')}`
export const howManyTargets = 'how many targets get such packets'
export const fromSources = (count: string): string => `from ${some(count, 'source')}`
export const endsOfConnectionsThatWereForgotten = 'the ends of connections that were forgotten'
export const noTcpSendsSuchFlags = 'no TCP stack sends such flags'
export const manyServicesOfOneAddress = 'many services of one address, nothing retransmitted'
export const whetherTheseTargetsHadConnections = 'whether these targets had connections from there'
export const backscatterOfAnAttack = 'backscatter of an attack on someone else'
export const answersToPacketsNobodyHere = (count: string): string =>
	`${some(count, 'flow is', 'flows are')} answers to packets that nobody here has sent: someone else sends packets with these source addresses.`
export const tellTheirAdmins =
	'The attacked hosts are the sources of these packets; their admins may want to know.'
export const synAckAndRstOnly = (synAcks: string, resets: string): string =>
	`${synAcks} SYN/ACK and ${resets} RST packets, nothing else`
export const noSocketHasAsked = 'no local socket has asked for them'
export const whetherDataFollows = 'whether data follows the answers'
export const rstOutsideTheWindow = 'an RST outside the window'
export const anRstMeetsALivingConnection =
	'An RST outside the window meets an open connection: it was forged, is late, or belongs to an earlier connection with the same ports. The connection continues.'
export const findWhoSendsTheRst =
	'Find who sends the RST: compare its TTL with that of the data (C), look for load balancers and firewalls that reset.'
export const ignoreInvalidRstOnlyWhen =
	'nf_conntrack_tcp_ignore_invalid_rst 1 lets such an RST pass: use it only where needed.'
export const rstPackets = (count: string): string =>
	`${count} RST packets, and nothing else of these flows is INVALID`
export const noDataOutsideTheWindow = 'no data or acknowledgement lies outside the window'
export const countBothDirectionsTells = 'packets of both directions, counted before conntrack (step 6)'
export const packetsThatDoNotFit = (packets: string, flows: string): string =>
	`${packets} of ${flows} do not fit what conntrack has seen`
export const noRuleDoes = (what: string): string => `no rule has ${what}`
export const noRuleForThemHas = (what: string): string => `no rule for them has ${what}`
export const bothDirectionsWereCounted = 'both directions were counted here'
export const oneDirectionIsNotTracked = 'one direction is not tracked'
export const countedBeforeConntrackToo = 'the other direction was not counted before conntrack either'
export const anotherAddressAnswers = (client: string, asked: string, answers: string): string =>
	`${client} asks ${asked}, and ${answers} answers: something translates addresses where conntrack here does not see it (a load balancer or NAT beyond this host), and the replies bypass it.`
export const leadAnswersBackThroughTheTranslator =
	'Route the answers of the server back through the host that translates the requests.'
export const orLetTheTranslatorBeTheClient =
	'Or let that host translate the source too (SNAT, masquerade), so that the server answers it.'
export const ofClientsWaitForAnother = (some: number, all: number): string =>
	`${some} of ${all} answers that were looked at go to a port that waits for the answer of another address`
export const nobodyWaitsForAnother = (looked: number): string =>
	`none of ${looked} that were looked at goes to a port that waits for the answer of another address`
export const listEntriesOfTheClient = 'conntrack -L -s CLIENT --sport PORT: whom it has asked'
export const aPortOfTwoConnections = 'a client that asks two servers from one port'
export const thisHostHasAsked = 'sockets of this host wait for these answers, so their SYN went out here'
export const listTheRawRules = 'the rules of the raw table, with notrack'
export const zonesThatDoNotMatch = 'conntrack zones that do not match'
export const listEntriesWithTheirZones = 'conntrack -L with zones, and rules that set them'
export const offloadedFlows = 'offloaded flows'
export const listFlowtables = 'flowtables, and [OFFLOAD] in conntrack -L'
export const rewrittenSequenceNumbers = 'rewritten sequence numbers'
export const theOtherDirectionNeverComes = 'the other direction is not seen at all'
export const theDistanceIsThatOfAWindow = 'the distance from the bound is that of a window'
export const compareSequenceNumbersAtBothSides =
	'sequence numbers of one connection on both sides of each box'
export const windowScaleNotSeen = 'a window scale that conntrack has not seen'
export const theDistanceIsLargerThanAnyWindow =
	'the distance from the bound is far more than what is in flight'
export const captureTheHandshake = 'the handshake of such a connection, captured here'
export const delayedDuplicates = 'delayed duplicates'
export const onlyOneDirectionReachesConntrack =
	'Only one direction of these connections reaches conntrack here: the replies take another path, or are lost before conntrack.'
export const bothDirectionsCounted = 'both directions counted before conntrack'
export const aRuleTakesOneDirection = (place: string): string =>
	`${place} keeps one direction of these connections from being tracked, so conntrack sees half of each.`
export const ruleAt = (family: string, table: string, chain: string, number: number): string =>
	`Rule ${number} of ${family} ${table} ${chain}`
export const letTheRuleTakeBothDirections =
	'Let notrack take both directions of these connections, or neither: remove the rule, or add one for the other direction.'
export const ruleSays = (text: string): string => `rule: ${text}`
export const bothDirectionsAreInDifferentZones =
	'The two directions of these connections are put into different conntrack zones, so neither entry sees the other half.'
export const giveBothDirectionsTheSameZone =
	'Give both directions the same zone (ct zone set, or CT --zone, in both).'
export const entriesInZones = (zones: string): string => `entries in zones ${zones}`
export const somethingOnTheWayRewrites =
	'Something on the path rewrites sequence numbers in one direction only, or on one side of this host: both directions pass, and the numbers do not fit each other.'
export const findTheBoxThatRewrites =
	'Find the box that rewrites sequence numbers (a firewall with sequence randomisation, a proxy, a load balancer) and switch that off, or let both directions pass on the same side of it.'
export const bytesFromTheBound = (bytes: string): string => `up to ${some(bytes, 'byte')} beyond the bound`
export const conntrackComputesASmallerWindow =
	'Conntrack computes a smaller window than the ends use: the window scale option of the handshake was not seen, or was changed on the path.'
export const theFlowsComeBackFromAFlowtable =
	'These flows were forwarded past conntrack by a flowtable; what returns to conntrack meets an outdated window.'
export const keepSuchFlowsOutOfTheFlowtable = 'Keep such flows out of the flowtable, or use a newer kernel.'
export const entriesAreOffloaded = (count: number): string => `${count} of the entries are offloaded now`
export const theFinNeverLeaves = 'packets that never leave this host'
export const doNotDropInvalidInOutput = (place: string): string =>
	`Do not drop INVALID in OUTPUT: ${place} keeps these packets from leaving.`
export const socketsWaitForTheirFin = (sockets: string): string =>
	`${sockets} of this host waiting for the answer to a FIN`
export const ruleDropsWhatThisHostSends = (place: string): string => `${place} drops what this host sends`
export const noEntry = 'none of these connections has an entry'
export const socketsStillHaveThem = (count: string): string => `a local socket still has ${count}`
export const theSameSegmentsComeAgain = (count: string): string =>
	`${some(count, 'segment was', 'segments were')} retransmitted, so someone waits for an answer`
export const whetherSegmentsComeAgain =
	'whether the same segments come again, and whether sockets still have the connection'
export const entriesAreFlushed = 'the table is flushed'
export const entriesAreDeleted = 'entries are deleted'
export const byWhom = (program: string, portId: number, more: number): string => {
	const port = more === 0 ? `netlink port ${portId}` : `netlink ports ${portId} and ${more} more`
	return program === '' ? `a program with ${port}` : `${program} (${port})`
}
export const somebodyFlushesTheTable = (entries: string, who: string): string =>
	`${who} has flushed the table, or much of it, while connections were alive: ${some(entries, 'entry', 'entries')} deleted, many of them at the same moment.`
export const somebodyDeletesEntries = (entries: string, who: string): string =>
	`${who} deletes entries of live connections: ${entries} of those that these packets belong to.`
export const somebodyDeletesMeanwhile = (entries: string, who: string): string =>
	`${who} deletes entries of live connections meanwhile: ${entries}. What such a connection sends next is INVALID here, without a log line.`
export const stopWhoDeletes = (who: string): string =>
	`Stop ${who} from deleting entries of live connections.`
export const entriesDeletedBy = (entries: string, who: string): string =>
	`conntrack reported ${some(entries, 'entry', 'entries')} deleted by ${who}`
export const entriesThatTimeOut = 'entries that time out'
export const conntrackToldWhoDeleted = 'conntrack reported a program that has deleted them'
export const entriesEndedByTheirTimeout = (entries: string): string =>
	`${some(entries, 'entry', 'entries')} of these connections ended by their timeout while the ends still had the connection.`
export const endedWithoutAProgram = (entries: string): string =>
	`${some(entries, 'entry', 'entries')} ended while open, and no program deleted them`
export const entriesEndedSo = (entries: string, how: string): string =>
	`${entries} of these connections ended while open: ${how}`
export const somebodyStillWaitsForAnswers = (again: string): string =>
	`These connections have no entry, and their ends still wait: ${some(again, 'segment was', 'segments were')} retransmitted. How the entries ended is not known.`
export const nothingCameAgain = (packets: string): string =>
	`${some(packets, 'packet')}, none of them retransmitted`
export const fewPorts = 'they belong to few services'
export const synproxyByDesign = 'synproxy, where INVALID is wanted'
export const synproxyAnswersWithInvalid =
	'A synproxy rule answers handshakes on behalf of the server; the ACKs it waits for are INVALID on purpose.'
export const nothingIsBrokenSynproxy =
	'Nothing is broken. Leave nf_conntrack_tcp_loose at 0: 1 breaks every connection of such a host.'
export const noEntryWasDeleted = 'no program has deleted an entry meanwhile'
export const theirEndsWereTold = (told: string, flows: string): string =>
	`the ends of ${told} of ${flows} were reported, and no program caused them`
export const theyStayWithALongerTimeout = 'with the longer timeout the packets were valid'
export const whoDeletesTells =
	'conntrack -E -e DESTROY -o timestamp,userspace, started before the connections; kernel probes show all'
export const somebodyWaits = 'someone waits for an answer, or the entry was seen to end while it was open'
export const strangersOrForgotten =
	'packets of hosts that never had a connection, or of connections that were forgotten before'
export const anAddressWent = 'masquerading, which forgets connections when an address or interface goes away'
export const connectionsOfIpvs = 'IPVS, which ends entries with its own connections, by its own timeouts'
export const listTimeoutsOfIpvs =
	'ipvsadm -L --timeout, and whether these flows go to a virtual service (ipvsadm -Ln)'
export const theirTimeoutWasTold = 'a kernel probe saw them time out'
export const entriesOfAnotherZone = 'entries of another zone, between the same addresses and ports'
export const otherEndsOfTheSameService = 'connections of the same service whose entries have ended otherwise'
export const endsWereTold = (told: string, flows: string): string =>
	`the ends of ${told} of ${flows} were reported`
export const noneEndedByItself = 'no entry of an open TCP connection has ended by itself meanwhile'
export const theKernelEndedThem = (some: string, flows: string): string =>
	`The kernel itself has ended the entries of ${some} of ${flows} while their connections were open.`
export const seeWhyTheKernelEndsThem =
	'See why the kernel ends them: their timeout, an address or interface that goes away (ip monitor address link), a table without room (conntrack -S), a namespace that ends.'
export const ipMonitor = 'ip monitor address link'
export const packetsOfStrangers = 'late or stray packets, for which nobody waits for an answer'
export const packetsThatLeaveUntranslated = 'packets that leave without translation'
export const theServerAnswersUnderItsOwnAddress = (source: string | undefined): string =>
	`The entries of these translated connections are gone: ${source ?? 'the server'} answers under its own address, which the client does not know, and the client's packets end at this host, which resets them.`
export const dropInvalidInInputAndForward =
	'Until then drop INVALID in INPUT and in FORWARD: if they are dropped in FORWARD alone, clients still get the RST of this host.'
export const ofFlowsAreOfADnatRule = (flows: string): string =>
	`${flows} of what a DNAT rule translates, without an entry`
export const thisHostAnswersWithRst = (packets: string): string =>
	`this host has answered with RST: ${packets}`
export const entriesWithoutTranslation =
	'connections that NAT leaves alone, by an earlier rule or another condition'
export const theirEntriesWereTranslated = 'their entries were translated, as reported when they ended'
export const icmpErrorsAboutUnknownConnections = 'ICMP errors about unknown connections'
export const wereIcmpErrors = (some: string, all: string): string =>
	`${some} of ${all} not logged were ICMP errors, examined one by one`
export const wereEchoReplies = (some: string, all: string): string =>
	`${some} of ${all} not logged were echo replies or other ICMP that is not an error, examined one by one`
export const packetsNobodyLookedAt = 'packets that nobody has looked at'
export const enoughWereLookedAt = (all: string): string =>
	`${some(all, 'packet was', 'packets were')} looked at, as they came`
export const entriesThatWereEvicted = 'entries that were evicted'
export const thereIsRoom = 'the table has room, and early_drop did not move'
export const earlyDropTells = 'conntrack -S, whether early_drop moves'
export const connectionsThatAProgramHasEnded = 'connections whose entries a program has deleted'
export const requestsWhoseEntryHasEnded = 'requests whose entry has ended early'
export const noEntryBetweenThemHasEnded = 'no entry of ICMP between these addresses has ended meanwhile'
export const NOTRACK_OR_ZONE = 'notrack or zone'
export const requestsThatAreNotTracked = 'requests that are not tracked, or in another zone'
export const noRuleTakesThemOut = 'no rule exempts ICMP from tracking, or puts it into a zone'
export const packetsOfAnotherKind = 'packets of another kind, which nobody has looked at'
export const tapInvalid = "'ctscope tap --state invalid' shows them"
export const icmpErrorsQuoteConnections = 'ICMP errors quote connections that conntrack does not know.'
export const saidTooBig = (count: string): string => `${count} of them say that a packet is too big`
export const errorsThatPacketsAreTooBig =
	'ICMP errors say that packets are too big, and quote connections that conntrack does not know. Where they are dropped as INVALID, the sender never learns it, and its long packets get stuck.'
export const letTooBigPass =
	'Accept them before the rule that drops INVALID: icmp type destination-unreachable code frag-needed, icmpv6 type packet-too-big.'
export const findWhyTheirConnectionIsUnknown =
	'See why conntrack does not know the connections that they quote: notrack, another route, a lost entry.'
export const oftenNothingIsToBeDone =
	'Often there is nothing to do: spoofed traffic, or pings that take another path.'
export const captureIcmp = 'tcpdump -ni any icmp or icmp6 shows who sends them, and what they quote.'
export const echoRepliesNobodyAskedFor = 'unsolicited echo replies'
export const echoRepliesComeWithoutARequest =
	'Echo replies come, and conntrack has seen no request: it was sent by someone else, or took another path.'
export const toAddresses = (count: string): string => `to ${some(count, 'address', 'addresses')}`
export const answersWithoutTheirSyn = (count: string): string =>
	`${count} SYN/ACK packets, and their SYN was not seen here`
export const entriesEndedClosed = (count: string): string =>
	`${count} of their entries ended after a FIN or an RST`
export const anotherTimeout =
	'another timeout: of data that is not acknowledged, of a closed window, behind an RST, of a ct timeout policy'
export const itIsTheShortest = 'no timeout of unacknowledged or retransmitted data is shorter'
export const howLongTheyRested = 'how long the connections had rested: a trial of this setting on Steps'
export const theyAreForThisHost = 'they are for this host, which has sent no request'
export const itsFlowsAreKnownHere = 'this network namespace knows most of these flows'
export const linesOfOtherNamespaces = 'lines of other network namespaces'
export const takeNflogInstead = 'NFLOG (--source nflog), which has those of this one alone'
export const whatStands = (knob: string, trial: string): string => `${knob}: ${trial}`
export const FLOW_ADD = 'flow add'
export const packetsWithoutTheirEntry = (packets: string): string => `${packets} whose entry is gone`
export const aHelperDropsPackets = 'packets that a helper drops'
export const aHelperOfConntrackRefuses =
	'A helper of conntrack (FTP, SIP ...) drops packets whose content it does not understand. They are not INVALID, but they are lost all the same.'
export const detachTheHelper =
	'Detach the helper from these flows (ct helper, CT --helper), or find what the peer sends that it does not know.'
export const linesOfReason = (lines: string, reason: string): string => `${lines} "${reason}"`
export const packetsPassWithLoose = 'they pass as soon as connections are picked up'
export const readTcpLoose = 'sysctl net.netfilter.nf_conntrack_tcp_loose'
export const listRules = 'nft list ruleset'

// investigation/causes/table-causes.ts
export const theTableIsFull = 'the conntrack table is full'
export const nothingIsEvicted = 'entries evicted for new ones: early_drop does not move'
export const noClashes = 'clashes of identical entries: insert_failed does not move'
export const entriesAreEvicted = 'entries are evicted for new ones'
export const entriesAreEvictedSoPackets =
	'The table is full, and the kernel evicts entries that are not ASSURED to make room for new ones. A late answer to a connection that lost its entry is INVALID.'
export const conntrackDoesNotWorkHere = 'conntrack does not track here'
export const addARuleThatNeedsIt =
	'If it should track: add a rule that matches on ct state, such as nft ... ct state invalid counter. Without one the kernel does not track, since Linux 4.10.'
export const lookInTheOtherNamespace =
	'If there is a real problem, it is in another network namespace or on another host: list the namespaces, and look there.'
export const noPacketIsTracked =
	'No rule of this network namespace needs conntrack, so the kernel does not track here: no packet can be INVALID, and no rule can see a state.'
export const notAQuietHost = 'a quiet host: packets pass'
export const roomIsMissingNow = 'new connections are dropped now'
export const entriesAreEvictedNow = 'entries are evicted now'
export const countIsAtTheLimit = 'the number of entries is at its limit'
export const nothingMovedForAMinute = 'no counter and no entry of conntrack has moved meanwhile'
export const whatTracksWithoutARule = 'something that tracks without a rule: Open vSwitch, tc, IPVS'
export const noEntryAtAll = 'there is no entry at all'
export const lookForOvsAndTc = 'lsmod (openvswitch, act_ct, ip_vs), and whether new connections make entries'
export const evictionTitle = 'entries that are evicted'
export const entriesThatClash = 'new connections are dropped: their entry clashes with another'
export const packetsWereDroppedAsEntriesClash = (count: string, seconds: string): string =>
	`${some(count, 'packet that began a connection was', 'packets that began a connection were')} dropped in ${seconds} s: another entry has the same addresses and ports. That is not INVALID.`
export const insertFailedMoved = (count: string): string =>
	`insert_failed moved by ${count}, and drop with it`
export const insertFailedMovesNow = 'insert_failed moves now'
export const giveNatMorePorts =
	'Where NAT has a range of ports, or one address for very many clients, give it more of them.'
export const askOneAfterTheOther =
	'Where resolvers ask twice from one port at once, let them ask one after the other (options single-request-reopen), or put a cache beside them.'
export const natWithoutAFreePort = 'NAT that has no free port'
export const countPortsOfNat = 'conntrack -L: how many entries one address and port range of NAT has'
export const theSameConnectionTwiceAtOnce = 'two packets of one connection at once, as resolvers send them'
export const captureWhatIsSentTwice =
	'a capture of first packets: the same addresses and ports within a millisecond'
export const clashesTitle = 'clashes of entries'
export const aLimitJustReached = 'a table that is at its limit, but has refused no connection'
export const someWereDropped = 'drop has moved since watching began'
export const aQuietHost = 'a quiet host'
export const lookAgainWhileTrafficFlows = 'the counters while traffic flows'
export const watchTheCounters = 'conntrack -S, again and again'

export const theCloudDropsPackets = 'the cloud drops packets over its limit of tracked connections'
export const packetsOverTheAllowance = (count: string, seconds: string, card: string): string =>
	`The network of the cloud tracks connections itself, and has dropped ${some(count, 'packet')} of ${card} in ${seconds} s over the limit of this instance. This host never sees them.`
export const allowanceMoved = (card: string, count: string): string =>
	`conntrack_allowance_exceeded of ${card} moved by ${count} (ethtool -S)`
export const takeALargerInstance =
	'Take an instance with a higher limit, or spread the connections over more of them.'
export const trackFewerConnections =
	'Let the security groups of the cloud allow this traffic in both directions from and to any address: such flows are not tracked there.'
export const reversePathDropsPackets = 'the reverse path filter drops packets'
export const theReversePathFilterDrops = (count: string, seconds: string): string =>
	`The reverse path filter (rp_filter) dropped ${some(count, 'packet')} in ${seconds} s: this host would answer the sender by another interface. That is not INVALID.`
export const routeTheirSourcesBack =
	'Route the networks of these senders back by the interface that their packets come in by.'
export const setTheReversePathFilterLoose =
	'Or set net.ipv4.conf.INTERFACE.rp_filter and that of all to 2 (loose): any route to the sender is enough.'
export const reversePathCounterMoved = (count: string): string =>
	`IPReversePathFilter of /proc/net/netstat moved by ${count}`
export const reversePathIsOn = (names: string): string => `rp_filter is on: ${names}`
export const forgedAddresses = 'packets of forged addresses, for which the filter is there'
export const logMartians = 'net.ipv4.conf.all.log_martians 1 names their sources in the kernel log'
