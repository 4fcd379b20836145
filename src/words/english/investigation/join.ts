// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// investigation/join/acting-rules.ts
export const rule = (family: string, table: string, chain: string, part: number): string =>
	`${family} ${table} ${chain} rule ${part}`

// investigation/join/join.ts
export const theRules = 'the rules'
export const rulesThatNameNoState = 'rules and policies that do not match INVALID'
export const someRulesUnread = 'rules that could not be read'
export const rulesThatTranslate = 'all rules that translate addresses'
export const otherNetworkNamespaces = 'other network namespaces'
export const theConnectionTableCouldNot =
	'The connection table could not be read, so ctscope says nothing about this flow.'
export const theErrorIsAbout = (flow: string): string =>
	`The ICMP error quotes a packet ${flow}: conntrack judges the error by that connection.`
export const entriesWithoutPorts = (length: number): string =>
	`Without both ports this is not one connection: ${length === 1 ? '1 entry fits' : `${some(length, 'entry fits', 'entries fit')}`} what was given.`
export const entriesWithoutAnId = (length: number): string =>
	`ICMP tells its requests apart by an id, and none was given: ${length === 1 ? '1 entry is' : `${some(length, 'entry is', 'entries are')}`} between these addresses. A packet line has the id.`

// investigation/join/view.ts
export const andMore = (length: number): string => ` and ${length} more`
export const pid = (name: string, pid: number, part: string): string => ` (${name}, pid ${pid}${part})`

// investigation/join/with-entry.ts
export const entryAndSocketAreOut = (state: string, stateOf: string): string =>
	`Entry and socket disagree: conntrack says ${state}, the socket ${stateOf}.`
export const dropsInvalid = (place: string): string => `${place} drops INVALID packets of it.`
export const mayDropInvalid = (place: string): string =>
	`${place} drops INVALID packets of it, if they reach that rule (its other conditions and the rules before it were not compared).`
export const theConnectionIsKnown = (state: string, flow: string, direction: string): string =>
	`The connection is known${state === '' ? '' : `, in ${state}`}: conntrack has seen both directions, and ${flow} is its ${direction} direction.`
export const itsOriginalDirection = 'original'
export const itsReplyDirection = 'reply'
export const packetsOneWayTheOther = (packets: number, packets2: number): string =>
	` (${some(packets, 'packet')} in its original direction, ${packets2} back)`
export const oneDirectionSeen = (flow: string, counts: string): string =>
	`The connection is known, but conntrack has seen only one direction of it, ${flow}${counts}.`
export const takesTheOtherOut = (place: string, part: string): string =>
	`${place} exempts the other direction from tracking${part}: it may well pass here.`
export const theLineIsOfTheOther =
	'The packet of the line is one of the other direction: it does pass here, and conntrack did not take it for an answer.'
export const theOtherWayIsNotKnown =
	'Packets of the other direction have not come, pass elsewhere, or were not taken for answers; the entry does not show which.'
export const isAwaitedInAZone = (zone: number): string =>
	`The entry takes the other direction in zone ${zone} only (0 is that of packets without one): a packet of any other zone does not belong to it.`
export const itHadNoEntryThen =
	'A packet of it had no entry when it came: this one was made since, by another packet.'
export const itHadNoEntryInZone = (zone: number): string =>
	`A packet of it had no entry when it came: this one was made since, or that packet was not in zone ${zone}.`
export const invalidForWhatIsInIt = (title: string): string =>
	`A packet of it was INVALID for what is in it (${title}), not because no entry existed.`
export const theEntryTranslates = (there: string, beyond: string): string =>
	`The entry translates addresses (NAT): ${there} is ${beyond} behind it.`
export const unlessARuleDropsIt = 'unless a rule drops it'
export const anInvalidPacketIsNot = (what: string): string =>
	`An INVALID packet is not translated, and goes on with its own addresses: ${what}`
export const severalEntriesOneZone = (length: number): string =>
	`${some(length, 'entry has', 'entries have')} this flow, before NAT or behind it: which of them a packet meets depends on where it comes from.`
export const severalZones = (length: number, zones: string): string =>
	`${some(length, 'entry has', 'entries have')} this flow, in the zones ${zones}: each zone knows only its own, and a packet meets the one of the zone that it is given.`
export const onlyInOtherZones = (zone: number, others: string): string =>
	`Zone ${zone} has no entry of this flow; there is one in zone ${others}, which a packet of zone ${zone} does not meet.`
export const eachZoneKnowsOneDirection = (original: number, reply: number): string =>
	`Zone ${original} has seen only this direction, zone ${reply} only the other: both pass here, and no zone knows both.`

