// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/screens/parts/counter-words.ts
export const packetsThatBelongToNo =
	'packets that belong to no entry and may not make one; a few a second are usual (late retransmits, scans)'
export const entriesThatLostARace =
	'entries that lost a race with an identical one, or met a full hash chain; a few are usual with DNS, the packet is dropped'
export const packetsDroppedByConntrackItself =
	'packets dropped by conntrack itself: table full, or no memory, or a tracker said drop'
export const entriesThrownOutToMake = 'entries evicted to make room: the table was full'
export const icmpAndIcmpv6PacketsThat =
	'ICMP and ICMPv6 packets that failed their check; invalid does not count these'
export const entriesRefusedBecauseTheirHash =
	'entries refused because their hash chain was too long: attack, or too few buckets'
export const racesBetweenTwoPacketsOf =
	'races between two packets of one new flow that were settled without loss'
export const lookUpsBegunAgainBecause = 'lookups restarted because an entry moved to another chain meanwhile'
export const lookUpsOfNatThat = 'tuples that were in use when NAT looked for a free one'
export const entriesMadeThroughNetlinkConntrackd = 'entries made through netlink (conntrackd, conntrack -I)'
export const notCountedByCurrentKernels = 'not counted by current kernels'
export const packetsThatCarriedAnEntry =
	'packets that carried an entry already; not counted by current kernels'
export const expectedConnectionsAnnouncedByHelpers = 'expected connections announced by helpers'
export const expectedConnectionsAdded = 'expected connections added'
export const expectedConnectionsRemoved = 'expected connections removed'
export const notKnownHereNewerKernels = 'not known to this version: newer kernels count more'

// app/screens/table/difference.ts
export const linesOfTheListingWere = (odd: string): string =>
	` ${some(odd, 'line of the listing was', 'lines of the listing were')} not understood.`
export const theTableChangedRightAfter = ' The table changed right after it was read.'
export const everyCountedEntryWasListed = (moved: string, unread: string): string =>
	`Every counted entry was listed.${moved}${unread}`
export const moreListedThanCountedEntries = (grouped: string, unread: string): string =>
	`${grouped} more listed than counted: entries that were made while the list was read.${unread}`
export const moreCountedThanListed = (difference: string, sentences: string, unread: string): string =>
	`${difference} more counted than listed: ${sentences}.${unread}`
export const unconfirmedThePacketIsStill = (count: string): string =>
	`${count} unconfirmed (the packet has not left the hooks yet)`
export const dying = (count: string): string => `${count} dying`
export const upToBelongToPackets = (count: string): string =>
	`up to ${count} belong to packets that wait in NFQUEUE (unconfirmed)`
export const hadExpiredAndTheListing = (count: string): string =>
	`${count} had expired, and the listing itself freed them`
export const unconfirmedThisKernelDoesNot = 'unconfirmed (this kernel does not list them), '
export const theOther = (rest: string): string => `the other ${rest}`
export const areExpiredAndNotFreed = (part: string, unconfirmed: string): string =>
	`${part} are ${unconfirmed}expired and not freed yet, or came and went while the list was read`

// app/screens/table/grid.ts
export const sinceStart = 'SINCE START'
export const ofAll = (part: string): string => `${part} of all`
export const ofListed = (total: string): string => `${total} of listed`
export const forWord = (now: string): string => `for ${now}`
export const dropped = (lost: string): string => `${lost} dropped`
export const noRowFitsTheFilter = 'No row matches the filter.'
export const ipv4AndIpv6Entries = (ipv4: string, ipv6: string): string =>
	`${ipv4} IPv4 and ${ipv6} IPv6 entries.`
export const packetsWaitForPortMostly = (
	waiting: string,
	portid: number,
	queueDropped: string,
	userDropped: string,
): string =>
	`${some(waiting, 'packet waits', 'packets wait')} for port ${portid} (mostly the pid of the reader); dropped ${queueDropped} because the queue was full, ${userDropped} because the reader was slow.`

// app/screens/table/lives.ts
export const theHostWasNotLookedAt = 'the host has not been read yet'
export const entriesAreFollowed = 'entries are already followed'
export const probesCannotBeSet = (why: string): string => `kernel probes cannot be set: ${why}`
export const noProbesHere = 'kernel probes cannot be set here'
export const notListed = (rest: string): string => `n/a (this kernel keeps no list); ${rest}`
export const noneInAListThatMayNotBe = 'none listed'
export const noneThatWaits = 'none waits for a listener'
export const others = (rest: string): string => `; others n/a; ${rest}`
export const stayTheOldestFor = (length: string, now: string): string =>
	`, ${length} stay, the oldest for ${now}`
export const keyFollowsEntries = (key: string, seconds: number): string => `${key}: probes for ${seconds} s`
export const probesWouldTell = 'kernel probes would show them'
export const byProbes = (when: string): string => `kernel probes${when}`
export const seenAgo = (age: string): string => (age === 'now' ? ', a moment ago' : `, ${age} ago`)
export const endedEarly = (why: string): string => `, ended early: ${why}`
export const andByTheKernel = (size: string): string => `  conntrack -L: ${size}`
export const TOOK_TITLES = {
	confirmed: 'made until confirmed',
	dropped: 'made until freed unconfirmed, since the packet was dropped or lost a race',
	freed: 'removed until freed',
} as const

// app/screens/table/rows.ts
export const counter = (name: string): string => `counter ${name}`
export const queue = (queue: number): string => `queue ${queue}`
export const took = (name: string, range: string): string => `${name} ${range}`
export const queueNfqueue = (queue: number): string => `queue nfqueue ${queue}`

// app/screens/table/screen.ts
export const followUnconfirmedAndDying =
	'Follow entries for some seconds by kernel probes: what is unconfirmed and dying, and for how long'
export const whatTheConnectionTableConsists = 'what the connection table consists of'

// app/screens/table/summary.ts
export const countingTheEntries = 'Counting the entries.'
export const noNewerOne = ', no newer one'
export const justNow = 'just now'
export const fillNotKnownYet = ' usage    not known yet'
export const fillEntriesNfConntrackMax = (count: string): string =>
	` usage    ${some(count, 'entry', 'entries')}, nf_conntrack_max cannot be read`
export const fillEntriesNoLimit = (count: string): string =>
	` usage    ${some(count, 'entry', 'entries')}, and nf_conntrack_max is 0: no limit`
export const nearlyFull = '  nearly full'
export const fillingUp = '  filling up'
export const notInThisKernelNfnetlink = 'not in this kernel (nfnetlink_queue is not loaded)'
export const noQueue = 'no queue'
export const dropped2 = (lost: string): string => `, ${lost} dropped`
export const walkMs = (tookMs: string): string => `walk ${tookMs} ms`
