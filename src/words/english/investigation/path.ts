// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// investigation/path/packet-words.ts
export const ipProtocol = 'ip protocol'
export const ip6Nexthdr = 'ip6 nexthdr'
export const icmpv6AsNft = 'ipv6-icmp'
export const ipSaddr = 'ip saddr'
export const ip6Saddr = 'ip6 saddr'
export const etherSaddr = 'ether saddr'
export const tcpSport = 'tcp sport'
export const udpSport = 'udp sport'
export const sctpSport = 'sctp sport'
export const ipDaddr = 'ip daddr'
export const ip6Daddr = 'ip6 daddr'
export const etherDaddr = 'ether daddr'
export const tcpDport = 'tcp dport'
export const udpDport = 'udp dport'
export const sctpDport = 'sctp dport'
export const icmpType = 'icmp type'
export const icmpCode = 'icmp code'
export const icmpv6Type = 'icmpv6 type'
export const icmpv6Code = 'icmpv6 code'
export const tcpFlags = 'tcp flags'
export const ipLength = 'ip length'
export const ipTtl = 'ip ttl'
export const ip6Hoplimit = 'ip6 hoplimit'
export const ipId = 'ip id'
export const cameInBy = (device: string): string => `in ${device}`
export const goesOutBy = (device: string): string => `out ${device}`
export const bytes = (bytes: string): string => some(bytes, 'byte')
export const ttl = (hops: string): string => `TTL ${hops}`
export const id = (id: string): string => `IP id ${id}`

// investigation/path/decision.ts
export const noChainOfNftablesStood = 'no chain of nftables was in its path'
export const nothingWasToldOfIt = 'not known: no trace event after the rule that marked it'
export const nothingMoreAfter = (place: string): string => `not known: no trace event after ${place}`
export const lastSeenAt = (place: string): string =>
	`last seen in ${place}: TRACE lines do not show what its rule did; iptables-save of that host does`
export const comingInto = (chain: string): string => `it entered ${chain}`
export const byThePolicyOf = (word: string, chain: string, whose: string): string =>
	`${word} by the policy of ${chain}${whose}`
export const byRuleOf = (word: string, rule: string, chain: string, whose: string, text: string): string =>
	`${word} by ${rule} of ${chain}${whose}${text === '' ? '' : `: ${text}`}`
export const by = (word: string, chain: string, whose: string, text: string): string =>
	`${word} by ${chain}${whose}${text === '' ? '' : `: ${text}`}`
export const ruleNumber = (number: number): string => `rule ${number}`
export const ruleHandle = (handle: number): string => `rule with handle ${handle}`
export const aProgramHasIt = (decision: string): string =>
	`${decision}; what the program behind the queue did with it is not in the trace`
export const eventsWereLost = (times: number): string =>
	`nft says that trace events were lost (${times === 1 ? 'once' : `${times} times`}): steps of this packet may be missing`
export const notTracedBefore = (hook: string, priority: number, chains: string): string =>
	`it was traced from ${hook} ${priority} on; what comes before was not: ${chains}`
export const ruleUnlisted = (handle: number, chain: string, isRead: boolean): string =>
	isRead
		? `the trace has no text of the rule with handle ${handle} of ${chain}: the one here was read afterwards`
		: `the trace has no text of the rule with handle ${handle} of ${chain}: it was added or removed while the trace ran, or the tool that traced prints no rules of this family`
export const ruleReplaced = (handle: number, chain: string): string =>
	`the rules that were read have another text for handle ${handle} of ${chain}: the rules changed, and the text here is the one of the trace`
export const ruleGone = (handle: number, chain: string): string =>
	`the rule with handle ${handle} of ${chain} was there before the trace, and is not there any more`
export const howItWentOn = (chain: string): string =>
	`what happened in ${chain} is not in the trace; it was let through there, because later chains saw it`
export const laterChainsInHook = (hook: string, chains: string): string =>
	`it was not traced in ${chains}, which come later in ${hook}: events were lost, or something between took the packet`
export const laterHooks = (hook: string, next: string, chains: string): string =>
	`it was let through in ${hook}, and traced nowhere in ${next} (${chains}): something in between may have dropped it (routing, the reverse path check, IPsec, tc, another firewall), or events were lost`
export const noLaterChain = (hook: string, next: string): string =>
	`it was let through in ${hook}, where it was last traced; ${next} has no chain that would trace it`
export const letThroughLast = (chain: string): string =>
	`it was let through in ${chain}, where it was last traced; which chains come later is not known`
export const newSourceUntold = 'which source address it got is not known: no later chain saw it'
export const byProgram =
	'it came back from the queue: whether a program let it through, or none was there and the rule has bypass, is not in the trace'
export const itIsAgain = (id: string, isBack: boolean): string =>
	isBack
		? `it has the addresses and the IP id of packet ${id}, and came in by lo: the same packet, sent by this host to itself`
		: `it has the addresses and the IP id of packet ${id}: the same packet, once more on its way through the hooks`

// investigation/path/lines.ts
export const place = (hook: string, priority: number, chain: string): string =>
	`${hook} ${priority}  ${chain}`
export const unknownHook = (chain: string): string => `(hook not known)  ${chain}`
export const policy = (word: string): string => `policy ${word}`
export const whichOne = (text: string, which: string): string => `${text} (${which})`
export const ruleIs = (number: number | null, handle: number | null): string =>
	[...(number === null ? [] : [`rule ${number}`]), ...(handle === null ? [] : [`handle ${handle}`])].join(
		', ',
	)
export const textUnknown = 'rule text not known'
export const decided = '=>'
export const natChanged = (before: string, after: string, how: string): string =>
	`NAT: ${before} became ${after} (${how})`
export const byTheRuleAbove = 'by the rule above'
export const byItsEntry = 'by the entry of its connection'
export const headersChanged = (before: string, after: string): string =>
	`headers: ${before} became ${after} (a tunnel?)`
export const cameBackFromQueue = 'came back from the queue'
export const nothingToldHere = 'what happened here is not in the trace'
export const conntrackSays = (text: string): string => `conntrack: ${text}`
export const stateBy = (state: string): string => `${state} (a rule that it matched checks for this state)`
export const conntrackReason = (state: string, reason: string): string =>
	state === '' ? reason : `${state}, ${reason}`
export const conntrackInvalid = 'INVALID'
export const hasEntry = (state: string, direction: string, bits: string, id: string): string =>
	`${state}, ${direction} direction, ${bits}, entry ${id} (conntrack -L -o id)`
export const ofStatus = (bits: string): string => `status ${bits}`
export const noStatus = 'no status yet'
export const isUntracked = 'untracked (by a notrack rule, or of a kind that is never tracked)'
export const isOfState = (state: string): string => `${state}, no entry`
export const noConntrackLine =
	'INVALID is concluded: nft names no entry here, and names those of other packets of this trace. It is not untracked: nft says so of untracked ones. A fragment that a raw socket of this host sends passes conntrack and looks the same.'
export const endsHere = (text: string): string => `? ${text}`