// investigation/join/without-entry.ts
export const takesItOut = (place: string, part = ''): string =>
	`${place} exempts it from tracking (notrack)${part}: it has no entry because of that, and its packets are UNTRACKED, not INVALID.`
export const nobodyAsksForAState =
	'No rule here matches on a connection state or translates, so conntrack may not look at these packets at all.'
export const thereIsNoEntry = 'There is no entry.'
export const overTheSocketWaits =
	'The connection is over: the local socket is in TIME_WAIT, and only answers late packets of it.'
export const noRequestIsKnown =
	'There is no entry, so no request is known that this would answer: such an ICMP packet is INVALID.'
export const icmpWithoutAnEntry =
	'There is no entry: a request makes one; an answer, or an error about a connection that is not known, is INVALID without one.'
export const icmpIsNeverTracked =
	'Packets of this type (neighbour discovery, multicast listeners) are never tracked: they have no entry, and are UNTRACKED, not INVALID.'
export const onlyWhatBeginsMakesOne = (protocol: string): string =>
	`There is no entry: only a packet that begins a connection of ${protocol} makes one, the others are INVALID.`
export const neverInvalidForWantOf = (protocol: string): string =>
	`There is no entry: the next packet makes one. No packet of ${protocol} is INVALID because it has no entry.`
export const localSocketStillIn = (stateOf: string, ownerText: string): string =>
	`Local socket still in ${stateOf}${ownerText}, no entry`
export const itsFins = 'its FINs'
export const itsSynAcks = 'its SYN/ACKs'
export const itsPackets = 'its packets'
export const itsDataMakesOne =
	'Data queued before the FIN makes an entry when it is sent (nf_conntrack_tcp_loose is not 0).'
export const aSynMakesOne = (stateOf: string, ownerText: string): string =>
	`The local socket is in ${stateOf}${ownerText}, and there is no entry: a SYN makes one, unless it is lost before it leaves or is not tracked.`
export const itWaitsForAFin = (head: string): string =>
	`${head}: it sends nothing by itself, and waits for a FIN, which is INVALID without an entry.`
export const andNothingIsPickedUp = (head: string): string =>
	`${head}, and nf_conntrack_tcp_loose is 0, so that all of it is INVALID`
export const isPickedUp = (head: string): string =>
	`${head}: data or an ACK makes one, only a FIN or an RST is INVALID without it.`
export const whetherLooseWasNot =
	'That holds unless nf_conntrack_tcp_loose is 0, which could not be read: then all packets are INVALID.'
export const dropsInvalidNeverLeave = (head: string, place: string, what: string): string =>
	`${head}, ${place} drops INVALID: ${what} never leave.`
export const mayNeverLeave = (head: string, place: string, what: string): string =>
	`${head}, ${place} drops INVALID: ${what} never leave, if they reach that rule (its other conditions and the rules before it were not compared).`
export const sendsInvalidElsewhere = (head: string, place: string, action: string, what: string): string =>
	`${head}, ${place} passes INVALID on (${action}): whether ${what} leave this host was not followed.`
export const noRuleDropsInvalidOn = (head: string, what: string): string =>
	`${head}; no rule that matches INVALID drops ${what} on the way out.`
export const rulesNotRead = (head: string, what: string): string =>
	`${head}; whether a rule drops ${what} was not read.`
export const allThatComes = 'all that the other side sends'
export const itsFinsAndRsts = 'a FIN or an RST of the other side'
export const theLocalSocketIsIn = (stateOf: string, ownerText: string, what: string): string =>
	`The local socket is in ${stateOf}${ownerText}, and there is no entry: ${what} is INVALID`
export const andDropsItSoThe = (place: string): string => `, and ${place} drops it, so the connection hangs`
export const noEndIsHere =
	'Neither end is here, and there is no entry: the connection is over or was forgotten, its first packets took another path, or it does not pass here.'
export const thereIsNoEntryWhether =
	'There is no entry; whether a local socket still has the connection was not seen.'
export const aSocketListensThereBut = (ownerText: string): string =>
	`A socket listens there${ownerText}, but none has exactly these addresses and ports, and there is no entry: what comes belongs to a connection that is over here, or to none (a scan).`
export const thereIsNeitherAnEntry =
	'There is neither an entry nor a local socket with exactly these addresses and ports: the connection is over on this host, or there was none.'
export const thisHostAnswersWithAnRst =
	'Unless another rule drops it, this host answers such a packet (an RST excepted) with an RST, and the other side sees "connection reset".'
export const unlessItIsDroppedBy = (place: string): string => `unless ${place} drops it`
export const translates = 'translates'
export const mayTranslate = 'may translate'
export const itsSourceStays = (
	place: string,
	word: string,
	does: string,
	source: string,
	drops: string,
): string =>
	`${place} (${word}) ${does} its source, but not of an INVALID packet: such a one leaves with ${source}, ${drops}.`
