// Sentences for people, by the file that says them.

// investigation/join/acting-rules.ts
export const rule = (family: string, table: string, chain: string, part: number): string =>
	`${family} ${table} ${chain} rule ${part}`

// investigation/join/join.ts
export const theRules = 'the rules'
export const otherZonesAndOtherNetwork = 'other zones and other network namespaces'
export const theConnectionTableCouldNot =
	'The connection table could not be asked, so nothing is said of this flow.'
export const andDropsItSoThe = (place: string): string => `, and ${place} drops it, so the connection hangs`
export const theLocalSocketIsIn = (stateOf: string, ownerText: string, part: string): string =>
	`The local socket is in ${stateOf}${ownerText}, and its entry is gone: conntrack takes what the other side sends for INVALID${part}.`
export const aSocketListensThereBut = (ownerText: string): string =>
	`A socket listens there${ownerText}, but there is neither a connection nor an entry: the packet belongs to one that is over here, or to none (a scan).`
export const thePacketPassesThroughAnd = (unNated: string): string =>
	`The packet passes through, and there is no entry: the connection is over or was forgotten, or its first packets went another way.${unNated}`
export const thereIsNoEntryWhether =
	'There is no entry; whether a local socket still has the connection was not seen.'
export const thereIsNeitherAnEntry = (unNated: string): string =>
	`There is neither an entry nor a local socket: the connection is over on this host, or there was none. What comes late of it is INVALID.${unNated}`
export const itsFins = 'its FINs'
export const itsPackets = 'its packets'
export const localSocketStillInEntry = (stateOf: string, ownerText: string): string =>
	`local socket still in ${stateOf}${ownerText}, entry gone`
export const dropsInvalidNeverLeave = (capital: string, place: string, what: string): string =>
	`${capital}, ${place} drops INVALID: ${what} never leave.`
export const theyAreNotTranslatedBy =
	' They are not translated by NAT, so beyond a NAT router they have a private source.'
export const noRuleDropsInvalidOn = (capital: string, what: string, nat: string): string =>
	`${capital}, no rule drops INVALID on the way out: ${what} leave all the same.${nat}`
export const ofItsOriginalDirection = 'of its original direction'
export const ofItsReplyDirection = 'of its reply direction'
export const packetsOneWayTheOther = (packets: number, packets2: number): string =>
	` (${packets} packets one way, ${packets2} the other)`
export const onlyOneDirectionSeenThe = (seen: string): string =>
	`Only one direction seen${seen}: the entry has no reply, so its windows are stale. The other way goes past this host, or nobody answers.`
export const theEntryIsThereAnd = (part: string, way: string): string =>
	`The entry is there${part}, and the packet is ${way}: it is INVALID for what is in it, not because no entry exists.`
export const entryAndSocketAreOut = (state: string, stateOf: string): string =>
	`Entry and socket are out of step: conntrack says ${state}, the socket ${stateOf}.`
export const ifNoRuleDropsIt = 'if no rule drops it, it leaves with its own addresses'
export const dropsIt = (place: string): string => `${place} drops it`
export const theEntryTranslatesAddressesNat = (part: string): string =>
	`The entry translates addresses (NAT), and an INVALID packet is not translated: ${part}.`
export const dropsIt2 = (capital: string): string => `${capital} drops it.`
export const itsSourceIsPrivateAnd =
	' Its source is private, and an INVALID packet is not translated: it left without NAT, with a private source, unless somebody else drops it.'
export const dropsItElseItWould = (capital: string): string =>
	` ${capital} drops it, else it would leave without NAT, with a private source.`
export const andMore = (length: number): string => ` and ${length} more`
export const pid = (name: string, pid: number, part: string): string => ` (${name}, pid ${pid}${part})`
export const noNat = 'no NAT'
export const timeoutS = (timeout: number): string => `timeout ${timeout} s`
export const reply = (tuple: string): string => `, reply ${tuple}`
export const entryOriginal = (filter: string, tuple: string, part: string): string =>
	`entry: ${filter}, original ${tuple}${part}`
export const entryNoneInEitherDirection = 'entry: none, in either direction'
export const socketNoneOnThisHost = 'socket: none on this host'
export const bytesToSend = (sendQueue: number): string => `, ${sendQueue} bytes to send`
export const timer = (timer: string): string => `, timer ${timer}`
export const noProcessHasItAny = ', no process has it any more'
export const socket = (
	stateOf: string,
	ownerText: string,
	part: string,
	part2: string,
	part3: string,
): string => `socket: ${stateOf}${ownerText}${part}${part2}${part3}`
export const rule2 = (place: string, action: string): string => `rule: ${place} (${action})`

// investigation/join/rule-rows.ts
export const bothIptablesLegacyAndNf =
	'both iptables-legacy and nf_tables have rules here: a packet passes the chains of both, and each tool shows its own only'
export const noRuleHereMatchesInvalid =
	'no rule here matches INVALID: such packets are counted, and pass or fall like any other'
export const oneRuleAsks = 'one rule asks'
export const rulesAsk = (length: number): string => `${length} rules ask`
export const forTheStateBeforeConntrack = (part: string): string =>
	`${part} for the state before conntrack has looked at the packet (priority below -200): it never matches INVALID there`
export const n20OrMoreLines = '20 or more lines'
export const lines = (length: number): string => `${length} lines`
export const ofTheRulesCouldNot = (part: string, unread: undefined | string): string =>
	`${part} of the rules could not be read, such as: ${unread}`

// investigation/join/traced.ts
export const ipProtocol = 'ip protocol'
export const ipSaddr = 'ip saddr'
export const tcpSport = 'tcp sport'
export const udpSport = 'udp sport'
export const sctpSport = 'sctp sport'
export const ipDaddr = 'ip daddr'
export const tcpDport = 'tcp dport'
export const udpDport = 'udp dport'
export const sctpDport = 'sctp dport'
export const tcpFlags = 'tcp flags'
export const ipId = 'ip id'
export const noChainOfNftablesStood = 'no chain of nftables stood in its way'
export const nothingDecidedWhileItWas = 'nothing decided while it was watched'
export const byThePolicyOf = (word: string, chain: string, whose: string): string =>
	`${word} by the policy of ${chain}${whose}`
export const byRuleOf = (word: string, part: number, chain: string, whose: string, text: string): string =>
	`${word} by rule ${part} of ${chain}${whose}: ${text}`
export const handle = (handle: number): string => ` handle ${handle}`
export const by = (word: string, chain: string, part: string, whose: string, text: string): string =>
	`${word} by ${chain}${part}${whose}: ${text}`