export const anAnswerStays = (
	place: string,
	word: string,
	does: string,
	source: string,
	drops: string,
): string =>
	`${place} (${word}) ${does} what others send to ${source}: an answer without an entry keeps that address, ${drops}, and the other side does not know it.`
export const itsDestinationStays = (place: string, word: string, does: string, destination: string): string =>
	`${place} (${word}) ${does} its destination, but not of an INVALID packet: such a one stays with ${destination}.`

// investigation/join/join-evidence.ts
export const itsConditionsWereNot = ', if it reaches that rule'
export const inNetns = (name: string): string => ` (network namespace ${name})`
export const lineSeen = (title: string): string => `line: ${title}`
export const entryNoneInEitherDirection = 'entry: none, in either direction, in any zone'
export const entryNoneInZone = (zone: number): string => `entry: none in zone ${zone}, in either direction`
export const entryNoneBetweenThem = 'entry: none between these addresses, in any zone'
export const socketNone = 'socket: none with exactly these addresses and ports here'
export const waitsThere = (stateOf: string, end: string, ownerText: string): string =>
	`socket: ${stateOf} on ${end}${ownerText}, accepts from anyone`
export const packetsOf = (packets: number): string => ` (${some(packets, 'packet')})`
export const timeoutS = (timeout: number): string => `timeout ${timeout} s`
export const zone = (zone: number): string => `zone ${zone}`
export const zones = (original: number, reply: number): string => `zone ${original} (reply: zone ${reply})`
export const noNat = 'no NAT'
export const reply = (tuple: string): string => `, reply ${tuple}`
export const entryOriginal = (filter: string, tuple: string, part: string): string =>
	`entry: ${filter}, original ${tuple}${part}`
export const bytesToSend = (sendQueue: number): string => `, ${some(sendQueue, 'byte')} to send`
export const timer = (timer: string): string => `, timer ${timer}`
export const noProcessHasItAny = ', no process has it any more'
export const socket = (
	end: string,
	stateOf: string,
	ownerText: string,
	part: string,
	part2: string,
	part3: string,
): string => `socket${end}: ${stateOf}${ownerText}${part}${part2}${part3}`
export const ruleForInvalid = (place: string, action: string, part: string): string =>
	`rule for INVALID: ${place} (${action})${part}`
export const ruleThatShapes = (place: string, word: string, part: string): string =>
	`rule: ${place} (${word})${part}`

// investigation/join/rule-rows.ts
export const bothIptablesLegacyAndNf =
	'both iptables-legacy and nf_tables have rules here: a packet passes the chains of both, and each tool shows its own only'
export const noRuleHereMatchesInvalid =
	'no rule here matches INVALID: such packets are counted, and pass or fall like any other'
export const oneRuleAsks = 'one rule matches'
export const rulesAsk = (length: number): string => `${some(length, 'rule matches', 'rules match')}`
export const forTheStateBeforeConntrack = (part: string): string =>
	`${part} on ct state before conntrack has seen the packet (priority below -200): INVALID never matches there`
export const oneLine = '1 line'
export const lines = (length: number): string => `${some(length, 'line')}`
export const ofTheRulesCouldNot = (part: string, unread: string): string =>
	`${part} of the rules could not be read, such as: ${unread}. nft -a list ruleset, iptables-save -c and ip6tables-save -c print all rules in full`
export const noneOfThoseRead = 'no rule that could be read matches INVALID, but not all of them could be read'
export const noneOfThoseUnderstood = (rules: string, isOne: boolean): string =>
	`no rule that was understood matches INVALID, but ${rules} ${isOne ? 'was' : 'were'} not understood and may`
export const statesNotShown = (rules: string, isOne: boolean, places: string, command: string): string =>
	`${rules} ${isOne ? 'matches' : 'match'} on connection states that are not shown here (${places}). This shows them: ${command}`
export const fileNotRead = (name: string): string =>
	`the file ${name} is included and was not read. nft -a list ruleset shows what is loaded`
export const tableOnlyByNft = (name: string): string =>
	`the table ${name} was left out by iptables-save. nft -a list ruleset shows it`
export const onlyADiff =
	'this is a diff, read as it is after the change: rules outside of its lines are not in it'
export const endsTooEarly = (name: string): string =>
	`the output of ${name} ends too early: the rest is missing`
export const reachedFrom = (paths: string, ways: string): string => `reached from ${paths} (${ways})`
export const waysInAll = (ways: string): string => `${some(ways, 'way')}`
export const atLeastWays = (ways: string): string => `at least ${some(ways, 'way')}`
export const about = (number: string): string => `about ${number}`
